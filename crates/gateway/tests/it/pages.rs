//! The payment page as far as it goes without Amazon: strings, codes, methods, sessions, giving up.

use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, Request, Response};
use gateway::seal::SealedRequest;
use payments::{Outcome, Payment, PaymentId, Reason, ShopTransactionId, Stage, Verdict};
use store::Shop;
use tower::ServiceExt;

use crate::house::{House, SHOP, login, order, shop, whole};

pub(crate) const HOUR_MS: i64 = 3_600_000;

/// A page with its headers.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub fn to(&self) -> &str {
        self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    /// Where the script leads the buyer to sign in, without what only a browser adds; empty on any other page.
    pub fn sign_in(&self) -> String {
        let address = self.text.split("id=\"leaving\"").nth(1).and_then(|rest| rest.split("data-address=\"").nth(1));
        let address = address.and_then(|rest| rest.split('"').next()).unwrap_or_default();
        address.replace("&#38;", "&").replace("&amp;", "&")
    }

    #[track_caller]
    pub fn says(&self, code: u32) {
        assert!(self.text.contains(&format!("Code {code}")), "not code {code}: {} {}", self.status, self.text);
    }

    #[track_caller]
    pub fn says_no_code(&self) {
        assert!(!self.text.contains("class=\"code\""), "good news needs no code: {} {}", self.status, self.text);
    }
}

pub fn amazon_shop() -> Shop {
    Shop { payment_types: vec!["AMAZONPAY".into(), "CREDITCARD".into()], ..testkit::seed::amazon_shop() }
}

impl House {
    pub async fn browse(&self, request: Request<Body>) -> Page {
        let response: Response<Body> = self.doors.clone().oneshot(request).await.expect("the router always answers");
        let (headers, answered) = (response.headers().clone(), whole(response).await);
        Page { status: answered.status, headers, text: answered.text }
    }

    pub async fn get(&self, address: &str) -> Page {
        let request = Request::get(address).header(ACCEPT_LANGUAGE, "en");
        self.browse(request.body(Body::empty()).expect("a request")).await
    }

