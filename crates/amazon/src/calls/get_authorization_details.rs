//! `GetAuthorizationDetails`: how an authorization stands. The janitor's question.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected};
use crate::types::{AuthorizationDetails, ReadError};

/// Which authorization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GetAuthorizationDetails {
    /// Amazon's id, `S02-0319513-4657042-A031776`.
    pub authorization_id: String,
}

impl Call for GetAuthorizationDetails {
    const ACTION: &'static str = "GetAuthorizationDetails";
    const REPEAT: Repeat = Repeat::Reads;
    type Answer = AuthorizationDetails;

    fn subject(&self) -> &str {
        &self.authorization_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default().text("AmazonAuthorizationId", &self.authorization_id).done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        Ok(GetAuthorizationDetails { authorization_id: Given(params).required("AmazonAuthorizationId", 64)? })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<AuthorizationDetails, ReadError> {
        let details = AuthorizationDetails::read(expected(result, "AuthorizationDetails")?)?;
        match details.amazon_authorization_id == self.authorization_id {
            true => Ok(details),
            false => Err(ReadError::OtherThanAsked("AmazonAuthorizationId")),
        }
    }
}
