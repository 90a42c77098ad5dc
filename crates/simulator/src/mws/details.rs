//! What callers are shown of the ledger's objects, in Amazon's types.

mod agreement;
mod order;

use amazon::Environment;
use amazon::types::{
    Address, AgreementAuthorization, AuthorizationDetails, AuthorizationReason, AuthorizationState, Buyer,
    CaptureDetails, CaptureReason, CaptureState, Constraint, Destination, Price, RefundDetails, RefundReason,
    RefundState, Status, timestamp_text,
};
use xml::Writer;

pub use agreement::{agreement_constraints, agreement_details, agreement_validation};
pub use order::{constraints, order_details, order_list};

use crate::ledger::{
    Authorization, Capture, Choice, Contract, Money, OrderReference, Place, Reason, Refund, Standing, State, Unit,
    authorization_ms,
};

/// How much of the buyer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Town, region, postcode, country: enough for a price of shipping.
    Town,
    /// The whole address and the buyer.
    Everything { billing: bool },
}

impl Sight {
    /// What a merchant of the EU sees of every order reference and agreement that was confirmed.
    pub const CONFIRMED: Sight = Sight::Everything { billing: true };
}

/// The element `AuthorizationDetails`. In the first answer nothing is captured yet, even of a
/// capture at once.
pub fn authorization_details(unit: &Unit<'_>, authorization: &Authorization, is_first_answer: bool) -> String {
    written(|writer| seen_authorization(unit, authorization, is_first_answer).write(writer))
}

/// The same, followed by the order reference that was made for it.
pub fn agreement_authorization(unit: &Unit<'_>, authorization: &Authorization, is_first_answer: bool) -> String {
    let charge = AgreementAuthorization {
        authorization_details: seen_authorization(unit, authorization, is_first_answer),
        amazon_order_reference_id: Some(authorization.order_id.clone()),
    };
    written(|writer| charge.write(writer))
}

fn seen_authorization(unit: &Unit<'_>, authorization: &Authorization, is_first_answer: bool) -> AuthorizationDetails {
    let tables = unit.tables();
    let order = tables.orders.get(&authorization.order_id);
    let mut captures = authorization.captures.iter().filter_map(|id| tables.captures.get(id));
    let captured = captures.rfind(|capture| !is_first_answer && capture.standing.state != State::Declined);
    let amount = &authorization.amount;
    let is_approved = authorization.standing.state == State::Open
        || authorization.standing.is(State::Closed, Reason::MaxCapturesProcessed);
    let lives = !matches!(authorization.standing.state, State::Pending | State::Declined);
    let expires =
        |order: &OrderReference| timestamp_text(authorization.created_at + authorization_ms(order.is_sandbox));
    AuthorizationDetails {
        authorization_billing_address: order.filter(|_| is_approved).and_then(|order| billing(unit, &order.buyer_id)),
        authorization_amount: price(amount),
        captured_amount: Some(captured.map_or_else(|| zero(amount, "0"), |capture| price(&capture.amount))),
        soft_descriptor: Some(authorization.soft_descriptor.clone()),
        expiration_timestamp: order.filter(|_| lives).map(expires),
        id_list: authorization.captures.clone(),
        soft_decline: authorization.soft_decline,
        authorization_status: status(&authorization.standing, AuthorizationState::from, AuthorizationReason::from),
        authorization_fee: Some(zero(amount, "0.00")),
        capture_now: authorization.capture_now,
        seller_authorization_note: authorization.note.clone(),
        creation_timestamp: Some(timestamp_text(authorization.created_at)),
        amazon_authorization_id: authorization.id.clone(),
        authorization_reference_id: authorization.reference_id.clone(),
        order_item_categories: Vec::new(),
        address_verification_code: None,
    }
}

