//! What merchants are told: what, signed how, how often, in which order, and what survives.

use std::collections::BTreeSet;

use amazon::{About, Authorize};
use serde_json::Value;
use simulator::{Delivered, Manner, SignatureVersion};

use super::bench::{Bench, SELLER, authorize, dice, seed};
use super::keeping::Folder;
use super::receiver::Receiver;

const HOUR: i64 = 3_600_000;

/// What is told, in short: the object's letter, state and reason.
fn short(about: &About) -> String {
    let said = |what: &str, state: &str, reason: Option<&str>| [what, state, reason.unwrap_or_default()].join(" ");
    match about {
        About::OrderReference { status, .. } => {
            said("O", status.state.as_str(), status.reason_code.as_ref().map(|reason| reason.as_str()))
        }
        About::Authorization { status, .. } => {
            said("A", status.state.as_str(), status.reason_code.as_ref().map(|reason| reason.as_str()))
        }
        About::Capture { status, .. } => {
            said("C", status.state.as_str(), status.reason_code.as_ref().map(|reason| reason.as_str()))
        }
        About::Refund { status, .. } => {
            said("R", status.state.as_str(), status.reason_code.as_ref().map(|reason| reason.as_str()))
        }
        About::BillingAgreement(news) => said("B", &news.state, news.reason_code.as_deref()),
        other => format!("{other:?}"),
    }
}

async fn shorts(bench: &Bench, receiver: &Receiver) -> Vec<String> {
    bench.told(receiver).await.iter().map(|told| short(&told.about)).collect()
}

/// Marco's order, paid.
async fn paid(bench: &Bench) -> String {
    let id = bench.open("ok").await;
    let request = Authorize { capture_now: true, ..authorize(&id, "one") };
    assert!(bench.authorize(&request).await.expect("captured").is_approved());
    id
}

fn document_of(body: &str) -> String {
    let envelope: Value = serde_json::from_str(body).expect("JSON");
    let message: Value = serde_json::from_str(envelope["Message"].as_str().expect("a text")).expect("JSON");
    message["NotificationData"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn every_change_is_told_once_and_in_order_to_the_address_that_was_entered() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    let id = paid(&bench).await;
    assert_eq!(bench.deliver_all().await, 4);
    let meant = ["O Open ", "A Open ", "C Completed ", "A Closed MaxCapturesProcessed"];
    assert_eq!(shorts(&bench, &receiver).await, meant);
    assert!(bench.told(&receiver).await.iter().all(|told| {
        let is_ours = told.about.order_reference_id() == Some(id.as_str()) && told.seller_id == SELLER;
        is_ours && told.environment == amazon::Environment::Sandbox && !told.is_sample
    }));
    bench.advance_ms(HOUR);
    assert_eq!(bench.deliver_all().await, 0, "what was heard is not told again");
    bench.connector.close_order_reference(&bench.account, &id, Some("paid")).await.expect("closed");
    assert_eq!(bench.deliver_all().await, 1);
    assert_eq!(shorts(&bench, &receiver).await.last().map(String::as_str), Some("O Closed SellerClosed"));
    assert!(document_of(&receiver.bodies()[4]).contains("<ReasonDescription>paid</ReasonDescription>"));
}

#[tokio::test]
async fn what_is_told_is_what_was_when_it_happened() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    paid(&bench).await;
    bench.deliver_all().await;
    let documents: Vec<String> = receiver.bodies().iter().map(|body| document_of(body)).collect();
    let zero = "<CapturedAmount><Amount>0.0</Amount><CurrencyCode>EUR</CurrencyCode></CapturedAmount>";
    assert!(documents[1].contains(zero) && documents[1].contains("<IdList/>"), "{}", documents[1]);
    let all = zero.replace("0.0", "24.21");
    assert!(documents[3].contains(&all) && documents[3].contains("<IdList><Id>S02-"), "{}", documents[3]);
}

