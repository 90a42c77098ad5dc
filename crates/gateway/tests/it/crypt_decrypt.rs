//! Encrypt and Decrypt: what a shop sends and reads, and each refusal.

use axum::http::Request;
use gateway::seal::Keyring;
use payments::{Answer, Language, Outcome, Reason, ShopLogin};
use store::Shop;
use wire::path::CRYPT_DECRYPT;
use wire::{Code, Failure, Verdict, decrypt, encrypt};

use crate::house::{House, KEY, SHOP, encrypt_request, from, keep, login, post, random, shop};

async fn refusal(house: &House, request: &encrypt::Request) -> Failure {
    match house.encrypt(request).await {
        encrypt::Response::Ko(failure) => failure,
        encrypt::Response::Ok(_) => panic!("this was to be refused"),
    }
}

async fn crypted(house: &House, request: &encrypt::Request) -> String {
    match house.encrypt(request).await {
        encrypt::Response::Ok(crypted) => crypted,
        encrypt::Response::Ko(failure) => panic!("refused: {failure:?}"),
    }
}

fn decrypt_request(crypted: &str) -> decrypt::Request {
    let some = |text: &str| Some(text.to_owned());
    decrypt::Request { shop_login: some(SHOP), crypted_string: some(crypted), apikey: some(KEY) }
}

#[tokio::test]
async fn encrypt_seals_what_the_shop_asked_for() {
    let house = House::new().await;
    let request = encrypt::Request {
        buyer_name: Some("Mario Rossi".into()),
        language_id: Some("5".into()),
        custom_info: Some("cart=12*P1*site=a%2Bb".into()),
        ..encrypt_request()
    };
    let crypted = crypted(&house, &request).await;
    assert!(wire::seal::is_well_formed(&crypted) && !crypted.contains('*') && crypted.len() < 300);
    let sealed = house.gateway.keyring().open_request(&login(), &crypted).expect("the gateway's own");
    assert_eq!((sealed.order.amount.minor, sealed.order.amount.currency.as_str()), (2421, "EUR"));
    assert_eq!((sealed.order.buyer_name.as_str(), sealed.order.language), ("Mario Rossi", Language::German));
    assert_eq!(sealed.order.custom_info, "CART=12*P1*SITE=a%2Bb");
    assert_eq!((sealed.methods, sealed.sealed_at), (vec!["AMAZONPAY".to_owned()], house.now()));
}

#[tokio::test]
async fn encrypt_reserves_nothing_and_never_repeats_a_string() {
    let house = House::new().await;
    let before = house.store.commits();
    let (first, second) = (crypted(&house, &encrypt_request()).await, crypted(&house, &encrypt_request()).await);
    assert_ne!(first, second);
    let open = |text: &str| house.gateway.keyring().open_request(&login(), text).expect("the gateway's own").payment;
    assert_ne!(open(&first), open(&second), "each string is a visit of its own");
    assert_eq!(house.store.commits(), before);
}

#[tokio::test]
async fn the_answer_of_encrypt_is_written_to_the_letter() {
    let house = House::new().await;
    let answered = house.soap(CRYPT_DECRYPT, encrypt_request().write()).await;
    assert_eq!(answered.content_type, "text/xml; charset=utf-8");
    let (head, rest) = answered.text.split_once("<CryptDecryptString>").expect("a string");
    let (_, tail) = rest.split_once("</CryptDecryptString>").expect("its end");
    assert!(head.ends_with(
        "<EncryptResponse xmlns=\"https://ecomm.sella.it/\"><EncryptResult><GestPayCryptDecrypt xmlns=\"\">\
         <TransactionType>ENCRYPT</TransactionType><TransactionResult>OK</TransactionResult>"
    ));
    assert!(tail.starts_with("<ErrorCode>0</ErrorCode><ErrorDescription"), "{tail}");
}