/// The element `CaptureDetails`.
pub fn capture_details(unit: &Unit<'_>, capture: &Capture) -> String {
    let refunds = capture.refunds.iter().filter_map(|id| unit.tables().refunds.get(id));
    let refunded: i64 =
        refunds.filter(|refund| refund.standing.state == State::Completed).map(|refund| refund.amount.minor).sum();
    let details = CaptureDetails {
        converted_amount: None,
        capture_reference_id: capture.reference_id.clone(),
        capture_fee: Some(zero(&capture.amount, "0.00")),
        amazon_capture_id: capture.id.clone(),
        creation_timestamp: Some(timestamp_text(capture.created_at)),
        soft_descriptor: Some(capture.soft_descriptor.clone()),
        id_list: capture.refunds.clone(),
        conversion_rate: None,
        capture_status: status(&capture.standing, CaptureState::from, CaptureReason::from),
        seller_capture_note: capture.note.clone(),
        refunded_amount: Some(match refunded {
            0 => zero(&capture.amount, "0"),
            refunded => price(&capture.amount.with_minor(refunded)),
        }),
        capture_amount: price(&capture.amount),
    };
    written(|writer| details.write(writer))
}

/// The element `RefundDetails`.
pub fn refund_details(refund: &Refund) -> String {
    let details = RefundDetails {
        refund_reference_id: refund.reference_id.clone(),
        refund_type: Some("SellerInitiated".to_owned()),
        seller_refund_note: refund.note.clone(),
        creation_timestamp: Some(timestamp_text(refund.created_at)),
        soft_descriptor: Some(refund.soft_descriptor.clone()),
        refund_status: status(&refund.standing, RefundState::from, RefundReason::from),
        fee_refunded: Some(zero(&refund.amount, "0.00")),
        refund_amount: price(&refund.amount),
        amazon_refund_id: refund.id.clone(),
        converted_amount: None,
        conversion_rate: None,
    };
    written(|writer| details.write(writer))
}

/// Ids of constraints, for a message.
pub fn listed<I: std::fmt::Display>(constraints: &[Constraint<I>]) -> String {
    constraints.iter().map(|constraint| constraint.id.to_string()).collect::<Vec<_>>().join(", ")
}

fn written(write: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::fragment();
    write(&mut writer);
    writer.finish()
}

fn status<S, R>(standing: &Standing, state: fn(&'static str) -> S, reason: fn(&'static str) -> R) -> Status<S, R> {
    Status {
        last_update_timestamp: standing.changed_at.map(timestamp_text),
        state: state(standing.state.as_str()),
        reason_code: standing.reason.map(|word| reason(word.as_str())),
        reason_description: standing.description.clone(),
    }
}

fn price(money: &Money) -> Price {
    Price::new(&money.text, &money.currency)
}

fn zero(like: &Money, text: &str) -> Price {
    Price::new(text, &like.currency)
}

fn environment(contract: &impl Contract) -> Environment {
    if contract.is_sandbox() { Environment::Sandbox } else { Environment::Live }
}

/// Where the goods go, once it is chosen.
fn destination(choice: &Choice, sight: Sight) -> Option<Destination> {
    choice.destination.as_ref().map(|place| Destination {
        destination_type: Some("Physical".to_owned()),
        physical_destination: Some(match sight {
            Sight::Town => town(address(place)),
            Sight::Everything { .. } => address(place),
        }),
    })
}

/// Who buys, for those who may know.
fn shown_buyer(unit: &Unit<'_>, contract: &impl Contract, sight: Sight) -> Option<Buyer> {
    let buyer = unit.tables().buyers.get(contract.buyer_id()).filter(|_| sight != Sight::Town)?;
    let phone = contract.choice().destination.as_ref().map(|place| place.phone.clone());
    Some(Buyer {
        name: Some(buyer.name.clone()),
        email: Some(buyer.email.clone()),
        phone: phone.filter(|phone| !phone.is_empty()),
    })
}

/// Where the statements of the buyer's cards go.
fn billing(unit: &Unit<'_>, buyer_id: &str) -> Option<Address> {
    unit.tables().buyers.get(buyer_id).map(|buyer| address(&buyer.billing))
}

fn town(address: Address) -> Address {
    let Address { state_or_region, city, country_code, postal_code, .. } = address;
    Address { state_or_region, city, country_code, postal_code, ..Address::default() }
}

/// Empty texts are absent.
fn address(place: &Place) -> Address {
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Address {
        state_or_region: text(&place.state),
        phone: text(&place.phone),
        city: text(&place.city),
        country_code: text(&place.country),
        postal_code: text(&place.postal_code),
        name: text(&place.name),
        address_line1: text(&place.lines[0]),
        address_line2: text(&place.lines[1]),
        address_line3: text(&place.lines[2]),
        county: None,
        district: None,
    }
}
