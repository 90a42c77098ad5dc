//! The questions before a frame is shown: is everything there, is the client the seller's, is the
//! token this client's, is the order reference or agreement this buyer's. Each has Amazon's error
//! code.

use super::super::contexts::FrameView;
use super::super::form::Form;
use super::{Widget, WidgetError};
use crate::world::{BuyerView as Buyer, ChoiceView as Choice, ClientView as Client, Ticket, World, is_agreement};

pub(super) fn complete(widget: Widget, form: &Form) -> Result<(), WidgetError> {
    if let Some(name) =
        ["seller_id", "client_id", "origin", "environment"].into_iter().find(|name| form.value(name).is_empty())
    {
        return Err(WidgetError::new("MissingParameter", format!("{name} is missing.")));
    }
    if !matches!(form.value("environment"), "sandbox" | "live") {
        return Err(WidgetError::new("InvalidParameterValue", "environment is sandbox or live."));
    }
    if widget == Widget::Consent && form.value("billing_agreement").is_empty() {
        return Err(WidgetError::new("MissingParameter", "billing_agreement is missing."));
    }
    if !matches!(form.value("agreement_type"), "" | "BillingAgreement") {
        return Err(WidgetError::new("InvalidParameterValue", "agreement_type is BillingAgreement."));
    }
    Ok(())
}

pub(super) fn known_client(world: &World, form: &Form) -> Result<Client, WidgetError> {
    let is_sandbox = form.value("environment") == "sandbox";
    let Some(client) = world.client(form.value("client_id"), is_sandbox) else {
        return Err(match world.client(form.value("client_id"), !is_sandbox) {
            Some(_) => WidgetError::new("ReleaseEnvironmentMismatch", "The client belongs to the other environment."),
            None => WidgetError::new("InvalidParameterValue", "The client id is not known."),
        });
    };
    if client.seller_id != form.value("seller_id") {
        return Err(WidgetError::new(
            "InvalidSellerId",
            "The seller id is not known, or the client is not the seller's.",
        ));
    }
    if !client.origins.iter().any(|origin| origin == form.value("origin")) {
        let message =
            format!("The origin {} is not among the allowed JavaScript origins of the client.", form.value("origin"));
        return Err(WidgetError::new("InvalidParameterValue", message));
    }
    Ok(client)
}

pub(super) fn associated(form: &Form, client: &Client, ticket: Ticket) -> Result<Buyer, WidgetError> {
    if form.value("access_token").is_empty() {
        return Err(WidgetError::new("BuyerNotAssociated", "There is no access token: the buyer has not signed in."));
    }
    match ticket {
        Ticket::Unknown => Err(WidgetError::new("BuyerNotAssociated", "The access token is not known.")),
        Ticket::Expired => Err(WidgetError::new("BuyerSessionExpired", "The access token is expired.")),
        Ticket::Valid { client_id, .. } if client_id != client.client_id => {
            Err(WidgetError::new("BuyerNotAssociated", "The access token was given to another client."))
        }
        Ticket::Valid { is_sandbox, .. } if is_sandbox != client.is_sandbox => {
            Err(WidgetError::new("ReleaseEnvironmentMismatch", "The access token belongs to the other environment."))
        }
        Ticket::Valid { scope, .. } if !scope.split(' ').any(|name| name == "payments:widget") => {
            Err(WidgetError::new("InvalidParameterValue", "The access token has no scope payments:widget."))
        }
        Ticket::Valid { buyer, .. } => Ok(buyer),
    }
}

/// Agreements have no error codes of their own.
pub(super) fn known_choice(
    view: &FrameView,
    found: Option<Choice>,
    client: &Client,
    buyer: &Buyer,
) -> Result<Choice, WidgetError> {
    let what = if view.is_agreement { "billing agreement" } else { "order reference" };
    let id = view.id();
    if id.starts_with(['S', 'P', 'C', 'B']) && id.starts_with(['S', 'C']) != client.is_sandbox {
        let message = format!("The {what} belongs to the other environment.");
        return Err(WidgetError::new("ReleaseEnvironmentMismatch", message));
    }
    let found = found.filter(|_| is_agreement(id) == view.is_agreement);
    match found.filter(|choice| choice.seller_id == client.seller_id) {
        None => Err(WidgetError::new("InvalidOrderReferenceId", format!("The {what} is not known."))),
        Some(choice) if choice.buyer_id != buyer.id => {
            Err(WidgetError::new("InvalidOrderReferenceId", format!("The {what} belongs to another buyer.")))
        }
        Some(choice) if choice.is_stale => {
            Err(WidgetError::new("StaleOrderReference", format!("The {what} waited longer than three hours.")))
        }
        Some(choice) => Ok(choice),
    }
}
