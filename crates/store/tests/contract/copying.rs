//! A database that moves into another, of the same engine or the other.

use std::collections::BTreeMap;

use anyhow::Result;
use payments::Witness;
use store::{AmazonAccount, Environment, Error, Shop, Store, VisitsOver};

use crate::money::{applied, approval, asked, at, attempt_of, opening, refused};
use crate::names::{clerk, id, shop};
use crate::notices::round;
use crate::place::Place;

/// More payments than fit on one page of the copy, in several stages, and a shop with an account.
const PAYMENTS: i64 = 620;

async fn filled(place: &Place) -> Result<Store> {
    let store = place.open().await?;
    let account = AmazonAccount {
        seller_id: "A2SELLER".into(),
        client_id: "amzn1.application".into(),
        access_key: "AKIA".into(),
        secret_key: "secret".to_owned(),
        mws_token: "token".to_owned(),
        show_address_widget: true,
    };
    let amazon = BTreeMap::from([(Environment::Sandbox, account)]);
    let shop_with_account = Shop { amazon, web_service: true, ..Shop::new(shop("SHOP"), "Bottega") };
    store.put_shop(&shop_with_account, &clerk(), at(1)).await?;
    for number in 1..=PAYMENTS {
        applied(&store, opening("OTHER", &format!("p{number}"), &format!("T-{number}"), number)).await?;
    }
    let payment = asked(&store, "SHOP", "paid", 1, 10).await?;
    let attempt = attempt_of(&payment)?;
    let change = payment.answered(&attempt, approval(true)?, Witness::Caller, at(12))?;
    applied(&store, change.with_order_details(Some("<a>ü</a>".to_owned()))).await?;
    refused(&store, "SHOP", "refused", 2, 20).await?;
    asked(&store, "SHOP", "asked", 3, 30).await?;
    store.next_number(&shop("SHOP")).await?;
    store.lease_notices(&round(50, 90, 1, 1)).await?;
    Ok(store)
}

pub async fn a_copy_is_the_same_row_by_row_and_may_be_begun_again(place: Place) -> Result<()> {
    let from = Place::folder()?;
    let (original, copy) = (filled(&from).await?, place.open().await?);
    let rows = original.rows().await?;
    for _again in 0..2 {
        let mut told = 0;
        assert_eq!(original.copy_to(&copy, |progress| told = progress.rows).await?, rows);
        assert_eq!(told, rows, "the progress ends at the last row");
        assert_eq!(copy.rows().await?, rows, "the copy has as many rows as the original");
    }
    for name in ["paid", "refused", "asked"] {
        let there = copy.payment(&shop("SHOP"), &id(name)).await?;
        assert_eq!(there, original.payment(&shop("SHOP"), &id(name)).await?, "{name}");
    }
    assert_eq!(copy.shop(&shop("SHOP")).await?, original.shop(&shop("SHOP")).await?);
    assert_eq!(copy.audit(None, 9).await?, original.audit(None, 9).await?);
    assert_eq!(copy.visits_over(VisitsOver::by(at(1_000)), at(1_000), 1_000).await?.len(), usize::try_from(PAYMENTS)?);
    assert!(copy.next_number(&shop("SHOP")).await? > original.next_number(&shop("SHOP")).await?, "blocks go on");
    Ok(())
}

pub async fn a_copy_that_differs_is_told_with_the_row(place: Place) -> Result<()> {
    let from = Place::folder()?;
    let (original, copy) = (filled(&from).await?, place.open().await?);
    original.copy_to(&copy, |_| {}).await?;
    let payment = copy.payment(&shop("OTHER"), &id("p7")).await?.expect("copied");
    copy.apply(payment.abandon(at(99))?).await?;
    let told = original.copy_to(&copy, |_| {}).await;
    assert!(matches!(&told, Err(Error::Differs { table: "payments", key }) if key == "OTHER/p7"), "{told:?}");
    Ok(())
}
