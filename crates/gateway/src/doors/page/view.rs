//! The templates, each bound to one typed context with a `sample()`; one test renders them all.

mod script;

use askama::Template;

pub(crate) use script::{ScriptData, ScriptTexts, Subject};

use super::texts::{self, Texts};

/// What stands around every page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) texts: &'static Texts,
    /// The path under which buyers see the gateway; mostly empty.
    pub(crate) base: String,
    pub(crate) sandbox: bool,
    /// The shop's name, when the payment is not known.
    pub(crate) shop: Option<String>,
    pub(crate) order: Option<Summary>,
    /// Heading of the page, also in its title.
    pub(crate) heading: String,
    /// 1 to 3; 0 for pages that are no step.
    pub(crate) step: u8,
    /// Where the page goes by itself after two seconds.
    pub(crate) refresh: Option<String>,
}

/// What is paid to whom.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) shop: String,
    /// What stands before the amount: it may be nothing that is due now.
    pub(crate) label: &'static str,
    pub(crate) amount: String,
    pub(crate) number: String,
}

/// One step of the way.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    pub(crate) is_current: bool,
    pub(crate) is_done: bool,
}

/// The form that gives up: a change, hence no link.
#[derive(Debug, Clone)]
pub(crate) struct Cancel {
    pub(crate) url: String,
    pub(crate) a: String,
    pub(crate) p: String,
}

impl Frame {
    fn document_title(&self) -> String {
        let name = self.order.as_ref().map(|order| &order.shop).or(self.shop.as_ref());
        let title = match name {
            Some(shop) => texts::fill(self.texts.frame.title, shop, ""),
            None => self.texts.frame.title_alone.to_owned(),
        };
        format!("{} · {title}", self.heading)
    }

    fn steps(&self) -> Vec<Step> {
        let names = [self.texts.frame.step_sign_in, self.texts.frame.step_choose, self.texts.frame.step_done];
        let step = |(number, name)| Step { number, name, is_current: number == self.step, is_done: number < self.step };
        (1..).zip(names).map(step).collect()
    }

    fn cancel_label(&self) -> String {
        let shop = self.order.as_ref().map_or("", |order| &order.shop);
        texts::fill(self.texts.frame.cancel, shop, "")
    }
}

/// Errors, outcomes, waiting.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub(crate) struct Message {
    pub(crate) frame: Frame,
    pub(crate) tone: Tone,
    pub(crate) title: String,
    /// Why, when there is something to say before the text.
    pub(crate) reason: String,
    pub(crate) text: String,
    pub(crate) advice: String,
    pub(crate) actions: Vec<Action>,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) code: Option<u32>,
}

/// How a message looks and is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Good,
    Plain,
    Waiting,
}

/// A link that looks like a button.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) address: String,
    pub(crate) label: String,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Bad => "bad",
            Tone::Good => "good",
            Tone::Plain => "plain",
            Tone::Waiting => "waiting",
        }
    }

    fn is_alarm(self) -> bool {
        matches!(self, Tone::Bad)
    }
}

/// The list of methods.
#[derive(Debug, Template)]
#[template(path = "methods.html")]
pub(crate) struct MethodList {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) any_available: bool,
    pub(crate) methods: Vec<Method>,
    pub(crate) cancel: Cancel,
}

#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) available: bool,
    pub(crate) first: bool,
}

/// Address book, wallet, consent, and the button that pays.
#[derive(Debug, Template)]
#[template(path = "wallet.html")]
pub(crate) struct Wallet {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) lead: &'static str,
    /// What went wrong before; empty when nothing did.
    pub(crate) message: String,
    pub(crate) show_address: bool,
    pub(crate) show_consent: bool,
    /// What the buyer allows beyond this payment; empty when nothing.
    pub(crate) terms: String,
    pub(crate) pay: String,
    pub(crate) cancel: Cancel,
    /// [`ScriptData::in_page`].
    pub(crate) script_data: String,
    pub(crate) widgets: String,
}

/// On the way to Amazon's sign-in.
#[derive(Debug, Template)]
#[template(path = "leaving.html")]
pub(crate) struct Leaving {
    pub(crate) frame: Frame,
    /// The sign-in, with a state that names the payment; the script makes it this window's.
    pub(crate) address: String,
}

/// Where Amazon sends the buyer back to.
#[derive(Debug, Template)]
#[template(path = "arriving.html")]
pub(crate) struct Arriving {
    pub(crate) frame: Frame,
}

/// What a visitor sees who comes without a payment.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub(crate) frame: Frame,
    pub(crate) services: Vec<Service>,
}

/// One SOAP service: its name, and the address of its description.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) wsdl: String,
}

#[cfg(test)]
mod samples;
