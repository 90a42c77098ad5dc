//! Whether an agreement may be charged: it must be open, in its one currency, and within the
//! month's limit.

use amazon::ErrorCode;
use jiff::Timestamp;

use crate::ledger::{BillingAgreement, Limits, Money, State, Unit};
use crate::mws::call::Call;
use crate::refusal::Refusal;

/// Whether an amount may be authorized through an agreement now.
pub fn may_be_charged(
    unit: &Unit<'_>,
    call: &Call<'_>,
    agreement: &BillingAgreement,
    amount: &Money,
) -> Result<(), Refusal> {
    if agreement.standing.state != State::Open {
        return Err(Refusal::agreement_status(&agreement.id));
    }
    is_within_limits(unit, call, agreement, amount)
}

/// Whether an amount is in the agreement's currency and leaves the month's limit unbroken.
pub fn is_within_limits(
    unit: &Unit<'_>,
    call: &Call<'_>,
    agreement: &BillingAgreement,
    amount: &Money,
) -> Result<(), Refusal> {
    if agreement.has_currency() && agreement.currency() != amount.currency {
        return Err(Refusal::other_currency());
    }
    let limits = unit.tables().limits(agreement, call.now);
    match amount.minor > limits.left.minor {
        true => Err(exceeded(&agreement.id, &limits, amount)),
        false => Ok(()),
    }
}

/// From the first charge on, the agreement has its currency.
pub fn charged(agreement: BillingAgreement, amount: &Money) -> BillingAgreement {
    BillingAgreement { charged_in: Some(amount.currency.clone()), ..agreement }
}

fn exceeded(id: &str, limits: &Limits, amount: &Money) -> Refusal {
    let day = |at: Timestamp| at.strftime("%a %b %d %H:%M:%S UTC %Y").to_string();
    let message = format!(
        "BillingAgreement {id} has already been authorized for amount {} in time period i.e. {} - {}. A new authorization with \
         amount {} cannot be accepted as the total authorization amount cannot exceed {}.",
        limits.charged.text,
        day(limits.period.start),
        day(limits.period.end),
        amount.text,
        limits.limit.with_minor(limits.limit.minor).text,
    );
    Refusal::new(ErrorCode::PeriodicAmountExceeded, message)
}
