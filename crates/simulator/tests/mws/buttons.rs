//! Seller Central's buttons over HTTP: each is offered when it works, asks first, acts once, leads
//! back and is told.

use amazon::Authorize;

use super::bench::{Bench, Reply, authorize};
use super::receiver::Receiver;

/// A bench whose merchant is told everything, with Marco's order and its open authorization, or its
/// capture.
struct Shop {
    bench: Bench,
    receiver: Receiver,
    order: String,
    object: String,
}

impl Shop {
    async fn with(capture_now: bool) -> Shop {
        let (bench, receiver) = (Bench::new().await, Receiver::new().await);
        bench.tell(Some(&receiver));
        let order = bench.open("ok").await;
        let request = Authorize { capture_now, ..authorize(&order, "one") };
        let details = bench.authorize(&request).await.expect("authorized");
        let object = details.id_list.first().cloned().unwrap_or(details.amazon_authorization_id);
        bench.deliver_all().await;
        Shop { bench, receiver, order, object }
    }

    fn path(&self, act: &str) -> String {
        format!("/sellercentral/orders/{}/{act}", self.order)
    }

    async fn page(&self) -> String {
        self.bench.page(&format!("/sellercentral/orders/{}", self.order)).await.body
    }

    async fn offers(&self, act: &str) -> bool {
        self.page().await.contains(&format!("action=\"{}\"", self.path(act)))
    }

    async fn ask(&self, act: &str, fields: &[(&str, &str)]) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.bench.page(&format!("{}?{query}", self.path(act))).await
    }

    async fn act(&self, act: &str, fields: &[(&str, &str)]) -> Reply {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.bench.post(&self.path(act), "Browser", &fields).await
    }

    /// Asks and acts, and checks that the question changes nothing and carries every field on.
    async fn asks_then_acts(&self, act: &str, fields: &[(&str, &str)], question: &str) {
        assert!(self.offers(act).await, "{act} is offered: {}", self.page().await);
        let before = self.bench.audited(&self.order).await;
        let asked = self.ask(act, fields).await;
        assert_eq!(asked.status, 200, "{act}: {}", asked.body);
        assert!(asked.body.contains(&format!("<h1>{question}</h1>")), "{act}: {}", asked.body);
        assert!(asked.body.contains(&format!("method=\"post\" action=\"{}\"", self.path(act))), "{act}");
        for (name, value) in fields {
            assert!(asked.body.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{act} carries {name}");
        }
        assert_eq!(self.bench.audited(&self.order).await, before, "{act}: a question changes nothing");
        assert_eq!(self.bench.deliver_all().await, 0, "{act}: a question is not told");
        assert_eq!(self.act(act, fields).await.status, 303, "{act}");
        let back = self.bench.page(&format!("/sellercentral/orders/{}?done={act}", self.order)).await;
        assert!(back.body.contains("role=\"status\""), "{act}: {}", back.body);
    }

    /// What was told since the order was made: type, state and reason.
    async fn told(&self) -> Vec<String> {
        self.bench.deliver_all().await;
        let all = self.bench.simulator.notifications();
        let all = all["notifications"].as_array().expect("a list");
        assert_eq!(all.len(), self.receiver.came().len(), "each is heard once");
        let since = if self.object.contains("-C") { 4 } else { 2 };
        let word = |one: &serde_json::Value| one.as_str().unwrap_or_default().to_owned();
        let said = |one: &serde_json::Value| [&one["type"], &one["state"], &one["reason"]].map(word).join(" ");
        all.iter().skip(since).map(said).collect()
    }
}

#[tokio::test]
async fn a_part_of_an_open_authorization_is_captured() {
    let shop = Shop::with(false).await;
    let fields = [("authorization", shop.object.as_str()), ("amount", "10.00")];
    assert!(shop.page().await.contains("name=\"amount\" value=\"24.21\""), "the whole is offered");
    shop.asks_then_acts("capture", &fields, "Capture 10.00 EUR?").await;
    assert_eq!(shop.told().await, ["PaymentCapture Completed ", "PaymentAuthorize Closed MaxCapturesProcessed"]);
    let captures = shop.bench.audited(&shop.order).await["captures"].clone();
    assert_eq!(
        (&captures[0]["amount_minor"], &captures[0]["by_hand"]),
        (&1000.into(), &true.into()),
        "a part was captured, and it is marked as made by hand"
    );
    assert!(shop.page().await.contains("by hand"), "{}", shop.page().await);
    assert!(!shop.offers("capture").await, "an authorization is captured once");
    assert_eq!(shop.act("capture", &fields).await.status, 405, "also by a form that is sent twice");
}

