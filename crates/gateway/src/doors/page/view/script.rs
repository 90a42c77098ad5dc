//! What the page keeps for its script.

use payments::Recurring;
use serde::Serialize;

use crate::doors::page::texts::Texts;

/// What `wallet.js` reads from the page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptData {
    pub(crate) shop: String,
    pub(crate) payment: String,
    pub(crate) seller_id: String,
    pub(crate) client_id: String,
    pub(crate) subject: Subject,
    /// Its identifier at Amazon, once the buyer has pressed pay with it.
    pub(crate) id: Option<String>,
    pub(crate) show_address: bool,
    pub(crate) show_consent: bool,
    /// Where it says that the buyer sees his cards, as long as the visit has not begun.
    pub(crate) begin_url: Option<String>,
    pub(crate) confirm_url: String,
    pub(crate) page_url: String,
    pub(crate) signed_out_url: String,
    pub(crate) language: &'static str,
    pub(crate) texts: ScriptTexts,
}

/// What the widgets make and the buyer chooses for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Subject {
    /// One payment.
    OrderReference,
    /// Future payments too.
    BillingAgreement,
}

impl Subject {
    /// What a shop's wish takes.
    pub(crate) fn of(recurring: Recurring) -> Subject {
        match recurring {
            Recurring::No => Subject::OrderReference,
            Recurring::WithPayment | Recurring::Only => Subject::BillingAgreement,
        }
    }
}

/// What `wallet.js` says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptTexts {
    pub(crate) choose_first: &'static str,
    pub(crate) tick_first: &'static str,
    pub(crate) working: &'static str,
    pub(crate) widget_failed: &'static str,
    pub(crate) silent: &'static str,
}

impl ScriptTexts {
    pub(crate) fn of(texts: &'static Texts) -> Self {
        ScriptTexts {
            choose_first: texts.wallet.choose_first,
            tick_first: texts.agreement.tick_first,
            working: texts.wallet.working,
            widget_failed: texts.wallet.widget_failed,
            silent: texts.wallet.amazon_silent,
        }
    }
}

impl ScriptData {
    /// JSON that no value can end or comment out: `<`, `>` and `&` are written as escapes.
    pub(crate) fn in_page(&self) -> String {
        let json = serde_json::to_string(self).expect("text and booleans only");
        json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }
}
