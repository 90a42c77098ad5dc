//! `CloseOrderReference`: no further authorization; those that are open stay.

use super::shape::ending;

ending! {
    /// What is to end, and why.
    CloseOrderReference {
        /// Amazon's id.
        order_reference_id = "AmazonOrderReferenceId",
        /// The merchant's words, up to 1024 characters; shown again as the reason's description.
        reason = "ClosureReason" up to 1024,
    }
}