#[tokio::test]
async fn each_missing_or_wrong_field_has_its_code() {
    let house = House::new().await;
    let none = encrypt_request;
    let some = |text: &str| Some(text.to_owned());
    let requests = [
        (encrypt::Request { uic_code: None, ..none() }, 1110),
        (encrypt::Request { uic_code: some("999"), ..none() }, 1111),
        (encrypt::Request { amount: None, ..none() }, 1112),
        (encrypt::Request { amount: some("ten"), ..none() }, 1113),
        (encrypt::Request { amount: some("1.234"), ..none() }, 1114),
        (encrypt::Request { shop_transaction_id: None, ..none() }, 1115),
        (encrypt::Request { shop_transaction_id: some(&"x".repeat(51)), ..none() }, 1116),
        (encrypt::Request { shop_transaction_id: some(&"x".repeat(33)), ..none() }, 4801),
        (encrypt::Request { language_id: some("9"), ..none() }, 1117),
        (encrypt::Request { payment_types: vec!["PAYPAL".into()], ..none() }, 1403),
        (encrypt::Request { custom_info: some("no syntax"), ..none() }, 1101),
        (encrypt::Request { amazon_pay_billing_agreement_description: some("sometimes"), ..none() }, 1105),
    ];
    for (request, code) in requests {
        assert_eq!(refusal(&house, &request).await.code, Code(code), "{request:?}");
    }
}

#[tokio::test]
async fn an_identifier_that_was_attempted_is_used_up_and_one_that_was_only_encrypted_is_not() {
    let house = House::new().await;
    house.leaves_work();
    house.authorizing(&login(), "order-1").await;
    assert_eq!(refusal(&house, &encrypt_request()).await.code, Code::TRANSACTION_INVALID);
    let by_default = encrypt::Request { payment_types: Vec::new(), ..encrypt_request() };
    assert_eq!(refusal(&house, &by_default).await.code, Code::TRANSACTION_INVALID);
    let another = encrypt::Request { shop_transaction_id: Some("order-2".into()), ..encrypt_request() };
    crypted(&house, &another).await;
    crypted(&house, &another).await;
}

#[tokio::test]
async fn each_caller_who_is_not_let_in_gets_his_code_in_both_operations() {
    let house = House::new().await;
    let put = |login: &str, change: fn(&mut Shop)| {
        let mut other = Shop { login: ShopLogin::new(login).expect("a login"), ..shop() };
        change(&mut other);
        let store = house.store.clone();
        async move { keep(&store, &other).await }
    };
    put("CLOSED", |shop| shop.active = false).await;
    put("NO-WAY-IN", |shop| shop.api_key = None).await;
    put("ELSEWHERE", |shop| shop.addresses = Some(vec!["198.51.100.*".into()])).await;
    for (login, key, code) in [
        ("UNKNOWN", KEY, 1131),
        ("CLOSED", KEY, 1132),
        ("NO-WAY-IN", KEY, 1404),
        (SHOP, "wrong", 1169),
        (SHOP, "", 1169),
        ("ELSEWHERE", KEY, 1142),
    ] {
        let (login, key) = (Some(login.to_owned()), Some(key.to_owned()));
        let request = encrypt::Request { shop_login: login.clone(), apikey: key.clone(), ..encrypt_request() };
        assert_eq!(refusal(&house, &request).await.code, Code(code), "{login:?}");
        let request = decrypt::Request { shop_login: login.clone(), crypted_string: Some("x".into()), apikey: key };
        let decrypt::Response::Failed(failure) = house.decrypt(&request).await else { panic!("not let in") };
        assert_eq!(failure.code, Code(code), "{login:?}");
    }
}

