//! `GetAuthorizationDetails`: how an authorization stands. The janitor's question.

use super::shape::reading;

reading! {
    /// Which authorization.
    GetAuthorizationDetails -> AuthorizationDetails {
        /// Amazon's id, `S02-0319513-4657042-A031776`.
        authorization_id = "AmazonAuthorizationId", answered in amazon_authorization_id,
    }
}
