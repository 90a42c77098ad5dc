//! One buyer's visit: the shop, the payment, and the addresses of its pages.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use form_urlencoded::Serializer;
use payments::{Money, Origin, Outcome, Payment, PaymentId, Recurring, ShopLogin, Stage, UtcMs, Verdict};
use store::{AmazonAccount, Shop};
use url::Url;

use super::amount;
use super::fields::Fields;
use super::texts::{self, Texts};
use super::trouble::{Stop, Trouble};
use super::view::{Cancel, Frame, Summary};
use crate::flow::checkout::Checkout;
use crate::flow::visit::{self, Ending, Standing};
use crate::sampled::sampled;
use crate::{Gateway, return_url};

/// Which of the two addresses of the page the buyer is at; Amazon registers both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Desktop,
    Phone,
}

impl Device {
    /// The path of the page, as registered at Amazon.
    pub(crate) fn page(self) -> &'static str {
        match self {
            Device::Desktop => "/pagam/AmazonPay.aspx",
            Device::Phone => "/pagam/Mobile/AmazonPay.aspx",
        }
    }

    /// What the browser says of itself.
    pub(crate) fn of(headers: &HeaderMap) -> Device {
        let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_phone = said("sec-ch-ua-mobile") == "?1" || said(USER_AGENT.as_str()).contains("Mobi");
        if is_phone { Device::Phone } else { Device::Desktop }
    }
}

/// A known shop and a known payment.
pub(crate) struct Visit {
    pub(crate) gateway: Gateway,
    pub(crate) shop: Arc<Shop>,
    pub(crate) payment: Payment,
    /// Another payment that has claimed the shop's identifier: what is told of this visit is that one's outcome.
    overtaken_by: Option<Payment>,
    pub(crate) device: Device,
}

/// The shop named by `a`.
pub(crate) async fn shop_of(gateway: &Gateway, fields: &Fields, headers: &HeaderMap) -> Result<Arc<Shop>, Stop> {
    let stop = |trouble: Trouble| trouble.stop(gateway, headers, None);
    let login = fields.value("a").filter(|login| !login.trim().is_empty()).ok_or_else(|| stop(Trouble::ShopMissing))?;
    let login = ShopLogin::new(login.trim()).map_err(|_| stop(Trouble::ShopUnknown))?;
    let shop = gateway.shops().shop(&login).await.map_err(|_| stop(Trouble::System))?;
    let shop = shop.ok_or_else(|| stop(Trouble::ShopUnknown))?;
    if shop.active { Ok(shop) } else { Err(Trouble::ShopInactive.stop(gateway, headers, Some(&shop))) }
}