#[tokio::test]
async fn a_listed_address_is_enough_also_behind_a_trusted_proxy() {
    let listed = Shop { api_key: None, addresses: Some(vec!["198.51.100.7".into()]), ..shop() };
    let house = House::with_shop(listed).await;
    let message = || post(CRYPT_DECRYPT, "text/xml", encrypt_request().write());
    let forwarded = |list: &str| {
        let request = Request::post(CRYPT_DECRYPT).header("content-type", "text/xml").header("x-forwarded-for", list);
        request.body(encrypt_request().write().into()).expect("a request")
    };
    let code = |text: &str| match encrypt::Response::read(text).expect("an answer") {
        encrypt::Response::Ok(_) => Code::OK,
        encrypt::Response::Ko(failure) => failure.code,
    };
    for (address, request, expected) in [
        ("198.51.100.7", message(), Code::OK),
        ("::ffff:198.51.100.7", message(), Code::OK),
        ("198.51.100.8", message(), Code::IP_REFUSED),
        ("10.9.1.1", forwarded("203.0.113.9, 198.51.100.7"), Code::OK),
        ("10.9.1.1", forwarded("198.51.100.7, 203.0.113.9"), Code::IP_REFUSED),
        ("203.0.113.9", forwarded("198.51.100.7"), Code::IP_REFUSED),
    ] {
        assert_eq!(code(&house.send(from(address, request)).await.text), expected, "{address}");
    }
}

#[tokio::test]
async fn texts_are_in_the_shops_language_and_before_a_shop_is_known_in_italian() {
    let house = House::with_shop(Shop { language: Language::Italian, ..shop() }).await;
    let late = encrypt::Request { amount: None, ..encrypt_request() };
    assert_eq!(refusal(&house, &late).await.text, Code::AMOUNT_MISSING.text(wire::Lang::Italian));
    let unknown = encrypt::Request { shop_login: None, ..encrypt_request() };
    assert_eq!(refusal(&house, &unknown).await.text, Code::SHOP_UNKNOWN.text(wire::Lang::Italian));
    let german = House::with_shop(Shop { language: Language::German, ..shop() }).await;
    assert_eq!(refusal(&german, &late).await.text, Code::AMOUNT_MISSING.text(wire::Lang::English));
}

async fn outcome(house: &House, payment: &payments::Payment) -> decrypt::Outcome {
    let told = Outcome::of(payment).expect("the payment is over");
    let sealed = house.gateway.keyring().seal_outcome(&login(), &told);
    match house.decrypt(&decrypt_request(&sealed)).await {
        decrypt::Response::Outcome(outcome) => *outcome,
        decrypt::Response::Failed(failure) => panic!("refused: {failure:?}"),
    }
}

#[tokio::test]
async fn decrypt_tells_a_paid_payment_in_full() {
    let house = House::new().await;
    let payment = house.paid(&login(), "order-1").await;
    let told = outcome(&house, &payment).await;
    assert_eq!((told.result, told.error_code), (Verdict::Ok, Code::OK));
    assert_eq!((told.shop_transaction_id.as_str(), told.authorization_code.as_str()), ("order-1", "063411"));
    assert_eq!(told.bank_transaction_id, payment.bank_transaction_id.expect("a number").to_string());
    assert_eq!((told.currency.as_str(), told.amount.as_str()), ("242", "24.21"));
    assert_eq!((told.country.as_deref(), told.custom_info.as_deref()), (Some(""), Some("CART=1234")));
    let buyer = (told.buyer_name.as_deref(), told.buyer_email.as_deref());
    assert_eq!(buyer, (Some("Mario Rossi"), Some("mario.rossi@example.it")));
    assert_eq!((told.payment_method, told.token), (None, None), "not switched on for the shop");
}

#[tokio::test]
async fn decrypt_tells_a_refusal_with_its_code_and_a_number() {
    let house = House::new().await;
    let payment = house.authorizing(&login(), "order-1").await;
    let payment = house.answered(payment, Answer::Declined(Reason::Rejected)).await;
    let told = outcome(&house, &payment).await;
    assert_eq!((told.result, told.error_code, told.authorization_code.as_str()), (Verdict::Ko, Code::DENIED, ""));
    assert!(!told.bank_transaction_id.is_empty() && !told.error_description.is_empty());
}

