//! `SetOrderAttributes`: adds what it names, and after the confirmation only what was never set.

use super::bench::{Bench, Reply};

const ID: &str = "AmazonOrderReferenceId";

async fn set(bench: &Bench, id: &str, own: &[(&str, &str)]) -> Reply {
    let named: Vec<(String, &str)> =
        own.iter().map(|(name, value)| (format!("OrderAttributes.{name}"), *value)).collect();
    let all: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).chain([(ID, id)]).collect();
    bench.call("SetOrderAttributes", &all).await
}

const TOTAL: [(&str, &str); 2] = [("OrderTotal.Amount", "24.21"), ("OrderTotal.CurrencyCode", "EUR")];

#[tokio::test]
async fn a_draft_is_filled_a_piece_at_a_time() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    assert_eq!(
        set(&bench, &id, &[]).await.refusal(),
        (400, "InvalidParameterValue"),
        "a request that sets nothing is refused"
    );
    assert_eq!(set(&bench, &id, &[("SellerNote", "one")]).await.texts("ConstraintID"), ["AmountNotSet"]);
    set(&bench, &id, &TOTAL).await;
    let words = [
        ("SellerOrderAttributes.OrderItemCategories.OrderItemCategory.1", "Antiques"),
        ("SellerOrderAttributes.OrderItemCategories.OrderItemCategory.2", "Apparel"),
        ("PaymentServiceProviderAttributes.PaymentServiceProviderId", "A2PROVIDER"),
        ("PaymentServiceProviderAttributes.PaymentServiceProviderOrderId", "provider-1"),
        ("SellerNote", "two"),
    ];
    let seen = set(&bench, &id, &words).await;
    assert_eq!(seen.texts("OrderItemCategory"), ["Antiques", "Apparel"]);
    assert_eq!(
        (seen.text("PaymentServiceProviderOrderId"), seen.text("SellerNote")),
        ("provider-1", "two"),
        "the last piece is added to what was set before"
    );
    assert!(seen.text("OrderTotal").contains("24.21") && seen.texts("ConstraintID").is_empty(), "{}", seen.body);
}

#[tokio::test]
async fn a_confirmed_one_takes_only_what_was_never_set_and_no_total() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let number = &format!("shop-{}", &id[4..11]);
    let refused = (405, "OrderReferenceNotModifiable");
    assert_eq!(set(&bench, &id, &TOTAL).await.refusal(), refused, "a confirmed order's total stands");
    assert_eq!(
        set(&bench, &id, &[("SellerOrderAttributes.SellerOrderId", "another")]).await.refusal(),
        refused,
        "the shop's number, once set, stands"
    );
    let same =
        [("SellerOrderAttributes.SellerOrderId", number.as_str()), ("SellerOrderAttributes.StoreName", "Bottega")];
    assert_eq!(set(&bench, &id, &same).await.text("StoreName"), "Bottega");
    assert_eq!(
        set(&bench, &id, &[("SellerOrderAttributes.StoreName", "Other")]).await.refusal(),
        refused,
        "the shop's name, once set, stands"
    );
    bench.done("CloseOrderReference", &[(ID, &id)]).await;
    assert_eq!(
        set(&bench, &id, &[("SellerNote", "late")]).await.refusal(),
        refused,
        "a closed order takes no more words"
    );
}
