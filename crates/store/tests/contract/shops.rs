//! Shops and the keys of the seal.

use anyhow::Result;
use payments::{AutomaticAct, Language};
use store::{AmazonAccount, ApiKeyHash, Environment, Error, SealKey, Shop, VaultKey};

use crate::money::at;
use crate::names::shop;
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
    full.response_fields = vec!["Custom \"quoted\"".to_owned()];
    full.custom_keys = vec!["COLOUR".to_owned()];
    full.request_fields = Some(vec!["buyerName".to_owned()]);
    full.compulsory_fields = vec!["COLOUR".to_owned()];
    full.amazon.insert(Environment::Sandbox, account("sandbox"));
    full.amazon.insert(Environment::Production, account("production"));
    full
}

pub async fn a_shop_is_read_as_it_was_put(place: Place) -> Result<()> {
    let store = place.open().await?;
    let plain = Shop::new(shop("GESPAY00000"), "Plain");
    store.put_shop(&full()).await?;
    store.put_shop(&plain).await?;
    assert_eq!(store.shop(&shop("GESPAY00001")).await?, Some(full()));
    assert_eq!(store.shops().await?, [plain, full()]);
    let told = format!("{:?}", store.shop(&shop("GESPAY00001")).await?);
    assert!(!told.contains("hush") && !told.contains("quiet") && told.contains("[secret]"), "{told}");
    Ok(())
}

pub async fn a_shop_put_again_loses_what_it_no_longer_has(place: Place) -> Result<()> {
    let store = place.open().await?;
    store.put_shop(&full()).await?;
    let mut less = full();
    less.active = true;
    less.notice_url = None;
    less.api_key = None;
    less.addresses = None;
    less.amazon.remove(&Environment::Production);
    less.amazon.insert(Environment::Sandbox, account("new"));
    store.put_shop(&less).await?;
    assert_eq!(store.shop(&less.login).await?, Some(less));
    Ok(())
}

pub async fn shops_are_found_by_their_seller_in_one_environment(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut second = Shop::new(shop("GESPAY00002"), "The same seller's second");
    second.amazon.insert(Environment::Sandbox, account("sandbox"));
    let mut other = Shop::new(shop("GESPAY00003"), "Another's");
    other.amazon.insert(Environment::Sandbox, account("other"));
    for shop in [&second, &full(), &other] {
        store.put_shop(shop).await?;
    }
    assert_eq!(store.shops_of_seller(Environment::Sandbox, "sandbox-seller").await?, [full(), second]);
    assert_eq!(store.shops_of_seller(Environment::Sandbox, "other-seller").await?, [other]);
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
    plain.put_shop(&full()).await?;

    let locked = plain.clone().with_keys(&keys(&[1])?);
    assert_eq!(locked.shop(&full().login).await?, Some(full()), "what was written before there was a key");
    assert_eq!(locked.encrypt_secrets().await?, 3, "a key of the seal, and two accounts");
    assert_eq!(locked.encrypt_secrets().await?, 0);
    locked.add_seal_key(&later).await?;
    let mut second = Shop::new(shop("GESPAY00002"), "Another");
    second.amazon.insert(Environment::Sandbox, account("other"));
    locked.put_shop(&second).await?;
    for refused in [plain.seal_keys().await.err(), plain.shop(&full().login).await.err(), plain.shops().await.err()] {
        assert!(matches!(refused, Some(Error::Locked { .. })), "{refused:?}");
    }

    let both = plain.clone().with_keys(&keys(&[2, 1])?);
    assert_eq!(both.encrypt_secrets().await?, 5);
    let new = plain.with_keys(&keys(&[2])?);
    assert_eq!(new.seal_keys().await?, [sealing, later]);
    assert_eq!(new.shops().await?, [full(), second]);
    let refused = locked.shop(&full().login).await;
    assert!(matches!(refused, Err(Error::Locked { .. })), "the old key opens nothing any more: {refused:?}");
    Ok(())
}
