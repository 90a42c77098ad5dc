//! `CloseAuthorization`: gives back what was authorized and not captured.

use super::shape::ending;

ending! {
    /// What is to end, and why.
    CloseAuthorization {
        /// Amazon's id.
        authorization_id = "AmazonAuthorizationId",
        /// The merchant's words, up to 255 characters; shown again as the reason's description.
        reason = "ClosureReason" up to 255,
    }
}
