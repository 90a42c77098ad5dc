//! Each rule, what is written of a change, and two clerks.

use std::collections::BTreeMap;

use payments::{AutomaticAct, UtcMs};
use store::{ApiKeyHash, Author, Environment, Shop, Store};

use super::{AccountWish, Refused, Wish, change, new_shop, read};

const LOGIN: &str = "GESPAY00001";

fn marco() -> Author {
    Author::new("marco", "pagam shop set")
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn wished(wish: &Wish) -> Result<Shop, Refused> {
    let mut shop = new_shop(LOGIN)?;
    wish.write_into(&mut shop)?;
    Ok(shop)
}

/// Why a wish is refused.
fn refusal(wish: &Wish) -> String {
    wished(wish).expect_err("it breaks a rule").to_string()
}

#[test]
fn the_code_of_a_shop_has_letters_digits_hyphens_and_underscores() {
    for good in ["9001234", "GESPAY00001", "a-b_c"] {
        assert_eq!(new_shop(good).expect("a code").login.as_str(), good);
    }
    for wrong in ["", "a b", "a/b", "bottega.it", "caffè", &"9".repeat(31)] {
        let told = new_shop(wrong).expect_err("no code").to_string();
        assert!(told.contains("1 to 30 letters, digits"), "{told}");
    }
}

#[test]
fn a_name_is_not_empty() {
    for name in ["", " ", "\t"] {
        assert_eq!(refusal(&Wish { name: Some(name.into()), ..Wish::default() }), "name must not be empty");
    }
    let named = Wish { name: Some("Caffè & Co.".into()), ..Wish::default() };
    assert_eq!(wished(&named).expect("a name").name, "Caffè & Co.");
}

#[test]
fn every_url_is_http_or_https() {
    let urls = |url: &str| {
        let url = Some(url.to_owned());
        [
            Wish { positive_url: url.clone(), ..Wish::default() },
            Wish { negative_url: url.clone(), ..Wish::default() },
            Wish { notice_url: Some(url), ..Wish::default() },
        ]
    };
    for good in ["https://shop.example/ok?x=1", "http://127.0.0.1:8080/s2s"] {
        for wish in urls(good) {
            let shop = wished(&wish).expect("a URL");
            let kept = [Some(shop.positive_url), Some(shop.negative_url), shop.notice_url];
            assert_eq!(kept.iter().flatten().filter(|url| *url == good).count(), 1);
        }
    }
    for (wrong, reason) in [
        ("", "is not a valid URL"),
        ("shop.example/ok", "is not a valid URL"),
        ("https://", "is not a valid URL"),
        ("ftp://shop.example/ok", "must begin with http:// or https://"),
        ("javascript:alert(1)", "must begin with http:// or https://"),
    ] {
        for (wish, setting) in urls(wrong).iter().zip(["positive_url", "negative_url", "notice_url"]) {
            let told = refusal(wish);
            assert!(told.starts_with(setting) && told.contains(reason), "{told}");
        }
    }
    let mut shop = Shop { notice_url: Some("https://shop.example/s2s".into()), ..new_shop(LOGIN).expect("a code") };
    Wish { notice_url: Some(None), ..Wish::default() }.write_into(&mut shop).expect("it may be taken away");
    assert_eq!(shop.notice_url, None);
}

#[test]
fn addresses_are_patterns_that_can_cover_one() {
    let addresses = |list: &[&str]| Wish { addresses: Some(Some(texts(list))), ..Wish::default() };
    let good = ["203.0.113.7", "10.1.*.*", "10.0.0.0/8", "2001:db8::/32", "*"];
    assert_eq!(wished(&addresses(&good)).expect("patterns").addresses, Some(texts(&good)));
    for wrong in ["300.1.1.1", "10.*", "shop.example", ""] {
        let told = refusal(&addresses(&["203.0.113.7", wrong]));
        assert!(told.contains(&format!("{wrong:?} is not one of 203.0.113.7, 10.1.*.*")), "{told}");
    }
    assert_eq!(refusal(&addresses(&[])), "addresses must not be empty");
    let any = Wish { addresses: Some(None), ..Wish::default() };
    assert_eq!(wished(&any).expect("no limit").addresses, None);
}

#[test]
fn payment_types_are_the_service_s_own_and_each_is_named_once() {
    let types = |list: &[&str]| Wish { payment_types: Some(texts(list)), ..Wish::default() };
    let both = ["CREDITCARD", "AMAZONPAY"];
    assert_eq!(wished(&types(&both)).expect("methods").payment_types, both);
    for wrong in ["AmazonPay", "", "BITCOIN"] {
        let told = refusal(&types(&[wrong]));
        assert!(told.contains(&format!("{wrong:?} is not a payment method")), "{told}");
    }
    assert_eq!(refusal(&types(&[])), "payment_types must not be empty");
    assert_eq!(refusal(&types(&["AMAZONPAY", "AMAZONPAY"])), "payment_types: \"AMAZONPAY\" is named twice");
}

#[test]
fn fields_are_those_of_encrypt_and_decrypt() {
    let response = |list: &[&str]| Wish { response_fields: Some(texts(list)), ..Wish::default() };
    assert_eq!(wished(&response(&["token", "PaymentMethod"])).expect("fields").response_fields.len(), 2);
    assert!(wished(&response(&[])).expect("none").response_fields.is_empty());
    let told = refusal(&response(&["Tokne"]));
    assert!(told.contains("\"Tokne\" is not an optional element of Decrypt: PaymentMethod, TOKEN"), "{told}");

    let request = |list: Option<&[&str]>| Wish { request_fields: Some(list.map(texts)), ..Wish::default() };
    let good = ["buyerName", "customInfo"];
    assert_eq!(wished(&request(Some(&good))).expect("fields").request_fields, Some(texts(&good)));
    assert_eq!(wished(&request(None)).expect("every field").request_fields, None);
    // The wire compares them to the letter.
    let told = refusal(&request(Some(&["buyername"])));
    assert!(told.contains("\"buyername\" is not an optional field of Encrypt: buyerName, buyerEmail"), "{told}");
    assert_eq!(refusal(&request(Some(&["buyerName", "buyerName"]))), "request_fields: \"buyerName\" is named twice");
}

#[test]
fn custom_keys_are_such_as_custom_information_takes() {
    let keys = |list: &[&str]| Wish { custom_keys: Some(texts(list)), ..Wish::default() };
    assert_eq!(wished(&keys(&["COLOUR", "MY KEY", "1-a.b_c"])).expect("keys").custom_keys.len(), 3);
    for wrong in ["", "A=B", "A?", "A*P1*B", "A\n", &"K".repeat(300)] {
        assert!(refusal(&keys(&[wrong])).contains("cannot be a key of customInfo"), "{wrong:?}");
    }
    assert_eq!(refusal(&keys(&["Colour", "COLOUR"])), "custom_keys: \"COLOUR\" is named twice");
}

#[test]
fn what_is_compulsory_can_be_sent() {
    let wish = |compulsory: &str, custom_keys: &[&str], request_fields: Option<&[&str]>| Wish {
        compulsory_fields: Some(texts(&[compulsory])),
        custom_keys: Some(texts(custom_keys)),
        request_fields: Some(request_fields.map(texts)),
        ..Wish::default()
    };
    for good in [
        wish("buyerName", &[], None),
        wish("buyerName", &["COLOUR"], Some(&["buyerName"])),
        wish("CART", &[], None),
        wish("cart", &["CART"], Some(&["customInfo"])),
    ] {
        assert_eq!(wished(&good).expect("it can be sent").compulsory_fields.len(), 1);
    }
    for wrong in [
        wish("buyerName", &["COLOUR"], Some(&["buyerEmail"])),
        wish("CART", &["COLOUR"], None),
        wish("CART", &["CART"], Some(&["buyerName"])),
    ] {
        assert!(refusal(&wrong).contains("is not among the request_fields and custom_keys"), "{wrong:?}");
    }
    assert!(refusal(&wish("A=B", &[], None)).contains("cannot be a key of customInfo"));
    let mut shop = wished(&wish("buyerName", &[], None)).expect("it can be sent");
    let narrower = Wish { request_fields: Some(Some(Vec::new())), ..Wish::default() };
    let refused = narrower.write_into(&mut shop).expect_err("buyerName is compulsory already");
    assert!(matches!(&refused, Refused::Compulsory(name) if name == "buyerName"), "{refused:?}");
}

#[test]
fn automatic_operations_wait_for_1_to_25_days() {
    let automatic = |days| Wish { automatic: Some(Some((AutomaticAct::Settle, days))), ..Wish::default() };
    for days in [1_u8, 25] {
        let kept = wished(&automatic(days.into())).expect("days").automatic;
        assert_eq!(kept, Some((AutomaticAct::Settle, days)));
    }
    for days in [0, 26, 257, 300] {
        let told = refusal(&automatic(days));
        assert!(told.contains(&format!("{days} days")) && told.contains("1454"), "{told}");
    }
    let none = Wish { automatic: Some(None), ..Wish::default() };
    assert_eq!(wished(&none).expect("none").automatic, None);
}

#[test]
fn amazon_decides_within_a_day_and_in_steps_of_five_minutes() {
    let decision = |minutes| Wish { decision_minutes: Some(minutes), ..Wish::default() };
    for minutes in [5_u16, 30, 1440] {
        let kept = wished(&decision(Some(minutes.into()))).expect("minutes").decision_minutes;
        assert_eq!(kept, Some(minutes));
    }
    for minutes in [0, 4, 7, 1445, 65_541] {
        let told = refusal(&decision(Some(minutes)));
        assert!(told.contains(&minutes.to_string()) && told.contains("5 to 1440"), "{told}");
    }
    assert_eq!(wished(&decision(None)).expect("refused at once").decision_minutes, None);
}

#[test]
fn credentials_are_single_words_and_are_kept_for_their_environment() {
    let account =
        |wish: AccountWish| Wish { amazon: BTreeMap::from([(Environment::Production, wish)]), ..Wish::default() };
    let text = |text: &str| Some(text.to_owned());
    let full = AccountWish {
        seller_id: text("A2SELLER"),
        client_id: text("amzn1.application-oa2-client.0f"),
        access_key: text("AKIAX"),
        secret_key: text("se/cr+et="),
        mws_token: text(""),
        show_address_widget: Some(true),
    };
    let mut shop = wished(&account(full)).expect("an account");
    account(AccountWish { access_key: text("AKIAY"), ..AccountWish::default() })
        .write_into(&mut shop)
        .expect("in part");
    let [(environment, kept)] = shop.amazon.iter().collect::<Vec<_>>()[..] else { panic!("{:?}", shop.amazon) };
    assert_eq!(
        (*environment, kept.seller_id.as_str(), kept.access_key.as_str()),
        (Environment::Production, "A2SELLER", "AKIAY"),
        "the seller's new access key is kept in the account's environment"
    );
    assert_eq!(
        (kept.secret_key.as_str(), kept.mws_token.as_str(), kept.show_address_widget),
        ("se/cr+et=", "", true),
        "what the second wish left out stays as it was"
    );
    for wrong in ["", "a b", "key\n", "clé"] {
        for (wish, name) in [
            (AccountWish { seller_id: text(wrong), ..AccountWish::default() }, "seller_id"),
            (AccountWish { client_id: text(wrong), ..AccountWish::default() }, "client_id"),
            (AccountWish { access_key: text(wrong), ..AccountWish::default() }, "access_key"),
            (AccountWish { secret_key: text(wrong), ..AccountWish::default() }, "secret_key"),
            (AccountWish { mws_token: text(wrong), ..AccountWish::default() }, "mws_token"),
        ] {
            if (wrong, name) == ("", "mws_token") {
                continue;
            }
            let told = refusal(&account(wish));
            assert!(told.starts_with(&format!("production.{name}: one word")), "{told}");
            assert!(wrong.is_empty() || !told.contains(wrong), "a secret is not repeated: {told}");
        }
    }
}

#[tokio::test]
async fn a_change_is_written_and_answered_and_the_same_again_is_none() {
    let store = Store::open_in_memory().expect("a store");
    let wish = Wish { notify_movements: Some(true), api_key: Some(ApiKeyHash::of("k")), ..Wish::default() };
    let made = change(&store, new_shop(LOGIN).expect("a code"), &wish, &marco(), UtcMs(1)).await.expect("it is new");
    assert_eq!(made.map(|row| row.version), Some(1));
    let shop = read(&store, LOGIN).await.expect("it is kept");
    assert!(shop.notify_movements && shop.api_key.as_ref().is_some_and(|key| key.matches("k")));

    let renamed = Wish { name: Some("Bottega".into()), web_service: Some(true), ..Wish::default() };
    let row = change(&store, shop, &renamed, &marco(), UtcMs(2)).await.expect("allowed").expect("it differs");
    assert_eq!(
        (row.version, row.changes.keys().cloned().collect::<Vec<_>>()),
        (2, texts(&["name"])),
        "only the name differs, so the second row names it alone"
    );
    let shop = read(&store, LOGIN).await.expect("it is kept");
    assert_eq!(change(&store, shop, &renamed, &marco(), UtcMs(3)).await.expect("allowed"), None);
    assert_eq!(store.audit(None, 9).await.expect("rows").len(), 2);

    let again = change(&store, new_shop(LOGIN).expect("a code"), &wish, &marco(), UtcMs(4)).await;
    assert_eq!(again.expect_err("it is there").to_string(), "the shop GESPAY00001 exists already");
    let unknown = read(&store, "GESPAY00009").await.expect_err("it was never made");
    assert_eq!(unknown.to_string(), "there is no shop GESPAY00009");
}

#[tokio::test]
async fn a_wish_that_breaks_a_rule_writes_nothing() {
    let store = Store::open_in_memory().expect("a store");
    let wish = Wish { name: Some("Bottega".into()), decision_minutes: Some(Some(7)), ..Wish::default() };
    let refused = change(&store, new_shop(LOGIN).expect("a code"), &wish, &marco(), UtcMs(1)).await;
    assert!(matches!(refused, Err(Refused::Minutes(7))), "{refused:?}");
    assert!(store.shops().await.expect("shops").is_empty() && store.audit(None, 9).await.expect("rows").is_empty());
}

#[tokio::test]
async fn of_two_clerks_who_read_the_same_the_second_hears_who_was_first() {
    let store = Store::open_in_memory().expect("a store");
    let made = change(&store, new_shop(LOGIN).expect("a code"), &Wish::default(), &marco(), UtcMs(1)).await;
    assert!(made.expect("it is new").is_some());
    let (first, second) = (read(&store, LOGIN).await.expect("kept"), read(&store, LOGIN).await.expect("kept"));
    let now = UtcMs(1_774_001_472_000);
    let closed = Wish { active: Some(false), ..Wish::default() };
    assert!(change(&store, first, &closed, &marco(), now).await.expect("the first").is_some());

    let renamed = Wish { name: Some("Bottega".into()), ..Wish::default() };
    let sara = Author::new("sara", "office");
    let stale = change(&store, second, &renamed, &sara, now.plus_ms(1)).await.expect_err("he read it before");
    let told = "GESPAY00001 was changed meanwhile by marco (pagam shop set, 2026-03-20T10:11:12Z)";
    assert_eq!(stale.to_string(), told);
    let kept = read(&store, LOGIN).await.expect("kept");
    assert_eq!(
        (kept.active, kept.name.as_str(), kept.version),
        (false, LOGIN, 2),
        "the clerk who came second has changed nothing"
    );
}
