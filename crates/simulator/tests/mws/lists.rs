//! `ListOrderReference` and its further pages: the order references that carry a merchant's number.

use simulator::PaymentDomain;

use super::bench::{Bench, Reply, charge, seed};

const LIST: &str = "ListOrderReference";
const NEXT: &str = "ListOrderReferenceByNextToken";
const HOUR: i64 = 3_600_000;

/// What asks for a number.
fn asked<'a>(number: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("QueryId", number), ("QueryIdType", "SellerOrderId"), ("PaymentDomain", "EU_EUR")], more].concat()
}

/// Five drafts with the same number, a second apart; the oldest first.
async fn five(bench: &Bench) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(numbered(bench, "number-1", "EUR").await);
        bench.advance_ms(1_000);
    }
    ids
}

async fn numbered(bench: &Bench, number: &str, currency: &str) -> String {
    let id = bench.draft("ok");
    bench.done("SetOrderReferenceDetails", &set(&id, currency, number)).await;
    id
}

/// What gives an order reference its total and its number.
fn set<'a>(id: &'a str, currency: &'a str, number: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("AmazonOrderReferenceId", id),
        ("OrderReferenceAttributes.OrderTotal.Amount", "1.00"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", currency),
        ("OrderReferenceAttributes.SellerOrderAttributes.SellerOrderId", number),
    ]
}

fn ids(reply: &Reply) -> Vec<&str> {
    reply.texts("AmazonOrderReferenceId")
}

#[tokio::test]
async fn pages_follow_each_other_and_the_last_one_says_so() {
    let bench = Bench::new().await;
    let mut made = five(&bench).await;
    numbered(&bench, "number-2", "EUR").await;
    let first = bench.done(LIST, &asked("number-1", &[("PageSize", "2"), ("SortOrder", "Ascending")])).await;
    assert_eq!(ids(&first), made[..2]);
    let second = bench.done(NEXT, &[("NextPageToken", first.text("NextPageToken"))]).await;
    assert_eq!(ids(&second), made[2..4]);
    let again = bench.done(NEXT, &[("NextPageToken", first.text("NextPageToken"))]).await;
    assert_eq!(ids(&again), made[2..4], "a token may be used again");
    let third = bench.done(NEXT, &[("NextPageToken", second.text("NextPageToken"))]).await;
    assert_eq!(
        (ids(&third), third.text("NextPageToken")),
        (vec![made[4].as_str()], ""),
        "the last page holds the rest and leads no further"
    );
    let all = bench.done(LIST, &asked("number-1", &[])).await;
    made.reverse();
    assert_eq!(
        (ids(&all), all.text("NextPageToken")),
        (made.iter().map(String::as_str).collect(), ""),
        "all of them fit on one page, the newest first"
    );
}

#[tokio::test]
async fn a_list_shows_each_as_it_stands_now_and_nothing_of_the_buyer() {
    let bench = Bench::new().await;
    numbered(&bench, "number-1", "EUR").await;
    bench.advance_ms(3 * 3_600_000);
    let listed = bench.done(LIST, &asked("number-1", &[])).await;
    assert_eq!(
        (listed.text("State"), listed.text("ReasonCode")),
        ("Canceled", "Stale"),
        "the order is listed as it stands now: stale"
    );
    assert_eq!(
        (listed.text("SellerOrderId"), listed.text("Destination"), listed.text("Buyer")),
        ("number-1", "", ""),
        "the list tells the number and nothing of the buyer"
    );
    let none = bench.done(LIST, &asked("number-0", &[])).await;
    assert!(none.body.contains("<OrderReferenceList/>"), "{}", none.body);
}

#[tokio::test]
async fn a_list_is_narrowed_by_state_and_time() {
    let bench = Bench::new().await;
    let made = five(&bench).await;
    bench.done("CancelOrderReference", &[("AmazonOrderReferenceId", &made[3])]).await;
    let state = |word| ("OrderReferenceStatusListFilter.OrderReferenceStatus.1", word);
    assert_eq!(ids(&bench.done(LIST, &asked("number-1", &[state("Canceled")])).await), [&made[3]]);
    let times =
        [("CreatedTimeRange.StartTime", "2025-10-09T08:53:21Z"), ("CreatedTimeRange.EndTime", "2025-10-09T08:53:22Z")];
    assert_eq!(ids(&bench.done(LIST, &asked("number-1", &times)).await), [&made[1]]);
}

