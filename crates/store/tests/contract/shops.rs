//! Shops and the keys of the seal.

use anyhow::{Context as _, Result};
use payments::{AutomaticAct, Language};
use serde_json::{Value as Json, json};
use store::{AmazonAccount, ApiKeyHash, ApplyError, Author, Environment, Error, SealKey, Shop, Store, VaultKey};

use crate::money::at;
use crate::names::{clerk, shop};
use crate::place::Place;

fn account(of: &str) -> AmazonAccount {
    AmazonAccount {
        seller_id: format!("{of}-seller"),
        client_id: format!("{of}-client"),
        access_key: format!("{of}-access"),
        secret_key: format!("{of}-hush"),
        mws_token: format!("{of}-quiet"),
        show_address_widget: of == "sandbox",
    }
}

fn full() -> Shop {
    let mut full = Shop::new(shop("GESPAY00001"), "Bottega dell'Orso");
    full.active = false;
    full.language = Language::French;
    full.positive_url = "https://shop.example/ok?x=1".to_owned();
    full.negative_url = "https://shop.example/ko".to_owned();
    full.notice_url = Some("https://shop.example/s2s".to_owned());
    full.api_key = Some(ApiKeyHash::of("the key"));
    full.addresses = Some(vec!["10.0.0.*".to_owned(), "2001:db8::/32".to_owned()]);
    full.payment_types = vec!["CREDITCARD".to_owned(), "AMAZONPAY".to_owned()];
    full.capture_now = false;
    full.automatic = Some((AutomaticAct::Settle, 25));
    full.decision_minutes = Some(1440);
    full.notify_movements = true;
    full.response_fields = vec!["Custom \"quoted\"".to_owned()];
    full.custom_keys = vec!["COLOUR".to_owned()];
    full.request_fields = Some(vec!["buyerName".to_owned()]);
    full.compulsory_fields = vec!["COLOUR".to_owned()];
    full.amazon.insert(Environment::Sandbox, account("sandbox"));
    full.amazon.insert(Environment::Production, account("production"));
    full
}

/// As it is read once it was put.
fn put(shop: &Shop) -> Shop {
    Shop { version: shop.version + 1, ..shop.clone() }
}

async fn kept(store: &Store, shop: &Shop) -> Result<Shop> {
    store.put_shop(shop, &clerk(), at(1)).await?;
    Ok(put(shop))
}

pub async fn a_shop_is_read_as_it_was_put(place: Place) -> Result<()> {
    let store = place.open().await?;
    let plain = Shop::new(shop("GESPAY00000"), "Plain");
    for shop in [&full(), &plain] {
        store.put_shop(shop, &clerk(), at(1)).await?;
    }
    assert_eq!(store.shop(&shop("GESPAY00001")).await?, Some(put(&full())));
    assert_eq!(store.shops().await?, [put(&plain), put(&full())]);
    let told = format!("{:?}", store.shop(&shop("GESPAY00001")).await?);
    assert!(!told.contains("hush") && !told.contains("quiet") && told.contains("[secret]"), "{told}");
    Ok(())
}

pub async fn a_shop_put_again_loses_what_it_no_longer_has(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut less = kept(&store, &full()).await?;
    less.active = true;
    less.notice_url = None;
    less.api_key = None;
    less.addresses = None;
    less.amazon.remove(&Environment::Production);
    less.amazon.insert(Environment::Sandbox, account("new"));
    let less = kept(&store, &less).await?;
    assert_eq!(store.shop(&less.login).await?, Some(less));
    Ok(())
}

pub async fn of_two_clerks_the_second_is_stale_and_changes_nothing(place: Place) -> Result<()> {
    let (one, other) = (place.open().await?, place.open().await?);
    let read = kept(&one, &full()).await?;
    let (mut named, mut closed) = (read.clone(), read);
    named.name = "Bottega Nuova".to_owned();
    closed.active = true;
    closed.amazon.remove(&Environment::Sandbox);
    let (marco, sara) = (clerk(), Author::new("sara", "pagam shop set"));
    let both = tokio::join!(one.put_shop(&named, &marco, at(2)), other.put_shop(&closed, &sara, at(2)));
    let is_stale = |put: &Result<_, ApplyError>| matches!(put, Err(ApplyError::Stale));
    assert_eq!([&both.0, &both.1].into_iter().filter(|put| is_stale(put)).count(), 1, "{both:?}");
    let (winner, written) = if both.0.is_ok() { (named, both.0?) } else { (closed, both.1?) };
    assert_eq!(one.shop(&winner.login).await?, Some(put(&winner)), "nothing of the other's change is there");
    assert_eq!(other.audit(Some(&winner.login), 1).await?.first(), written.as_ref());

    let late = one.put_shop(&full(), &clerk(), at(3)).await;
    assert!(matches!(late, Err(ApplyError::Taken)), "it is not new: {late:?}");
    let unknown = Shop { version: 7, ..Shop::new(shop("GESPAY00009"), "Never kept") };
    assert!(matches!(one.put_shop(&unknown, &clerk(), at(3)).await, Err(ApplyError::Stale)));
    assert_eq!(one.audit(None, 9).await?.len(), 2, "what is refused leaves no trace");
    Ok(())
}

