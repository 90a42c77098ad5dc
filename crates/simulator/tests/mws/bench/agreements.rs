//! Agreements for tests: made, confirmed, charged.

use super::{Bench, NEW, Reply};

impl Bench {
    /// Marco's agreement, nothing chosen.
    pub fn bare_agreement(&self) -> String {
        self.world().new_agreement(&NEW).expect("an agreement").id
    }

    /// Marco's draft agreement with address, card and consent.
    pub fn agreement(&self, card: &str) -> String {
        let id = self.bare_agreement();
        assert!(self.world().choose_address(&id, "marco", "a0001").expect("written"));
        assert!(self.world().choose_card(&id, "marco", card).expect("written"));
        assert!(self.world().agree(&id, "marco", true).expect("written"));
        id
    }

    /// Marco's confirmed agreement.
    pub async fn open_agreement(&self, card: &str) -> String {
        let id = self.agreement(card);
        self.done("ConfirmBillingAgreement", &[("AmazonBillingAgreementId", &id)]).await;
        id
    }

    /// State and reason of an agreement.
    pub async fn agreement_state(&self, id: &str) -> (String, String) {
        let reply = self.done("GetBillingAgreementDetails", &[("AmazonBillingAgreementId", id)]).await;
        (reply.text("State").to_owned(), reply.text("ReasonCode").to_owned())
    }

    /// A synchronous charge, captured at once.
    pub async fn charge(&self, id: &str, reference: &str, amount: &str) -> Reply {
        self.call("AuthorizeOnBillingAgreement", &charge(id, reference, amount)).await
    }
}

/// What a charge says.
pub fn charge<'a>(id: &'a str, reference: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("AmazonBillingAgreementId", id),
        ("AuthorizationReferenceId", reference),
        ("AuthorizationAmount.Amount", amount),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
        ("TransactionTimeout", "0"),
        ("CaptureNow", "true"),
    ]
}
