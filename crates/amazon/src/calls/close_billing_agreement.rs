//! `CloseBillingAgreement`: no further charge; authorizations that are open can still be captured.

use super::shape::ending;

ending! {
    /// What is to end, and why.
    CloseBillingAgreement {
        /// Amazon's id.
        billing_agreement_id = "AmazonBillingAgreementId",
        /// The merchant's words, up to 1024 characters; shown again as the reason's description.
        reason = "ClosureReason" up to 1024,
    }
}
