//! How agreements move, what that does to the order references made from them, and how much of the
//! month's limit is left.

use super::contract::Contract;
use super::object::{Authorization, BillingAgreement, Limits, OrderReference, Reason, Standing, State};
use super::period::Period;
use super::rules::{AGREEMENT_MONTH_MINOR, period_limit};
use super::tables::Tables;
use super::unit::Unit;

impl Unit<'_> {
    /// Cancels an agreement that never came to life, with whatever is open on the order references
    /// made from it.
    pub fn cancel_agreement(&mut self, agreement: &mut BillingAgreement, reason: Reason, at: i64) {
        self.stand(agreement, Standing::because(State::Canceled, reason, at));
        for id in agreement.orders.clone() {
            if let Some(mut order) = self.find::<OrderReference>(&id)
                && (order.is_draft() || order.is_alive())
            {
                self.cancel_order(&mut order, Standing::because(State::Canceled, reason, at), at);
            }
        }
    }

    /// The card of an agreement was declined: no further charge until the buyer chose another.
    pub fn suspend_agreement(&mut self, id: &str, reopens_at: Option<i64>, at: i64) {
        if let Some(mut agreement) = self.find::<BillingAgreement>(id)
            && agreement.standing.state == State::Open
        {
            agreement.choice.lose_card(reopens_at);
            self.stand(&mut agreement, Standing::because(State::Suspended, Reason::InvalidPaymentMethod, at));
        }
    }
}

impl Tables {
    /// What an agreement may be charged in the month of an instant. Every authorization counts in
    /// the month in which it was asked for: with what was taken of it when it was captured, else
    /// with all of it while it may be.
    pub fn limits(&self, agreement: &BillingAgreement, at: i64) -> Limits {
        let period = Period::of(at);
        let orders = agreement.orders.iter().filter_map(|id| self.orders.get(id));
        let authorizations =
            orders.flat_map(|order| &order.authorizations).filter_map(|id| self.authorizations.get(id));
        let of_month = authorizations.filter(|one| period.holds(one.created_at));
        let charged: i64 = of_month.map(|authorization| self.weight(authorization)).sum();
        let limit = period_limit(agreement.currency());
        Limits {
            period,
            charged: limit.with_minor(charged),
            left: limit.with_minor((AGREEMENT_MONTH_MINOR - charged).max(0)),
            limit,
        }
    }

    fn weight(&self, authorization: &Authorization) -> i64 {
        let taken: i64 = self.captured(authorization).map(|capture| capture.amount.minor).sum();
        match self.holds_money(authorization) {
            _ if taken > 0 => taken,
            true => authorization.amount.minor,
            false => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AgreementAttributes, Choice, Error, Ledger};
    use super::*;

    fn draft() -> BillingAgreement {
        BillingAgreement {
            id: "C02-0000000-0000001".to_owned(),
            seller_id: "A1".to_owned(),
            client_id: String::new(),
            buyer_id: "marco".to_owned(),
            is_sandbox: true,
            created_at: 1,
            standing: Standing::draft(),
            choice: Choice { card: Some("ok".to_owned()), ..Choice::default() },
            has_consent: true,
            attributes: AgreementAttributes::default(),
            charged_in: None,
            orders: Vec::new(),
        }
    }

    #[test]
    fn every_move_of_an_agreement_is_written_down_once() {
        let mut ledger = Ledger::open(None).expect("in memory");
        let moved = ledger.work(|unit| {
            unit.put(draft());
            let mut agreement = draft();
            unit.open(&mut agreement, 2);
            unit.open(&mut agreement, 3);
            unit.suspend_agreement(&draft().id, None, 4);
            unit.suspend_agreement(&draft().id, None, 5);
            Ok::<_, Error>(())
        });
        assert!(moved.is_ok());
        let changes = ledger.tables().changes.values();
        let told: Vec<_> = changes.map(|one| (one.kind.as_str(), one.seller_id.as_str(), one.state, one.at)).collect();
        assert_eq!(
            told,
            [("agreement", "A1", State::Open, 2), ("agreement", "A1", State::Suspended, 4)],
            "the second opening and the second suspension are no moves"
        );
    }
}
