//! Seller Central, the front door and the challenge.

use http::StatusCode;
use pagam_simulator::NewOrder;

use super::visitor::Visitor;
use super::{CLIENT, SELLER, router};

#[tokio::test]
async fn the_front_door_lists_the_buyers_and_the_cards() {
    let page = Visitor::on(router()).get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("marco.rossi@example.it") && page.html.contains("anna.schmidt@example.de"));
    assert!(page.html.contains("…3434"));
}

#[tokio::test]
async fn every_page_of_seller_central_opens_and_allows_no_inline_code() {
    let mut merchant = Visitor::on(router());
    for path in ["", "clients", "permissions", "agreements", "orders"].map(|page| format!("/sellercentral/{page}")) {
        let path = path.as_str();
        let page = merchant.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn a_saved_client_allows_the_new_origin_and_return_address() {
    let router = router();
    let mut merchant = Visitor::on(router.clone());
    let fields = [
        ("client_id", CLIENT),
        ("environment", "sandbox"),
        ("allowed_origins", "https://new.example\r\n\r\n https://second.example:8443 "),
        ("return_urls", "https://new.example/back"),
        ("ipn_url", "https://new.example/ipn"),
    ];
    let saved = merchant.post("/sellercentral/clients", &fields).await;
    assert_eq!(
        (saved.status, saved.location()),
        (StatusCode::SEE_OTHER, "/sellercentral/clients?saved=1"),
        "the merchant is led back and told that it is saved"
    );
    let page = merchant.get("/sellercentral/clients?saved=1").await;
    assert!(page.html.contains("https://new.example\nhttps://second.example:8443</textarea>"), "{}", page.html);
    assert!(page.html.contains("role=\"status\"") && page.html.contains("https://new.example/ipn"));
    let asked = super::sign_in::authorize(&[("redirect_uri", "https://new.example/back")]);
    assert_eq!(Visitor::on(router).get(&asked).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_form_with_faults_saves_nothing_and_says_which_line() {
    let mut merchant = Visitor::on(router());
    let fields = [
        ("client_id", CLIENT),
        ("environment", "sandbox"),
        ("allowed_origins", "https://shop.example/with/path"),
        ("return_urls", "shop.example"),
        ("ipn_url", "ftp://shop.example"),
    ];
    let page = merchant.post("/sellercentral/clients", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.html.contains("https://shop.example/with/path is not an origin")
            && page.html.contains("shop.example is not a valid URL")
    );
    assert!(!merchant.get("/sellercentral/clients").await.html.contains("shop.example/with/path"));
}

#[tokio::test]
async fn a_developer_is_authorized_with_a_token_and_revoked_without() {
    let mut merchant = Visitor::on(router());
    let developer = [("seller_id", SELLER), ("developer_name", "Probe"), ("developer_id", "111122223333")];
    let done = merchant.post("/sellercentral/permissions/authorize", &developer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let page = merchant.get("/sellercentral/permissions").await;
    assert!(page.html.contains("1111-2222-3333") && page.html.contains("amzn.mws."));
    let gone = [("seller_id", SELLER), ("developer_id", "1111-2222-3333")];
    assert_eq!(merchant.post("/sellercentral/permissions/revoke", &gone).await.status, StatusCode::SEE_OTHER);
    assert!(!merchant.get("/sellercentral/permissions").await.html.contains("1111-2222-3333"));
}

#[tokio::test]
async fn a_developer_id_without_twelve_digits_is_refused_beside_its_field() {
    let mut merchant = Visitor::on(router());
    let developer = [("seller_id", SELLER), ("developer_name", "Probe"), ("developer_id", "12")];
    let page = merchant.post("/sellercentral/permissions/authorize", &developer).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("twelve digits") && page.html.contains("value=\"12\""));
}

#[tokio::test]
async fn a_seller_central_form_of_another_site_is_refused() {
    let mut stranger = Visitor::on(router()).sending_from("https://evil.example");
    let fields = [("client_id", CLIENT), ("environment", "sandbox"), ("allowed_origins", "https://evil.example")];
    assert_eq!(stranger.post("/sellercentral/clients", &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_unknown_order_reference_is_not_found_and_not_confirmed() {
    let mut visitor = Visitor::on(router());
    assert_eq!(visitor.get("/sellercentral/orders/S02-0000000-0000000").await.status, StatusCode::NOT_FOUND);
    let page = visitor.get(&format!("/confirmation?order_reference=S02-0000000-0000000&seller_id={SELLER}")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_act_by_hand_of_another_site_is_refused() {
    let simulator = super::world::simulator();
    let new =
        NewOrder { seller_id: SELLER, client_id: CLIENT, is_sandbox: true, buyer_id: "marco", wants_address: false };
    let order = simulator.world().new_order(&new).expect("an order").id;
    let mut stranger = Visitor::on(simulator.router()).sending_from("https://evil.example");
    let cancel = format!("/sellercentral/orders/{order}/cancel");
    assert_eq!(stranger.post(&cancel, &[]).await.status, StatusCode::FORBIDDEN);
    let state = || simulator.world().order(&order).expect("read").expect("there").state;
    assert_eq!(state(), "Draft");
    assert_eq!(Visitor::on(simulator.router()).post(&cancel, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(), "Canceled");
}