impl Visit {
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>, standing: Standing, device: Device) -> Visit {
        let Standing { payment, overtaken_by } = standing;
        Visit { gateway: gateway.clone(), shop: Arc::clone(shop), payment, overtaken_by, device }
    }

    /// The visit named by `a` and `p` that can go on, or has an outcome of its own.
    pub(crate) async fn find(
        gateway: &Gateway,
        fields: &Fields,
        headers: &HeaderMap,
        device: Device,
    ) -> Result<Visit, Stop> {
        let visit = Visit::named(gateway, fields, headers, device).await?;
        let opened_at = visit.payment.opened_at;
        visit.unless_over(opened_at).await
    }

    /// The visit named by `a` and `p`, however it stands.
    pub(crate) async fn named(
        gateway: &Gateway,
        fields: &Fields,
        headers: &HeaderMap,
        device: Device,
    ) -> Result<Visit, Stop> {
        let shop = shop_of(gateway, fields, headers).await?;
        let stop = |trouble: Trouble| trouble.stop(gateway, headers, Some(&shop));
        let id = fields.value("p").and_then(|id| PaymentId::new(id).ok()).ok_or_else(|| stop(Trouble::Link))?;
        let read = visit::find(gateway, &shop, &id).await;
        let standing = read.map_err(|error| stop(Trouble::of_store(&error)))?;
        // A charge by a call has no page, and its identifier is no secret.
        let standing = standing.filter(|standing| standing.payment.origin == Origin::Page);
        Ok(Visit::of(gateway, &shop, standing.ok_or_else(|| stop(Trouble::Link))?, device))
    }

    /// Stops when another payment has claimed the identifier, or when this visit's time is over,
    /// which ends it. `string_from`: since when a visit that never began has been waiting.
    pub(crate) async fn unless_over(mut self, string_from: UtcMs) -> Result<Visit, Stop> {
        if let Some(stop) = self.overtaken() {
            return Err(stop);
        }
        if visit::is_over(&self.gateway, &self.payment, string_from) {
            self.end(Ending::TimeOver).await?;
            if let Some(stop) = self.overtaken() {
                return Err(stop);
            }
            if matches!(self.payment.stage, Stage::Abandoned { .. }) {
                return Err(self.stop(Trouble::Expired));
            }
        }
        if self.payment.has_lapsed() { Err(self.stop(Trouble::Expired)) } else { Ok(self) }
    }

    /// The shop's account at Amazon in this environment.
    pub(crate) fn account(&self) -> Result<&AmazonAccount, Stop> {
        let account = self.shop.amazon.get(&self.gateway.settings().environment);
        account.ok_or_else(|| self.stop(Trouble::NotPublished))
    }

    /// Ends the visit, or learns how it has ended.
    pub(crate) async fn end(&mut self, ending: Ending) -> Result<(), Stop> {
        let ended = visit::end(&self.gateway, Some(&self.shop), self.payment.clone(), ending).await;
        self.now_stands(ended)
    }

    pub(crate) async fn begin(&mut self) -> Result<(), Stop> {
        let begun = visit::begin(&self.gateway, self.payment.clone()).await;
        self.payment = begun.map_err(|error| self.stop(Trouble::of_store(&error)))?;
        if self.payment.begun_at.is_some() { Ok(()) } else { Err(self.stop(Trouble::Expired)) }
    }

    /// The payment has moved on.
    pub(crate) async fn moved_to(&mut self, payment: Payment) -> Result<(), Stop> {
        let standing = visit::standing(&self.gateway, payment).await;
        self.now_stands(standing)
    }

    fn now_stands(&mut self, standing: Result<Standing, store::Error>) -> Result<(), Stop> {
        match standing {
            Ok(Standing { payment, overtaken_by }) => {
                (self.payment, self.overtaken_by) = (payment, overtaken_by);
                Ok(())
            }
            Err(error) => Err(self.stop(Trouble::of_store(&error))),
        }
    }

    /// The answer to any request when another payment has claimed the identifier.
    pub(crate) fn overtaken(&self) -> Option<Stop> {
        let claimant = self.overtaken_by.as_ref()?;
        Some(self.stop(Trouble::overtaken_by(claimant, self.payment.order.amount)))
    }

    /// The payment whose outcome is told: this one, or the one that has claimed the identifier in its place.
    pub(crate) fn told(&self) -> &Payment {
        self.overtaken_by.as_ref().unwrap_or(&self.payment)
    }

    /// Whether the buyer can still pay it or give it up.
    pub(crate) fn is_open(&self) -> bool {
        self.overtaken_by.is_none() && matches!(self.payment.stage, Stage::Open { .. })
    }

    /// To be asked before each step that calls Amazon; counts it.
    pub(crate) fn is_too_fast(&self) -> bool {
        !self.gateway.rates().visits.allows(&self.payment, self.gateway.now())
    }

    pub(crate) fn checkout(&self) -> Result<Checkout, Stop> {
        Checkout::of(&self.gateway, &self.shop).ok_or_else(|| self.stop(Trouble::NotPublished))
    }

    pub(crate) fn stop(&self, trouble: Trouble) -> Stop {
        trouble.stop_visit(self)
    }

    pub(crate) fn texts(&self) -> &'static Texts {
        texts::of(self.payment.order.language)
    }

    /// The wallet page, with one more field where it matters.
    pub(crate) fn wallet_url(&self, more: &[(&str, &str)]) -> String {
        self.address("", more)
    }

    pub(crate) fn result_url(&self) -> String {
        self.address("/result", &[])
    }

    /// The same for Amazon, which needs the whole address.
    pub(crate) fn whole_result_url(&self) -> String {
        let mut url = self.gateway.settings().address_of(&format!("{}/result", self.device.page()));
        url.query_pairs_mut().append_pair("a", self.shop.login.as_str()).append_pair("p", self.payment.id.as_str());
        url.into()
    }

    /// Where a form of the page goes; `below` begins with a slash.
    pub(crate) fn form_url(&self, below: &str) -> String {
        format!("{}{}{below}", base(&self.gateway), self.device.page())
    }

    fn address(&self, below: &str, more: &[(&str, &str)]) -> String {
        let query = Serializer::new(String::new())
            .append_pair("a", self.shop.login.as_str())
            .append_pair("p", self.payment.id.as_str())
            .extend_pairs(more)
            .finish();
        format!("{}{}{below}?{query}", base(&self.gateway), self.device.page())
    }

    /// Where the shop wants the buyer when there is an outcome, with the outcome sealed. Never a
    /// refusal of this visit when another payment has claimed the identifier: under the number of a
    /// paid order it would undo the order.
    pub(crate) fn shop_url(&self) -> Option<Url> {
        let outcome = Outcome::of(self.told())?;
        let address = match outcome.verdict {
            Verdict::Paid | Verdict::Pending => &self.shop.positive_url,
            Verdict::Refused(_) => &self.shop.negative_url,
        };
        let sealed = self.gateway.keyring().seal_outcome(&self.shop.login, &outcome);
        return_url::with_outcome(address, &self.shop.login, &sealed)
            .inspect_err(|error| sampled!(error, shop = self.shop.login.as_str(), %error, "No way back to the shop"))
            .ok()
    }

    pub(crate) fn amount(&self) -> String {
        amount::localized(self.payment.order.amount, self.payment.order.language)
    }

    pub(crate) fn fill(&self, text: &str) -> String {
        texts::fill(text, &self.shop.name, &self.amount())
    }

    pub(crate) fn cancel(&self) -> Cancel {
        Cancel { url: self.form_url("/cancel"), a: self.shop.login.to_string(), p: self.payment.id.to_string() }
    }

    pub(crate) fn frame(&self, heading: &str, step: u8) -> Frame {
        let order = &self.payment.order;
        let (label, amount) = match order.recurring {
            Recurring::No | Recurring::WithPayment => (self.texts().frame.amount, self.amount()),
            // Whatever amount the shop has named: nothing of it is paid.
            Recurring::Only => {
                (self.texts().frame.now, amount::localized(Money::new(0, order.amount.currency), order.language))
            }
        };
        let summary =
            Summary { shop: self.shop.name.clone(), label, amount, number: order.shop_transaction_id.to_string() };
        Frame { order: Some(summary), heading: heading.to_owned(), step, ..bare_frame(&self.gateway, self.texts()) }
    }
}

/// A frame around a page that belongs to no payment.
pub(crate) fn bare_frame(gateway: &Gateway, texts: &'static Texts) -> Frame {
    Frame {
        texts,
        base: base(gateway),
        sandbox: gateway.settings().environment == store::Environment::Sandbox,
        shop: None,
        order: None,
        heading: String::new(),
        step: 0,
        refresh: None,
    }
}

/// The path under which buyers see the gateway, without the slash at its end.
fn base(gateway: &Gateway) -> String {
    gateway.settings().public_url.path().trim_end_matches('/').to_owned()
}