    pub async fn post_form(&self, address: &str, form: &str, site: &str) -> Page {
        let request = Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .header(ACCEPT_LANGUAGE, "en");
        self.browse(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    /// A string as Encrypt makes it, and the visit that it stands for.
    pub fn sealed(&self, id: &str, methods: &[&str]) -> (String, PaymentId) {
        let payment = self.gateway.keyring().new_payment_id();
        let request = SealedRequest {
            payment: payment.clone(),
            order: order(id),
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            sealed_at: self.now(),
        };
        (self.gateway.keyring().seal_request(&login(), &request), payment)
    }

    pub async fn enter(&self, string: &str) -> Page {
        self.get(&format!("/pagam/pagam.aspx?a={SHOP}&b={string}")).await
    }

    /// The buyer of a visit sees his cards.
    pub async fn begin(&self, id: &PaymentId) {
        let begun = self.post_form("/pagam/AmazonPay.aspx/begin", &format!("a={SHOP}&p={id}"), "same-origin").await;
        assert_eq!(begun.status, 204, "{}", begun.text);
    }

    pub async fn payment(&self, id: &PaymentId) -> Payment {
        self.store.payment(&login(), id).await.expect("an answer").expect("the payment")
    }

    /// What the shop reads from the address that the buyer was sent to.
    pub fn told(&self, to: &str) -> Outcome {
        let (_, string) = to.split_once("&b=").expect("b in the address");
        self.gateway.keyring().open_outcome(&login(), string).expect("our string")
    }
}

async fn house() -> House {
    House::with_shop(amazon_shop()).await
}

#[tokio::test]
async fn every_wrong_address_is_a_page_with_its_code() {
    let house = house().await;
    let (string, _) = house.sealed("order-1", &["AMAZONPAY"]);
    let mut changed = string.clone();
    let last = changed.pop().expect("long");
    changed.push(if last == 'A' { 'B' } else { 'A' });
    let outcome = house
        .gateway
        .keyring()
        .seal_outcome(&login(), &Outcome::of(&house.paid(&login(), "order-paid").await).expect("final"));
    for (query, code) in [
        (String::new(), 1130),
        (format!("?a=&b={string}"), 1130),
        (format!("?a=NOBODY&b={string}"), 1131),
        (format!("?a={SHOP}"), 1133),
        (format!("?a={SHOP}&b="), 1134),
        (format!("?a={SHOP}&b={changed}"), 1136),
        (format!("?a={SHOP}&b={outcome}"), 1136),
        (format!("?a={SHOP}&b=no%20string"), 1141),
    ] {
        let page = house.get(&format!("/pagam/pagam.aspx{query}")).await;
        page.says(code);
        assert!(page.status >= 400 && page.to().is_empty(), "{code}");
    }
}

#[tokio::test]
async fn a_shop_that_is_closed_or_unfinished_has_no_page() {
    let closed = House::with_shop(Shop { active: false, ..amazon_shop() }).await;
    closed.enter(&closed.sealed("order-1", &[]).0).await.says(1132);
    let unpublished = House::with_shop(Shop { negative_url: String::new(), ..amazon_shop() }).await;
    unpublished.enter(&unpublished.sealed("order-1", &[]).0).await.says(1139);
    let without_account = House::with_shop(shop()).await;
    without_account.enter(&without_account.sealed("order-1", &["AMAZONPAY"]).0).await.says(1139);
}

#[tokio::test]
async fn one_method_leads_straight_on_however_the_address_is_spelled() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    let wallet = format!("/pagam/AmazonPay.aspx?a={SHOP}&p={payment}");
    for path in ["/pagam/pagam.aspx", "/Pagam/Pagam.aspx", "/PAGAM/PAGAM.ASPX"] {
        let page = house.get(&format!("{path}?a={SHOP}&b={string}&paymentType=PAYPAL&x")).await;
        assert_eq!((page.status, page.to()), (303, wallet.as_str()), "{path}");
    }
    let posted = house.post_form("/pagam/pagam.aspx", &format!("a={SHOP}&b={string}"), "cross-site").await;
    assert_eq!((posted.status, posted.to()), (303, wallet.as_str()));
    let kinds: Vec<_> = house.store.events(&login(), &payment).await.expect("events");
    assert_eq!(kinds.len(), 1, "opening again is no change");
}

#[tokio::test]
async fn a_phone_goes_to_the_address_for_phones() {
    let house = house().await;
    let (string, _) = house.sealed("order-1", &["AMAZONPAY"]);
    let request = Request::get(format!("/pagam/pagam.aspx?a={SHOP}&b={string}"))
        .header(USER_AGENT, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148");
    let page = house.browse(request.body(Body::empty()).expect("a request")).await;
    assert!(page.to().starts_with("/pagam/Mobile/AmazonPay.aspx?a="), "{}", page.to());
}

#[tokio::test]
async fn several_methods_are_a_list_and_the_choice_leads_on() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["CREDITCARD", "AMAZONPAY"]);
    let page = house.enter(&string).await;
    assert!(page.status == 200 && page.text.contains("value=\"AMAZONPAY\"") && page.text.contains("CREDITCARD"));
    let form = format!("a={SHOP}&p={payment}&method=AMAZONPAY");
    let chosen = house.post_form("/pagam/method", &form, "same-origin").await;
    assert_eq!(chosen.to(), format!("/pagam/AmazonPay.aspx?a={SHOP}&p={payment}"));
    house.post_form("/pagam/method", &form.replace("AMAZONPAY", "CREDITCARD"), "same-origin").await.says(1403);
    house.post_form("/pagam/method", &form, "cross-site").await.says(1141);
}

#[tokio::test]
async fn methods_that_cannot_be_used_leave_the_way_back() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["CREDITCARD"]);
    let page = house.enter(&string).await;
    assert!(page.text.contains("id=\"cancel\"") && !page.text.contains(">Continue<"), "{}", page.text);
    let cancelled = give_up(&house, &payment).await;
    assert_eq!(house.told(cancelled.to()).verdict, Verdict::Refused(Reason::Abandoned));
}

async fn give_up(house: &House, payment: &PaymentId) -> Page {
    house.post_form("/pagam/AmazonPay.aspx/cancel", &format!("a={SHOP}&p={payment}"), "same-origin").await
}

#[tokio::test]
async fn a_buyer_who_cancels_is_sent_to_the_negative_address_and_the_shop_is_told_1143() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    house.enter(&string).await;
    let foreign = house.post_form("/pagam/AmazonPay.aspx/cancel", &format!("a={SHOP}&p={payment}"), "cross-site").await;
    foreign.says(1141);
    assert!(!house.payment(&payment).await.is_final(), "another site's form gives nothing up");
    for _ in 0..2 {
        let page = give_up(&house, &payment).await;
        assert_eq!(page.status, 303);
        assert!(page.to().starts_with("https://shop.example/ko?a=GESPAY00001&b="), "{}", page.to());
        let told = house.told(page.to());
        assert_eq!((told.verdict, told.bank_transaction_id), (Verdict::Refused(Reason::Abandoned), None));
    }
    assert_eq!(house.store.notices(&login(), &payment).await.expect("notices").len(), 1);
    let again = house.enter(&string).await;
    again.says(1137);
    assert!(again.text.contains("https://shop.example/ko?a=GESPAY00001"), "{}", again.text);
}