pub async fn every_change_of_settings_leaves_a_row_without_secrets(place: Place) -> Result<()> {
    let store = place.open().await?;
    let made = store.put_shop(&full(), &clerk(), at(1)).await?.context("a new shop")?;
    assert_eq!(
        (made.version, made.changes["name"]["before"].is_null()),
        (1, true),
        "a new shop's first row has no name before it"
    );
    let mut changed = put(&full());
    changed.automatic = None;
    changed.response_fields = vec!["TOKEN".to_owned()];
    changed.notify_movements = false;
    changed.api_key = Some(ApiKeyHash::of("another key"));
    let sandbox = AmazonAccount { seller_id: "A2".to_owned(), secret_key: "whisper".to_owned(), ..account("sandbox") };
    changed.amazon.insert(Environment::Sandbox, sandbox);
    let author = Author::new("sara", "pagam shop set");
    let row = store.put_shop(&changed, &author, at(5)).await?.context("it differs")?;
    let expected = json!({
        "automatic": {"before": "settle", "after": null},
        "automatic_days": {"before": 25, "after": null},
        "response_fields": {"before": ["Custom \"quoted\""], "after": ["TOKEN"]},
        "notify_movements": {"before": true, "after": false},
        "api_key": "changed",
        "sandbox.seller_id": {"before": "sandbox-seller", "after": "A2"},
        "sandbox.secret_key": "changed",
    });
    assert_eq!(Json::Object(row.changes.clone()), expected);
    assert_eq!(
        (&row.shop, row.version, row.at, &row.author),
        (&changed.login, 2, at(5), &author),
        "the row says which shop was changed, to which version, when and by whom"
    );

    assert_eq!(store.put_shop(&put(&changed), &clerk(), at(6)).await?, None, "the same settings are no change");
    let other = store.put_shop(&Shop::new(shop("GESPAY00000"), "Other"), &clerk(), at(3)).await?.context("new")?;
    assert_eq!(store.audit(Some(&changed.login), 9).await?, [row.clone(), made.clone()]);
    assert_eq!(store.audit(None, 2).await?, [row, other]);
    let told = format!("{:?}", store.audit(None, 9).await?);
    for secret in ["hush", "quiet", "whisper"] {
        assert!(!told.contains(secret), "{told}");
    }
    Ok(())
}

/// While gateways are replaced one after the other, a program of before writes shops as it always
/// did.
pub async fn an_older_program_goes_on_writing_shops(place: Place) -> Result<()> {
    let store = place.open().await?;
    kept(&store, &full()).await?;
    let upsert = |login: &str| {
        format!(
            "INSERT INTO shops (shop, name, active, language, positive_url, negative_url, payment_types, capture_now, \
                 web_service, response_fields, custom_keys, compulsory_fields) \
             VALUES ('{login}', 'Older', TRUE, 'it', '', '', '[]', TRUE, TRUE, '[]', '[]', '[]') \
             ON CONFLICT (shop) DO UPDATE SET name = excluded.name"
        )
    };
    for login in ["GESPAY00001", "GESPAY00008"] {
        place.run(&upsert(login)).await?;
    }
    assert_eq!(store.shop(&full().login).await?, Some(Shop { name: "Older".to_owned(), ..put(&full()) }));
    let made = store.shop(&shop("GESPAY00008")).await?.context("it is there")?;
    assert_eq!(
        (made.version, made.notify_movements),
        (1, false),
        "a shop of the older program is at its first version and hears of no movements"
    );
    let row = store.put_shop(&Shop { active: false, ..made }, &clerk(), at(2)).await?.context("a change")?;
    assert_eq!(
        (row.version, row.changes.len()),
        (2, 1),
        "the next change is the second version and names the one setting that differs"
    );
    Ok(())
}