#[tokio::test]
async fn optional_elements_come_when_they_are_switched_on() {
    let fields = vec!["PaymentMethod".to_owned(), "TOKEN".to_owned()];
    let house = House::with_shop(Shop { response_fields: fields, ..shop() }).await;
    let payment = house.paid(&login(), "order-1").await;
    let told = outcome(&house, &payment).await;
    assert_eq!((told.payment_method.as_deref(), told.token.as_deref()), (Some("AMAZONPAY"), Some("")));
}

#[tokio::test]
async fn the_long_form_has_its_elements_in_the_documented_order() {
    let house = House::new().await;
    let payment = house.paid(&login(), "order-1").await;
    let told = Outcome::of(&payment).expect("the payment is over");
    let sealed = house.gateway.keyring().seal_outcome(&login(), &told);
    let answered = house.soap(CRYPT_DECRYPT, decrypt_request(&sealed).write()).await;
    let document = xml::Document::parse(&answered.text, xml::Limits::default()).expect("XML");
    let inner = document.root().find("GestPayCryptDecrypt").expect("the inner element");
    let names: Vec<&str> = inner.children().map(xml::Element::local).collect();
    let documented = "TransactionType TransactionResult ShopTransactionID BankTransactionID AuthorizationCode Currency \
                      Amount Country CustomInfo Buyer ErrorCode ErrorDescription AlertCode AlertDescription VbVRisp \
                      VbVBuyer VbVFlag TransactionKey";
    assert_eq!(names, documented.split_whitespace().collect::<Vec<_>>());
}

#[tokio::test]
async fn what_decrypt_cannot_read_is_9999_in_the_short_form() {
    let house = House::new().await;
    let asked = crypted(&house, &encrypt_request()).await;
    let payment = house.paid(&login(), "order-1").await;
    let told = Outcome::of(&payment).expect("the payment is over");
    let of_another = ShopLogin::new("GESPAY00002").expect("a login");
    let of_another = house.gateway.keyring().seal_outcome(&of_another, &told);
    let good = house.gateway.keyring().seal_outcome(&login(), &told);
    let no_shop = decrypt::Request { shop_login: None, ..decrypt_request(&good) };
    let nothing = decrypt::Request { crypted_string: None, ..decrypt_request(&good) };
    let requests = [decrypt_request(&asked), decrypt_request(&of_another), decrypt_request("x"), no_shop, nothing];
    for request in requests {
        let answered = house.decrypt(&request).await;
        assert!(matches!(answered, decrypt::Response::Failed(Failure { code: Code::SYSTEM, .. })), "{answered:?}");
    }
    assert!(matches!(house.decrypt(&decrypt_request(&good)).await, decrypt::Response::Outcome(_)));
}

#[tokio::test]
async fn strings_of_before_a_new_sealing_key_stay_readable() {
    let house = House::new().await;
    let old = crypted(&house, &encrypt_request()).await;
    let keys = house.store.seal_keys().await.expect("the store answers");
    let key = Keyring::generate(&keys, house.now(), &random()).expect("a key");
    house.store.add_seal_key(&key).await.expect("the store answers");
    house.advance_ms(60_000);
    let beside = house.restarted().await;
    let new = crypted(&beside, &encrypt_request()).await;
    assert!(house.gateway.keyring().open_request(&login(), &new).is_err(), "it has not heard of the key");
    house.gateway.take_up_seal_keys().await.expect("the store answers");
    for keyring in [house.gateway.keyring(), beside.gateway.keyring()] {
        assert!(keyring.open_request(&login(), &old).is_ok() && keyring.open_request(&login(), &new).is_ok());
    }
}

#[tokio::test]
async fn a_changed_shop_is_seen_after_the_cache_is_old() {
    let house = House::new().await;
    crypted(&house, &encrypt_request()).await;
    house.keep(&Shop { active: false, ..shop() }).await;
    crypted(&house, &encrypt_request()).await;
    house.advance_ms(2_000);
    assert_eq!(refusal(&house, &encrypt_request()).await.code, Code::SHOP_INACTIVE);
}
