//! `ListOrderReference` and its further pages: the order references that carry a merchant's number.

use super::bench::{Bench, Reply};

const LIST: &str = "ListOrderReference";
const NEXT: &str = "ListOrderReferenceByNextToken";

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
    let own = [
        ("AmazonOrderReferenceId", id.as_str()),
        ("OrderReferenceAttributes.OrderTotal.Amount", "1.00"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", currency),
        ("OrderReferenceAttributes.SellerOrderAttributes.SellerOrderId", number),
    ];
    bench.done("SetOrderReferenceDetails", &own).await;
    id
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
    assert_eq!((ids(&third), third.text("NextPageToken")), (vec![made[4].as_str()], ""));
    let all = bench.done(LIST, &asked("number-1", &[])).await;
    made.reverse();
    assert_eq!((ids(&all), all.text("NextPageToken")), (made.iter().map(String::as_str).collect(), ""));
}

#[tokio::test]
async fn a_list_shows_each_as_it_stands_now_and_nothing_of_the_buyer() {
    let bench = Bench::new().await;
    numbered(&bench, "number-1", "EUR").await;
    bench.advance_ms(3 * 3_600_000);
    let listed = bench.done(LIST, &asked("number-1", &[])).await;
    assert_eq!((listed.text("State"), listed.text("ReasonCode")), ("Canceled", "Stale"));
    assert_eq!((listed.text("SellerOrderId"), listed.text("Destination"), listed.text("Buyer")), ("number-1", "", ""));
    let none = bench.done(LIST, &asked("number-0", &[])).await;
    assert!(none.body.contains("<OrderReferenceList/>"), "{}", none.body);
}

#[tokio::test]
async fn a_list_is_narrowed_by_state_time_and_domain() {
    let bench = Bench::new().await;
    let made = five(&bench).await;
    bench.done("CancelOrderReference", &[("AmazonOrderReferenceId", &made[3])]).await;
    let state = |word| ("OrderReferenceStatusListFilter.OrderReferenceStatus.1", word);
    assert_eq!(ids(&bench.done(LIST, &asked("number-1", &[state("Canceled")])).await), [&made[3]]);
    let times =
        [("CreatedTimeRange.StartTime", "2025-10-09T08:53:21Z"), ("CreatedTimeRange.EndTime", "2025-10-09T08:53:22Z")];
    assert_eq!(ids(&bench.done(LIST, &asked("number-1", &times)).await), [&made[1]]);
    let pounds = numbered(&bench, "number-1", "GBP").await;
    let domain = bench.raw(LIST, &asked("number-1", &[])).but("PaymentDomain", Some("EU_GBP"));
    assert_eq!(ids(&bench.send(domain).await), [&pounds]);
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
        assert_eq!(bench.send(raw).await.refusal(), (400, "InvalidParameterValue"), "{name}");
    }
    for token in ["", "no-token", "e30"] {
        assert_eq!(
            bench.call(NEXT, &[("NextPageToken", token)]).await.refusal(),
            (400, "InvalidParameterValue"),
            "{token}"
        );
    }
}