#[tokio::test]
async fn a_string_of_a_finished_payment_says_what_happened() {
    let house = house().await;
    let paid = house.paid(&login(), "order-1").await;
    let page = house.get(&format!("/pagam/AmazonPay.aspx?a={SHOP}&p={}", paid.id)).await;
    page.says_no_code();
    assert!(page.text.contains("This payment is complete") && page.text.contains("€24.21"), "{}", page.text);
    let result = house.get(&format!("/pagam/AmazonPay.aspx/result?a={SHOP}&p={}", paid.id)).await;
    assert!(result.to().starts_with("https://shop.example/ok?a="), "{}", result.to());
    assert_eq!(house.told(result.to()).verdict, Verdict::Paid);
}

#[tokio::test]
async fn an_identifier_of_another_visit_is_not_paid_twice() {
    let house = house().await;
    house.leaves_work();
    let (early, visit) = house.sealed("order-1", &["AMAZONPAY"]);
    house.enter(&early).await;
    house.authorizing(&login(), "order-1").await;
    house.enter(&house.sealed("order-1", &["AMAZONPAY"]).0).await.says(4801);
    let payment = house.gateway.keyring().new_payment_id();
    let mut dearer = order("order-1");
    dearer.amount.minor += 1;
    let request = SealedRequest { payment, order: dearer, methods: Vec::new(), sealed_at: house.now() };
    house.enter(&house.gateway.keyring().seal_request(&login(), &request)).await.says(4802);
    assert!(!house.payment(&visit).await.is_final(), "the earlier visit may still be given up");
}

#[tokio::test]
async fn strings_and_sessions_end_and_the_shop_hears_of_a_session_that_did() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    house.enter(&string).await;
    house.begin(&payment).await;
    let (unused, never) = house.sealed("order-2", &["AMAZONPAY"]);
    house.advance_ms(HOUR_MS + 1);
    let page = house.get(&format!("/pagam/AmazonPay.aspx?a={SHOP}&p={payment}")).await;
    page.says(4800);
    assert!(page.text.contains("https://shop.example/ko?a="), "{}", page.text);
    assert!(matches!(house.payment(&payment).await.stage, Stage::Abandoned { .. }));
    house.advance_ms(23 * HOUR_MS);
    house.enter(&unused).await.says(4800);
    assert!(house.store.payment(&login(), &never).await.expect("an answer").is_none());
    house.enter(&string).await.says(1137);
}

#[tokio::test]
async fn the_janitor_ends_sessions_whose_buyer_never_came_back() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    house.enter(&string).await;
    house.begin(&payment).await;
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 0);
    house.advance_ms(HOUR_MS + 1);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1);
    assert!(matches!(house.payment(&payment).await.stage, Stage::Abandoned { .. }));
    assert_eq!(house.store.notices(&login(), &payment).await.expect("notices").len(), 1);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 0);
}

#[tokio::test]
async fn a_buyer_without_a_token_is_led_to_sign_in_with_the_payment_in_the_state() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    let wallet = house.enter(&string).await;
    let page = house.get(wallet.to()).await;
    assert!(page.status == 200 && page.text.contains("/pagam/assets/leaving.js"), "{} {}", page.status, page.text);
    let to = url::Url::parse(&page.sign_in()).expect("an address");
    let value = |name: &str| to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(to.path(), "/ap/oa");
    assert_eq!(value("redirect_uri").as_deref(), Some("https://pay.example/pagam/AmazonPay.aspx"));
    assert_eq!(value("state"), Some(format!("{SHOP}.{payment}")));
    assert_eq!(value("response_type").as_deref(), Some("token"));
    let out = house.get(&format!("{}&out=1", wallet.to())).await;
    assert!(out.text.contains("You are signed out") && out.text.contains("id=\"cancel\""), "{}", out.text);
    let denied = house.get(&format!("{}&denied=1", wallet.to())).await;
    assert!(denied.text.contains("You did not sign in") && denied.text.contains("id=\"cancel\""), "{}", denied.text);
}

#[tokio::test]
async fn every_answer_says_that_it_is_what_it_says_and_how_long_it_may_be_kept() {
    let house = house().await;
    let service = "/gestpay/gestpayws/WSCryptDecrypt.asmx";
    let paths = [
        "/",
        "/nowhere",
        "/health",
        "/metrics",
        "/pagam/pagam.aspx",
        "/pagam/AmazonPay.aspx",
        "/pagam/assets/page.css",
        "/pagam/assets/none.css",
        "/pagam/AmazonPayNotification.aspx",
        "/pagam/AmazonPay.aspx/confirm",
        "/pagam/method",
        service,
        "/gestpay/gestpayws/WSCryptDecrypt.asmx?wsdl",
        "/gestpay/gestpayws/WSs2s.asmx?wsdl",
    ];
    for path in paths {
        for request in [Request::get(path), Request::post(path), Request::delete(path)] {
            let request = crate::house::from("192.0.2.1", request.body(Body::empty()).expect("a request"));
            let page = house.browse(request).await;
            let said = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert_eq!(said("x-content-type-options"), "nosniff", "{path}: {}", page.status);
            let is_asset = page.status == 200 && path.contains("/assets/");
            let kept = said("cache-control");
            assert!(!kept.is_empty() && kept.starts_with("public") == is_asset, "{path}: {kept}");
        }
    }
}