#[tokio::test]
async fn documents_have_the_elements_of_the_schema_in_its_order() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    let id = paid(&bench).await;
    let capture = bench.audited(&id).await["captures"][0]["id"].as_str().expect("an id").to_owned();
    let fields = [
        ("AmazonCaptureId", capture.as_str()),
        ("RefundReferenceId", "back-1"),
        ("RefundAmount.Amount", "5"),
        ("RefundAmount.CurrencyCode", "EUR"),
    ];
    assert_eq!(bench.send(bench.raw("Refund", &fields)).await.status, 200);
    bench.advance_ms(HOUR);
    bench.audited(&id).await;
    bench.world().raise_chargeback(&capture, "Generic Service Chargeback").expect("written").expect("taken");
    bench.deliver_all().await;
    let names = |body: &String| {
        let text = document_of(body);
        let document = xml::Document::parse(&text, xml::Limits::default()).expect("XML");
        let details = document.root().children().next().expect("details");
        assert_eq!(details.namespace(), "https://mws.amazonservices.com/ipn/OffAmazonPayments/2013-01-01");
        let inner: Vec<String> = details.children().map(|child| child.local().to_owned()).collect();
        format!("{} {}: {}", document.root().local(), details.local(), inner.join(" "))
    };
    let order = "OrderReferenceNotification OrderReference: AmazonOrderReferenceId OrderTotal SellerOrderAttributes \
        OrderReferenceStatus CreationTimestamp ExpirationTimestamp";
    let authorization = "AuthorizationNotification AuthorizationDetails: AmazonAuthorizationId AuthorizationReferenceId \
        AuthorizationAmount CapturedAmount AuthorizationFee IdList CreationTimestamp ExpirationTimestamp \
        AuthorizationStatus OrderItemCategories CaptureNow SoftDescriptor";
    let captured = "CaptureNotification CaptureDetails: AmazonCaptureId CaptureReferenceId CaptureAmount RefundedAmount \
        CaptureFee IdList CreationTimestamp CaptureStatus SoftDescriptor";
    let refund = "RefundNotification RefundDetails: AmazonRefundId RefundReferenceId RefundType RefundAmount FeeRefunded \
        CreationTimestamp RefundStatus SoftDescriptor";
    let chargeback = "ChargebackNotification ChargebackDetails: AmazonChargebackId AmazonOrderReferenceId \
        AmazonCaptureReferenceId CreationTimestamp ChargebackAmount ChargebackState ChargebackReason";
    let told: Vec<String> = receiver.bodies().iter().map(names).collect();
    assert_eq!(told, [order, authorization, captured, authorization, refund, chargeback]);
    let refunded = document_of(&receiver.bodies()[4]);
    assert!(refunded.contains("<RefundAmount><Amount>5.0</Amount><CurrencyCode>EUR</CurrencyCode></RefundAmount>"));
}

#[tokio::test]
async fn an_agreement_and_each_charge_on_it_are_told() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    let id = bench.open_agreement("ok").await;
    bench.charge(&id, "one", "24.21").await;
    assert!(bench.world().end_agreement(&id, "marco").expect("written"));
    bench.deliver_all().await;
    let meant =
        ["B Open ", "O Open ", "A Open ", "C Completed ", "A Closed MaxCapturesProcessed", "O Closed SellerClosed"];
    assert_eq!(shorts(&bench, &receiver).await, [meant.as_slice(), &["B Closed BuyerClosed"]].concat());
    let document = document_of(receiver.bodies().last().expect("the end"));
    let price = |amount: &str| format!("<Amount>{amount}</Amount><CurrencyCode>EUR</CurrencyCode>");
    let limits = format!(
        "<BillingAgreementLimits><AmountLimitPerTimePeriod>{}</AmountLimitPerTimePeriod><TimePeriodStartDate>2025-10-01T00:00:00.000Z\
         </TimePeriodStartDate><TimePeriodEndDate>2025-11-01T00:00:00.000Z</TimePeriodEndDate><CurrentRemainingBalance>{}\
         </CurrentRemainingBalance></BillingAgreementLimits><BillingAgreementConsent>true</BillingAgreementConsent>",
        price("500.0"),
        price("475.79")
    );
    assert!(document.contains(&limits), "{document}");
    let told = bench.told(&receiver).await;
    let About::BillingAgreement(news) = &told.last().expect("the end").about else { panic!("of the agreement") };
    assert_eq!(
        (news.id.as_str(), news.event.as_deref()),
        (id.as_str(), Some("BillingAgreementStatusUpdated")),
        "the last news is that this agreement has changed its state"
    );
}

