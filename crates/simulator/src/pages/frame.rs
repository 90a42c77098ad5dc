//! What all widget frames share: who asks, for which order reference or agreement, whether they
//! may, and Amazon's error code when they may not. The access token in the address is the key: a
//! frame needs no cookie.

mod admission;

use axum::response::Response;

use admission::{associated, complete, known_choice, known_client};

use super::contexts::{FrameErrorPage, FrameView};
use super::form::Form;
use super::page::{Reach, is_origin, page, see_other};
use super::stop::Stop;
use super::texts::{Language, Texts};
use crate::world::{BuyerView as Buyer, ChoiceView as Choice, ClientView as Client, NewOrder, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Widget {
    AddressBook,
    Wallet,
    Consent,
}

impl Widget {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Widget::AddressBook => "address-book",
            Widget::Wallet => "wallet",
            Widget::Consent => "consent",
        }
    }
}

/// A widget error as Amazon names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidgetError {
    /// What `getErrorCode()` says.
    pub code: &'static str,
    /// What `getErrorMessage()` says.
    pub message: String,
}

impl WidgetError {
    /// An error with its sentence.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> WidgetError {
        WidgetError { code, message: message.into() }
    }
}

/// A frame that may be shown.
pub struct Frame {
    pub view: FrameView,
    pub client: Client,
    pub buyer: Buyer,
    /// The order reference or agreement; nothing until the frame creates it.
    pub choice: Option<Choice>,
    pub t: &'static Texts,
    /// `displayMode: 'Read'`.
    pub read_only: bool,
}

/// Reads who asks, and for what.
///
/// # Errors
/// The page of a widget error, ready to be sent; or that the world cannot be read.
pub fn open(world: &World, widget: Widget, form: &Form) -> Result<Frame, Stop> {
    let refuse = |error: WidgetError| Stop::with(error_page(widget, form, &error));
    complete(widget, form).map_err(refuse)?;
    let client = known_client(world, form).map_err(refuse)?;
    let buyer = associated(form, &client, world.ticket(form.value("access_token"))).map_err(refuse)?;
    let view = view(form);
    let asked = match view.id() {
        "" => None,
        id => Some(world.choice(id)?),
    };
    let choice = asked.map(|found| known_choice(&view, found, &client, &buyer)).transpose().map_err(refuse)?;
    let t = Language::of(form.value("language")).texts();
    Ok(Frame { view, client, buyer, choice, t, read_only: form.value("display_mode") == "read" })
}

/// The page of a widget error, told to the page around it: it holds nothing that the asker did not
/// send.
#[must_use]
pub fn error_page(widget: Widget, form: &Form, error: &WidgetError) -> Response {
    let claimed = form.value("origin");
    let origin = if is_origin(claimed) { claimed.to_owned() } else { String::new() };
    let context = FrameErrorPage {
        t: Language::of(form.value("language")).texts(),
        widget: widget.name(),
        origin: origin.clone(),
        order_reference: form.value("order_reference").to_owned(),
        billing_agreement: form.value("billing_agreement").to_owned(),
        code: error.code,
        message: error.message.clone(),
    };
    page(&context, Reach::FramedBy(origin))
}

impl Frame {
    /// Who may show this frame.
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach::FramedBy(self.client.origins.join(" "))
    }

    /// Back to the frame with what it knows by now, so that a reload neither creates nor chooses
    /// again.
    #[must_use]
    pub fn again(&self, widget: Widget) -> Response {
        let view = &self.view;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("seller_id", &view.seller_id)
            .append_pair("client_id", &view.client_id)
            .append_pair(if view.is_agreement { "billing_agreement" } else { "order_reference" }, view.id())
            .append_pair("access_token", &view.access_token)
            .append_pair("origin", &view.origin)
            .append_pair("language", &view.language)
            .append_pair("environment", &view.environment);
        if view.created {
            query.append_pair("created", "true");
        }
        if view.chosen {
            query.append_pair("chosen", "true");
        }
        if self.read_only {
            query.append_pair("display_mode", "read");
        }
        see_other(&format!("/widgets/{}?{}", widget.name(), query.finish()))
    }

    /// Creates the order reference, or the agreement, when there is none yet; the answer is its id.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub fn create(&mut self, world: &World, widget: Widget) -> Result<String, Stop> {
        let new = NewOrder {
            seller_id: &self.client.seller_id,
            client_id: &self.client.client_id,
            is_sandbox: self.client.is_sandbox,
            buyer_id: &self.buyer.id,
            wants_address: widget == Widget::AddressBook,
        };
        let id = match self.view.is_agreement {
            true => world.new_agreement(&new)?.id,
            false => world.new_order(&new)?.id,
        };
        *self.view.id_mut() = id.clone();
        self.view.created = true;
        self.choice = world.choice(&id)?;
        Ok(id)
    }
}

fn view(form: &Form) -> FrameView {
    let text = |name: &str| form.value(name).to_owned();
    FrameView {
        seller_id: text("seller_id"),
        client_id: text("client_id"),
        order_reference: text("order_reference"),
        billing_agreement: text("billing_agreement"),
        is_agreement: is_about_agreement(form),
        access_token: text("access_token"),
        origin: text("origin"),
        language: text("language"),
        environment: text("environment"),
        created: form.value("created") == "true",
        chosen: form.value("chosen") == "true",
    }
}

/// Whether a frame belongs to an agreement, also to one that it has yet to create.
fn is_about_agreement(form: &Form) -> bool {
    form.value("agreement_type") == "BillingAgreement" || !form.value("billing_agreement").is_empty()
}