#[tokio::test]
async fn the_place_that_amazon_returns_to_is_a_page_for_a_script() {
    let house = house().await;
    for path in ["/pagam/AmazonPay.aspx", "/pagam/Mobile/AmazonPay.aspx", "/PAGAM/amazonpay.aspx?access_token=x"] {
        let page = house.get(path).await;
        assert!(page.status == 200 && page.text.contains("/pagam/assets/sign-in.js"), "{path}: {}", page.text);
    }
}

#[tokio::test]
async fn amazon_down_at_sign_in_is_a_sentence_and_nothing_is_lost() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    let wallet = house.enter(&string).await;
    let request = Request::get(wallet.to())
        .header("cookie", "amazon_Login_accessToken=Atza%7Cx")
        .body(Body::empty())
        .expect("a request");
    let page = house.browse(request).await;
    assert_eq!(page.status, 503);
    page.says(9999);
    assert!(page.text.contains("Amazon is not answering") && page.text.contains("id=\"cancel\""), "{}", page.text);
    assert!(!house.payment(&payment).await.is_final());
}

#[tokio::test]
async fn every_page_keeps_itself_out_of_frames_caches_and_logs() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["CREDITCARD", "AMAZONPAY"]);
    house.enter(&string).await;
    for address in [
        format!("/pagam/pagam.aspx?a={SHOP}&b={string}"),
        "/pagam/pagam.aspx".to_owned(),
        "/pagam/AmazonPay.aspx".to_owned(),
        format!("/pagam/AmazonPay.aspx?a={SHOP}&p={payment}&denied=1"),
    ] {
        let page = house.get(&address).await;
        let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = header(CONTENT_SECURITY_POLICY.as_str());
        for part in ["default-src 'none'", "frame-ancestors 'none'", "script-src 'self'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{address}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!((header("cache-control"), header("x-content-type-options")), ("no-store", "nosniff"), "{address}");
        assert_eq!(header("referrer-policy"), "same-origin");
    }
    let page = house.enter(&string).await;
    let policy = page.headers.get(CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9 https://shop.example"), "{policy}");
}

#[tokio::test]
async fn a_payment_is_found_under_its_own_shop_and_nowhere_else() {
    let house = house().await;
    let (string, payment) = house.sealed("order-1", &["AMAZONPAY"]);
    house.enter(&string).await;
    for query in [format!("a={SHOP}&p=unknown"), format!("a={SHOP}&p=not/an/id"), format!("a={SHOP}")] {
        house.get(&format!("/pagam/AmazonPay.aspx?{query}")).await.says(1141);
    }
    house.get(&format!("/pagam/AmazonPay.aspx?a=OTHER&p={payment}")).await.says(1131);
    let taken = ShopTransactionId::new("order-1").expect("an identifier");
    assert!(house.store.payment_by_transaction(&login(), &taken).await.expect("an answer").is_none());
}

#[tokio::test]
async fn the_gateways_own_address_says_what_it_is_and_where_its_services_are_described() {
    let house = house().await;
    let page = house.get("/").await;
    assert!(page.status == 200 && page.text.contains("<h1>This is a payment page</h1>"), "{}", page.text);
    let links: Vec<&str> = page.text.split("href=\"").filter_map(|rest| rest.split('"').next()).collect();
    let wsdls: Vec<&str> = links.into_iter().filter(|link| link.ends_with("?wsdl")).collect();
    assert_eq!(wsdls.len(), 2, "{}", page.text);
    for wsdl in wsdls {
        let described = house.get(wsdl).await;
        assert!(described.status == 200 && described.text.contains("definitions"), "{wsdl}: {}", described.text);
    }
}

#[tokio::test]
async fn a_used_identifier_is_told_apart_from_one_that_is_being_paid() {
    let house = house().await;
    house.leaves_work();
    let enter = async |id: &str| house.enter(&house.sealed(id, &["AMAZONPAY"]).0).await;
    house.authorizing(&login(), "order-1").await;
    let under_way = enter("order-1").await;
    under_way.says(4801);
    assert!(under_way.text.contains("already being paid"), "{}", under_way.text);
    house.paid(&login(), "order-2").await;
    let used = enter("order-2").await;
    used.says(4801);
    assert!(used.text.contains("This order number has already been used"), "{}", used.text);
}