#[tokio::test]
async fn a_capture_is_refunded_in_parts_until_nothing_is_left() {
    let shop = Shop::with(true).await;
    let capture = ("capture", shop.object.as_str());
    shop.asks_then_acts("refund", &[capture, ("amount", "5.00")], "Refund 5.00 EUR?").await;
    assert!(shop.page().await.contains("name=\"amount\" value=\"19.21\""), "what is left is offered");
    shop.asks_then_acts("refund", &[capture, ("amount", "19.21")], "Refund 19.21 EUR?").await;
    assert!(!shop.offers("refund").await);
    shop.bench.advance_ms(30_000);
    shop.bench.audited(&shop.order).await;
    assert_eq!(shop.told().await, ["PaymentRefund Completed ", "PaymentRefund Completed "]);
    assert_eq!(shop.bench.audited(&shop.order).await["authorizations"][0]["refunded_by_hand_minor"], 2421);
}

#[tokio::test]
async fn an_order_is_canceled_with_its_authorization() {
    let shop = Shop::with(false).await;
    shop.asks_then_acts("cancel", &[("reason", "out of stock")], "Cancel the order?").await;
    let told = ["OrderReferenceNotification Canceled SellerCanceled", "PaymentAuthorize Closed OrderReferenceCanceled"];
    assert_eq!(shop.told().await, told);
    assert!(shop.receiver.bodies().iter().any(|body| body.contains("out of stock")), "the reason is told");
    for act in ["cancel", "close", "capture"] {
        assert!(!shop.offers(act).await, "{act}");
    }
}

#[tokio::test]
async fn an_order_is_closed_and_its_authorization_stays() {
    let shop = Shop::with(false).await;
    shop.asks_then_acts("close", &[], "Close the order?").await;
    assert_eq!(shop.told().await, ["OrderReferenceNotification Closed SellerClosed"]);
    assert!(shop.offers("capture").await && !shop.offers("close").await && !shop.offers("cancel").await);
    assert_eq!(shop.bench.audited(&shop.order).await["ended_by_hand"], true);
}

#[tokio::test]
async fn a_capture_is_charged_back() {
    let shop = Shop::with(true).await;
    let fields = [("capture", shop.object.as_str()), ("reason", "Generic Service Chargeback")];
    shop.asks_then_acts("chargeback", &fields, "Charge back 24.21 EUR?").await;
    assert_eq!(shop.told().await, ["Chargeback Detailed Notification RECEIVED Generic Service Chargeback"]);
    assert!(!shop.offers("cancel").await, "a captured order is not canceled");
}

#[tokio::test]
async fn what_amazon_refuses_is_refused_by_the_question_and_by_the_act() {
    let shop = Shop::with(false).await;
    for (amount, status, code) in [
        ("24.22", 400, "TransactionAmountExceeded"),
        ("ten", 400, "InvalidParameterValue"),
        ("", 400, "InvalidParameterValue"),
    ] {
        let fields = [("authorization", shop.object.as_str()), ("amount", amount)];
        for reply in [shop.ask("capture", &fields).await, shop.act("capture", &fields).await] {
            assert_eq!(reply.status, status, "{amount:?}: {}", reply.body);
            assert!(reply.body.contains(code), "{amount:?}: {}", reply.body);
        }
    }
    assert_eq!(shop.bench.audited(&shop.order).await["captures"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn what_belongs_to_another_order_or_is_no_act_is_not_found() {
    let shop = Shop::with(true).await;
    let other = shop.bench.open("ok").await;
    let capture = [("capture", shop.object.as_str()), ("amount", "1.00")];
    for (path, fields) in [
        (format!("/sellercentral/orders/{other}/refund"), capture.as_slice()),
        (format!("/sellercentral/orders/{other}/chargeback"), &capture),
        (shop.path("capture"), &[("authorization", shop.object.as_str())]),
        (shop.path("refund"), &[]),
        (shop.path("approve"), &capture),
        ("/sellercentral/orders/S02-0000000-0000000/cancel".to_owned(), &[]),
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        assert_eq!(shop.bench.page(&format!("{path}?{query}")).await.status, 404, "{path}");
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(shop.bench.post(&path, "Browser", &fields).await.status, 404, "{path}");
    }
}
