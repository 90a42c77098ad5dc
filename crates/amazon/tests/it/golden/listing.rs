//! Pages of order references: one with more to come, an empty one.

use amazon::types::{ListedOrderReference, OrderReferenceList, OrderReferenceReason};

use super::*;

fn page() -> OrderReferenceList {
    let attributes = SellerOrderAttributes { seller_order_id: some("PO 77"), ..SellerOrderAttributes::default() };
    let paid = ListedOrderReference {
        release_environment: Some(Environment::Sandbox),
        order_reference_status: Status {
            last_update_timestamp: some(NOON),
            reason_code: Some(OrderReferenceReason::MaxAmountCharged),
            ..Status::new(OrderReferenceState::Closed)
        },
        amazon_order_reference_id: "S02-1111111-2222222".into(),
        creation_timestamp: some("2026-03-02T09:14:02.186Z"),
        seller_order_attributes: Some(SellerOrderAttributes {
            store_name: some("Bottega di prova"),
            ..attributes.clone()
        }),
        order_total: Some(euro("24.21")),
    };
    let left = ListedOrderReference {
        release_environment: None,
        order_reference_status: Status::new(OrderReferenceState::Draft),
        amazon_order_reference_id: "S02-3333333-4444444".into(),
        creation_timestamp: None,
        seller_order_attributes: Some(attributes),
        order_total: None,
    };
    OrderReferenceList { order_references: vec![paid, left], next_page_token: some("bmV4dA==") }
}

#[test]
fn lists_are_read_as_meant_and_written_to_the_letter() {
    for (golden, meant, has_more) in [(LIST_MORE, page(), true), (LIST_NONE, OrderReferenceList::default(), false)] {
        let answer = parsed(golden);
        let result = answer.result("ListOrderReference").expect("this operation").expect("a result");
        assert_eq!(OrderReferenceList::read(result), Ok(meant.clone()));
        assert_eq!(meant.has_more(), has_more);
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result("ListOrderReference", &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn a_list_is_refused_when_it_is_not_there_or_when_one_of_it_says_nothing() {
    for (part, name) in [
        ("<OrderReferenceList/>", "OrderReferenceList"),
        ("<AmazonOrderReferenceId>S02-3333333-4444444</AmazonOrderReferenceId>", "AmazonOrderReferenceId"),
        ("<State>Draft</State>", "State"),
    ] {
        let golden = if LIST_NONE.contains(part) { LIST_NONE } else { LIST_MORE };
        let answer = parsed(&golden.replace(part, ""));
        let result = answer.result("ListOrderReference").expect("this operation").expect("a result");
        assert_eq!(OrderReferenceList::read(result), Err(ReadError::Missing(name)));
    }
}
