//! `CancelOrderReference`: ends an order of which nothing was captured, and its authorizations.

use super::shape::ending;

ending! {
    /// What is to end, and why.
    CancelOrderReference {
        /// Amazon's id.
        order_reference_id = "AmazonOrderReferenceId",
        /// The merchant's words, up to 1024 characters; shown again as the reason's description.
        reason = "CancelationReason" up to 1024,
    }
}