/// What a list of this ledger shows of `number-1`.
async fn listed_in(bench: &Bench, domain: &str) -> Vec<String> {
    let reply = bench.send(bench.raw(LIST, &asked("number-1", &[])).but("PaymentDomain", Some(domain))).await;
    assert_eq!(reply.status, 200, "{domain}: {}", reply.body);
    ids(&reply).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn orders_are_listed_under_the_accounts_ledger_whatever_their_currency() {
    let bench = Bench::new().await;
    let pounds = numbered(&bench, "number-1", "GBP").await;
    assert_eq!(listed_in(&bench, "EU_EUR").await, [pounds.as_str()]);
    for other in ["EU_GBP", "NA_USD", "FE_JPY"] {
        assert!(listed_in(&bench, other).await.is_empty(), "{other}");
    }
    bench.simulator.seed(&seed().kept_in(PaymentDomain::EuGbp)).expect("seeded");
    let euros = numbered(&bench, "number-1", "EUR").await;
    assert_eq!(listed_in(&bench, "EU_GBP").await.len(), 2, "an account in pounds keeps {pounds} and {euros}");
    assert!(listed_in(&bench, "EU_EUR").await.is_empty());
}

#[tokio::test]
async fn a_lagging_list_shows_an_order_when_the_lag_is_over() {
    let bench = Bench::new().await;
    bench.world().set_listing_lag_ms(HOUR);
    let id = numbered(&bench, "number-1", "EUR").await;
    bench.advance_ms(HOUR - 1);
    assert!(listed_in(&bench, "EU_EUR").await.is_empty());
    bench.advance_ms(1);
    assert_eq!(listed_in(&bench, "EU_EUR").await, [id.as_str()]);
    let later = numbered(&bench, "number-1", "EUR").await;
    assert_eq!(listed_in(&bench, "EU_EUR").await, [id.as_str()]);
    bench.world().set_listing_lag_ms(0);
    assert_eq!(listed_in(&bench, "EU_EUR").await.len(), 2, "{later} is listed at once without the lag");
}

#[tokio::test]
async fn a_list_lags_behind_the_number_and_not_behind_every_change() {
    let bench = Bench::new().await;
    bench.world().set_listing_lag_ms(HOUR);
    let id = bench.draft("ok");
    bench.advance_ms(HOUR);
    let number = |number| set(&id, "EUR", number);
    bench.done("SetOrderReferenceDetails", &number("number-1")).await;
    assert!(listed_in(&bench, "EU_EUR").await.is_empty(), "the draft is old, its number is not");
    bench.advance_ms(HOUR / 2);
    bench.done("SetOrderReferenceDetails", &number("number-1")).await;
    bench.advance_ms(HOUR / 2);
    assert_eq!(listed_in(&bench, "EU_EUR").await, [id.as_str()], "the same number again is no news");
    bench.done("SetOrderReferenceDetails", &number("number-2")).await;
    bench.done("SetOrderReferenceDetails", &number("number-1")).await;
    assert!(listed_in(&bench, "EU_EUR").await.is_empty(), "another number is");
}

#[tokio::test]
async fn a_charge_of_an_agreement_is_missing_from_a_lagging_list_though_it_took_the_money() {
    let bench = Bench::new().await;
    bench.world().set_listing_lag_ms(HOUR);
    let agreement = bench.open_agreement("ok").await;
    let number = [("SellerOrderAttributes.SellerOrderId", "number-1")];
    let own = [charge(&agreement, "one", "5.00").as_slice(), &number].concat();
    let charged = bench.done("AuthorizeOnBillingAgreement", &own).await;
    assert_eq!(
        (charged.text("State"), listed_in(&bench, "EU_EUR").await.len()),
        ("Closed", 0),
        "the money is taken, and the lagging list does not show it"
    );
    let again = bench.done("AuthorizeOnBillingAgreement", &own).await;
    assert_eq!(again.text("AmazonOrderReferenceId"), charged.text("AmazonOrderReferenceId"), "the reference is known");
    bench.advance_ms(HOUR);
    assert_eq!(listed_in(&bench, "EU_EUR").await, [charged.text("AmazonOrderReferenceId")]);
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let bench = Bench::new().await;
    for (name, value) in [
        ("QueryIdType", Some("BuyerName")),
        ("QueryIdType", None),
        ("QueryId", None),
        ("PaymentDomain", None),
        ("PaymentDomain", Some("EU_CHF")),
        ("PageSize", Some("0")),
        ("PageSize", Some("101")),
        ("SortOrder", Some("Random")),
        ("CreatedTimeRange.StartTime", Some("yesterday")),
    ] {
        let raw = bench.raw(LIST, &asked("number-1", &[])).but(name, value);
        assert_eq!(
            bench.send(raw).await.refusal(),
            (400, "InvalidParameterValue"),
            "a question with this wrong value is refused: {name}"
        );
    }
    for token in ["", "no-token", "e30"] {
        assert_eq!(
            bench.call(NEXT, &[("NextPageToken", token)]).await.refusal(),
            (400, "InvalidParameterValue"),
            "a token that no page gave is refused: {token}"
        );
    }
}
