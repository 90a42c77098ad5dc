//! Billing agreements as the widgets make them, as buyers end them, and as Seller Central and the
//! account page show them.

use std::collections::BTreeMap;

use super::orders::{counts, newest};
use super::{AgreementView, NewOrder, World};
use crate::Error;
use crate::ledger::{AgreementAttributes, BillingAgreement, Choice, Contract, Reason, Standing, State};

impl World {
    /// A new draft without consent.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new_agreement(&self, new: &NewOrder<'_>) -> Result<AgreementView, Error> {
        let now = self.now();
        self.work(|unit| {
            let agreement = BillingAgreement {
                id: self.free_id::<BillingAgreement>(unit, if new.is_sandbox { 'C' } else { 'B' }),
                seller_id: new.seller_id.to_owned(),
                client_id: new.client_id.to_owned(),
                buyer_id: new.buyer_id.to_owned(),
                is_sandbox: new.is_sandbox,
                created_at: now,
                standing: Standing::draft(),
                choice: Choice { wants_address: new.wants_address, ..Choice::default() },
                has_consent: false,
                attributes: AgreementAttributes::default(),
                charged_in: None,
                orders: Vec::new(),
            };
            let view = AgreementView::of(unit.tables(), &agreement, now);
            unit.put(agreement);
            Ok(view)
        })
    }

    /// An agreement as it stands now.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn agreement(&self, id: &str) -> Result<Option<AgreementView>, Error> {
        let now = self.now();
        self.work(|unit| {
            let agreement = unit.ripe_agreement(id, now);
            Ok(agreement.map(|agreement| AgreementView::of(unit.tables(), &agreement, now)))
        })
    }

    /// The newest agreements, at most `most`, and how many there are; of one buyer, or of all.
    ///
    /// # Errors
    /// As [`World::agreement`].
    pub fn newest_agreements(&self, buyer_id: Option<&str>, most: usize) -> Result<(Vec<AgreementView>, usize), Error> {
        let now = self.now();
        self.work(|unit| {
            let (ids, all) = newest(&unit.tables().agreements, buyer_id, most);
            let ripe: Vec<BillingAgreement> = ids.iter().filter_map(|id| unit.ripe_agreement(id, now)).collect();
            Ok((ripe.iter().map(|agreement| AgreementView::of(unit.tables(), agreement, now)).collect(), all))
        })
    }

    /// How many agreements each seller has.
    #[must_use]
    pub fn agreement_counts(&self) -> BTreeMap<String, usize> {
        self.read(|tables| counts(&tables.agreements))
    }

    /// The buyer ends an agreement on the account page; what is authorized can still be captured.
    /// False: there is no such agreement of this buyer, or it is over, or it never began.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_agreement(&self, id: &str, buyer_id: &str) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let own = unit.ripe_agreement(id, now).filter(|it| it.buyer_id == buyer_id && it.is_alive());
            let Some(mut agreement) = own else { return Ok(false) };
            unit.stand(&mut agreement, Standing::because(State::Closed, Reason::BuyerClosed, now));
            Ok(true)
        })
    }
}