#[tokio::test]
async fn both_signature_versions_verify_and_the_headers_are_those_of_the_notification_service() {
    for (version, spelled) in [(SignatureVersion::One, "1"), (SignatureVersion::Two, "2")] {
        let (bench, receiver) = (Bench::new().await, Receiver::new().await);
        bench.tell(Some(&receiver));
        bench.sign_with(version);
        bench.open("ok").await;
        bench.deliver_all().await;
        assert_eq!(shorts(&bench, &receiver).await, ["O Open "]);
        let came = receiver.came().remove(0);
        let envelope: Value = serde_json::from_str(&came.body).expect("JSON");
        assert_eq!(envelope["SignatureVersion"], spelled);
        let header = |name: &str| came.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header("x-amz-sns-message-type"), "Notification");
        assert_eq!(header("x-amz-sns-message-id"), envelope["MessageId"]);
        assert_eq!(header("x-amz-sns-topic-arn"), envelope["TopicArn"]);
        assert!(header("x-amz-sns-subscription-arn").starts_with(header("x-amz-sns-topic-arn")));
        assert_eq!(header("content-type"), "text/plain; charset=UTF-8");
        assert_eq!(header("user-agent"), "Amazon Simple Notification Service Agent");
    }
}

#[tokio::test]
async fn what_is_not_answered_with_200_is_told_every_hour_for_two_weeks() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    bench.open("ok").await;
    receiver.answer([503, 404, 302, 201]);
    for tries in 1..=4 {
        assert_eq!(bench.simulator.deliver_notifications().await, 1, "{tries}");
        assert_eq!(bench.simulator.deliver_notifications().await, 0, "not before an hour is over");
        bench.advance_ms(HOUR);
    }
    assert_eq!(bench.simulator.deliver_notifications().await, 1);
    bench.advance_ms(HOUR);
    assert_eq!(bench.simulator.deliver_notifications().await, 0);
    let bodies: BTreeSet<String> = receiver.bodies().into_iter().collect();
    assert_eq!((receiver.bodies().len(), bodies.len()), (5, 1), "it was sent five times, the same each time");
    let told = bench.world().notifications(1).0.remove(0);
    assert_eq!(
        (told.tries, told.status, told.delivered),
        (5, Some(200), Delivered::Yes),
        "the fifth try is answered with 200, and that is the end of it"
    );
}

#[tokio::test]
async fn after_two_weeks_it_is_given_up() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    bench.open("ok").await;
    receiver.answer(vec![500; 1000]);
    let mut tries = 0;
    while bench.simulator.deliver_notifications().await == 1 {
        tries += 1;
        bench.advance_ms(HOUR);
    }
    assert_eq!(tries, 14 * 24 + 1);
    let told = bench.world().notifications(1).0.remove(0);
    assert_eq!(
        (told.delivered, told.due_at),
        (Delivered::Never, None),
        "after two weeks it is never told and not tried again"
    );
}

#[tokio::test]
async fn who_entered_no_address_is_told_nothing_and_who_took_it_out_nothing_more() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.open("ok").await;
    bench.tell(Some(&receiver));
    assert_eq!(bench.deliver_all().await, 0);
    bench.open("ok").await;
    bench.tell(None);
    bench.deliver_all().await;
    assert!(receiver.came().is_empty());
    assert_eq!(bench.world().notifications(1).0[0].delivered, Delivered::Never);
}