pub async fn a_shop_made_again_goes_on_with_its_history(place: Place) -> Result<()> {
    let store = place.open().await?;
    let plain = Shop::new(shop("GESPAY00001"), "Plain");
    kept(&store, &plain).await?;
    place.run("DELETE FROM shops").await?;
    assert_eq!(store.put_shop(&plain, &clerk(), at(2)).await?.map(|row| row.version), Some(2));
    assert_eq!(store.audit(Some(&plain.login), 9).await?.len(), 2);
    Ok(())
}

pub async fn shops_are_found_by_their_seller_in_one_environment(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut second = Shop::new(shop("GESPAY00002"), "The same seller's second");
    second.amazon.insert(Environment::Sandbox, account("sandbox"));
    let mut other = Shop::new(shop("GESPAY00003"), "Another's");
    other.amazon.insert(Environment::Sandbox, account("other"));
    for shop in [&second, &full(), &other] {
        store.put_shop(shop, &clerk(), at(1)).await?;
    }
    assert_eq!(store.shops_of_seller(Environment::Sandbox, "sandbox-seller").await?, [put(&full()), put(&second)]);
    assert_eq!(store.shops_of_seller(Environment::Sandbox, "other-seller").await?, [put(&other)]);
    for (environment, seller) in [
        (Environment::Production, "sandbox-seller"),
        (Environment::Sandbox, "SANDBOX-SELLER"),
        (Environment::Sandbox, "sandbox-seller%"),
        (Environment::Sandbox, ""),
    ] {
        assert_eq!(store.shops_of_seller(environment, seller).await?, [], "{seller}");
    }
    Ok(())
}

pub async fn seal_keys_are_in_order_of_age_and_never_replaced(place: Place) -> Result<()> {
    let store = place.open().await?;
    let newer = SealKey { id: 1, key: vec![0, 255, 17], created_at: at(20) };
    let older = SealKey { id: 200, key: vec![9; 32], created_at: at(10) };
    store.add_seal_key(&newer).await?;
    store.add_seal_key(&older).await?;
    let again = store.add_seal_key(&SealKey { id: 1, key: vec![1], created_at: at(30) }).await;
    assert!(matches!(again, Err(Error::Exists("seal_keys"))), "{again:?}");
    assert_eq!(store.seal_keys().await?, [older, newer.clone()]);
    assert_eq!(format!("{newer:?}"), "SealKey { id: 1, key: [secret], created_at: UtcMs(20) }");
    Ok(())
}

fn keys(bytes: &[u8]) -> Result<Vec<VaultKey>> {
    Ok(bytes.iter().map(|byte| format!("{byte:02x}").repeat(32).parse()).collect::<Result<_, _>>()?)
}

pub async fn secrets_are_read_by_whoever_has_the_key(place: Place) -> Result<()> {
    let plain = place.open().await?;
    let (sealing, later) = (
        SealKey { id: 7, key: vec![9; 32], created_at: at(10) },
        SealKey { id: 8, key: vec![3; 32], created_at: at(20) },
    );
    plain.add_seal_key(&sealing).await?;
    let full = kept(&plain, &full()).await?;

    let locked = plain.clone().with_keys(&keys(&[1])?);
    assert_eq!(locked.shop(&full.login).await?, Some(full.clone()), "what was written before there was a key");
    assert_eq!(locked.encrypt_secrets().await?, 3, "a key of the seal, and two accounts");
    assert_eq!(locked.encrypt_secrets().await?, 0);
    locked.add_seal_key(&later).await?;
    let mut second = Shop::new(shop("GESPAY00002"), "Another");
    second.amazon.insert(Environment::Sandbox, account("other"));
    let second = kept(&locked, &second).await?;
    for refused in [plain.seal_keys().await.err(), plain.shop(&full.login).await.err(), plain.shops().await.err()] {
        assert!(matches!(refused, Some(Error::Locked { .. })), "{refused:?}");
    }

    let both = plain.clone().with_keys(&keys(&[2, 1])?);
    assert_eq!(both.encrypt_secrets().await?, 5);
    let new = plain.with_keys(&keys(&[2])?);
    assert_eq!(new.seal_keys().await?, [sealing, later]);
    assert_eq!(new.shops().await?, [full.clone(), second]);
    let refused = locked.shop(&full.login).await;
    assert!(matches!(refused, Err(Error::Locked { .. })), "the old key opens nothing any more: {refused:?}");
    Ok(())
}