#[tokio::test]
async fn a_killed_simulator_goes_on_with_the_same_certificate() {
    let folder = Folder::new("notifications");
    let file = folder.path().join("simulator.db");
    let receiver = Receiver::new().await;
    let before = Bench::with(Some(&file), false).await;
    before.tell(Some(&receiver));
    paid(&before).await;
    let root = before.world().notification_root().expect("a root");
    receiver.answer([200, 503]);
    before.simulator.deliver_notifications().await;
    let after = Bench::with(Some(&file), false).await;
    // Seeding again took the address out.
    after.tell(Some(&receiver));
    assert_eq!(after.world().notification_root().expect("a root"), root);
    assert_eq!(after.deliver_all().await, 0);
    after.advance_ms(HOUR);
    assert_eq!(after.deliver_all().await, 1);
    let (second, last) = (&receiver.bodies()[1], &receiver.bodies()[4]);
    assert_eq!(document_of(second), document_of(last));
}

#[tokio::test]
async fn sending_that_is_cut_off_is_taken_up_again() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    paid(&bench).await;
    receiver.hold();
    tokio::select! {
        _ = bench.simulator.deliver_notifications() => panic!("it is held"),
        () = receiver.arrived() => {}
    }
    let other = Receiver::new().await;
    bench.tell(Some(&other));
    assert_eq!(bench.deliver_all().await, 4);
    assert_eq!(other.came().len(), 4);
    assert_eq!(document_of(&receiver.bodies()[0]), document_of(&other.bodies()[0]));
}

#[tokio::test]
async fn the_same_dice_give_the_same_disorder_and_everything_is_told() {
    let mut orders = Vec::new();
    for _ in 0..2 {
        let (bench, receiver) = (Bench::new().await, Receiver::new().await);
        bench.tell(Some(&receiver));
        for _ in 0..5 {
            bench.open("ok").await;
        }
        let sent = bench.simulator.deliver_notifications_in_disorder(&dice()).await;
        assert_eq!(
            (sent, bench.deliver_all().await),
            (receiver.came().len(), 0),
            "each is sent once, and nothing is left over"
        );
        let objects: Vec<String> = bench
            .told(&receiver)
            .await
            .iter()
            .map(|told| told.about.order_reference_id().expect("an order").to_owned())
            .collect();
        assert_eq!(objects.iter().collect::<BTreeSet<_>>().len(), 5);
        let in_order: Vec<_> =
            bench.world().notifications(9).0.iter().rev().map(|told| told.object_id.clone()).collect();
        assert_ne!(objects, in_order);
        orders.push(objects);
    }
    assert_eq!(orders[0], orders[1]);
}

#[tokio::test]
async fn a_merchant_who_does_not_answer_delays_no_other() {
    let (bench, silent, quick) = (Bench::new().await, Receiver::new().await, Receiver::new().await);
    let mut other = seed();
    other.seller.id = "A2OTHERSELLER".into();
    let client = other.seller.sandbox.as_mut().expect("a client");
    client.client_id = "amzn1.application-oa2-client.other".into();
    client.ipn_url = Some(quick.url.clone());
    bench.simulator.seed(&other).expect("seeded");
    bench.tell(Some(&silent));
    silent.hold();
    bench.simulator.notify_in(Manner { disorder: true, ..Manner::default() });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let background = tokio::spawn(bench.simulator.run_background(async { drop(stopped.await) }));
    bench.open("ok").await;
    silent.arrived().await;
    let new = simulator::NewOrder {
        seller_id: "A2OTHERSELLER",
        client_id: "amzn1.application-oa2-client.other",
        is_sandbox: true,
        buyer_id: "anna",
        wants_address: false,
    };
    let id = bench.world().new_order(&new).expect("an order").id;
    // A draft that is not confirmed is cancelled by itself, and that is told.
    bench.advance_ms(4 * HOUR);
    assert_eq!(bench.world().order(&id).expect("read").expect("there").state, "Canceled");
    quick.arrived().await;
    drop(stop);
    background.await.expect("it ends although somebody does not answer");
}

#[tokio::test]
async fn a_chargeback_is_told_and_only_of_a_capture_that_took_money() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    let id = paid(&bench).await;
    bench.deliver_all().await;
    let capture = bench.audited(&id).await["captures"][0]["id"].as_str().expect("an id").to_owned();
    let reason = "Unauthorized Transaction Chargeback";
    assert_eq!(bench.world().raise_chargeback("S02-0000000-0000000-C000000", reason).expect("read"), None);
    let raised = bench.world().raise_chargeback(&capture, reason).expect("written").expect("taken");
    assert_eq!(bench.deliver_all().await, 1);
    let told = bench.told(&receiver).await.pop().expect("told");
    let About::Chargeback(chargeback) = told.about else { panic!("{:?}", told.about) };
    assert_eq!(
        (&chargeback.id, &chargeback.order_reference_id),
        (&raised, &id),
        "the chargeback and its order are named"
    );
    assert_eq!(
        (chargeback.capture_reference_id.as_str(), chargeback.state.as_str()),
        ("one", "RECEIVED"),
        "it names the shop's own reference of the capture, and has come in"
    );
    assert_eq!(chargeback.amount.minor_units(2), Some(2421));
    assert_eq!(chargeback.reason.as_deref(), Some(reason));
    let audited = bench.simulator.notifications();
    assert_eq!(audited["chargebacks"][0]["capture_id"], capture.as_str());
    assert_eq!(audited["notifications"][4]["type"], "Chargeback Detailed Notification");
}

#[tokio::test]
async fn the_certificate_is_at_its_address_alone() {
    let bench = Bench::new().await;
    let status = async |path: &str| bench.page(path).await.status;
    assert_eq!(status("/_simulator/notifications/root.pem").await, 200);
    assert_eq!(status("/_simulator/notifications").await, 200);
    assert_eq!(status("/sns/SimpleNotificationService-00000000000000000000000000000000.pem").await, 404);
    assert_eq!(status("/sns/root.pem").await, 404);
}

#[tokio::test]
async fn seller_central_lists_what_was_told_and_what_became_of_it() {
    let (bench, receiver) = (Bench::new().await, Receiver::new().await);
    bench.tell(Some(&receiver));
    assert!(bench.page("/sellercentral/notifications").await.body.contains("Nothing was told yet"));
    let id = bench.open("ok").await;
    receiver.answer([503]);
    bench.simulator.deliver_notifications().await;
    let page = bench.page("/sellercentral/notifications").await.body;
    let link = format!("href=\"/sellercentral/orders/{id}\"");
    for part in ["OrderReferenceNotification", &receiver.url, &link, "not yet", "503</span>", "again 2025-"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    bench.advance_ms(HOUR);
    bench.simulator.deliver_notifications().await;
    let page = bench.page("/sellercentral/notifications").await.body;
    assert!(page.contains("heard") && !page.contains("not yet"), "{page}");
}

#[tokio::test]
async fn a_dispute_is_raised_by_a_form_of_the_orders_own_page() {
    let bench = Bench::new().await;
    let (id, other) = (paid(&bench).await, bench.open("ok").await);
    let capture = bench.audited(&id).await["captures"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/sellercentral/orders/{id}");
    assert!(bench.page(&path).await.body.contains(&format!("name=\"capture\" value=\"{capture}\"")));
    assert!(!bench.page(&format!("/sellercentral/orders/{other}")).await.body.contains("/chargeback\""));
    let fields =
        [("capture".to_owned(), capture.clone()), ("reason".to_owned(), "Generic Service Chargeback".to_owned())];
    assert_eq!(bench.post(&format!("/sellercentral/orders/{other}/chargeback"), "Browser", &fields).await.status, 404);
    assert_eq!(bench.post(&format!("{path}/chargeback"), "Browser", &[]).await.status, 404);
    assert_eq!(bench.post(&format!("{path}/chargeback"), "Browser", &fields).await.status, 303);
    let page = bench.page(&path).await.body;
    assert!(page.contains("Chargeback</td>") && page.contains("Received"), "{page}");
    assert_eq!(bench.simulator.notifications()["chargebacks"][0]["reason"], "Generic Service Chargeback");
}
