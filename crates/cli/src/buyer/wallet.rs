//! The wallet page as its script works it: Amazon's frames, the press of pay, Amazon's confirmation.

use anyhow::{Context, Result, ensure};
use gateway::suggestion::suggestion;
use serde::Deserialize;
use url::{Origin, Url};

use super::browser::{Browser, Visit};
use super::html::Form;
use super::said;

/// What the page keeps for its script.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    shop: String,
    payment: String,
    seller_id: String,
    client_id: String,
    subject: Subject,
    id: Option<String>,
    show_address: bool,
    show_consent: bool,
    begin_url: Option<String>,
    confirm_url: String,
    #[serde(default)]
    language: String,
}

/// What the widgets make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Subject {
    OrderReference,
    BillingAgreement,
}

impl Subject {
    /// Amazon's field for its id, in addresses of frames and of the confirmation.
    fn at_amazon(self) -> &'static str {
        match self {
            Subject::OrderReference => "order_reference",
            Subject::BillingAgreement => "billing_agreement",
        }
    }

    /// What a frame tells it by.
    fn in_frame(self) -> &'static str {
        match self {
            Subject::OrderReference => "order-reference",
            Subject::BillingAgreement => "billing-agreement",
        }
    }

    /// The gateway's field for it.
    fn at_gateway(self) -> &'static str {
        match self {
            Subject::OrderReference => "order_reference",
            Subject::BillingAgreement => "agreement",
        }
    }
}

/// The answer to pressing pay.
#[derive(Debug, Deserialize)]
struct Confirmed {
    ok: bool,
    #[serde(default)]
    message: String,
}

/// A wallet page with the order reference, or the agreement, that its widgets have made.
pub(super) struct Wallet<'v> {
    page: &'v Visit,
    kept: Kept,
    amazon: Url,
}

/// What to choose in which widget: the value of a field, or words that stand beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick<'p> {
    pub widget: &'p str,
    pub field: &'p str,
    pub wanted: &'p str,
}

impl<'v> Wallet<'v> {
    /// Reads the page.
    pub(super) fn of(page: &'v Visit) -> Result<Wallet<'v>> {
        let sight = page.sight();
        let json = sight.payment.with_context(|| format!("not a wallet page: {}", said(page)))?;
        let kept = serde_json::from_str(&json).context("the page's data")?;
        let script = sight.scripts.iter().find(|src| src.ends_with("Widgets.js")).context("no Widgets.js")?;
        Ok(Wallet { page, kept, amazon: page.url.join(script)? })
    }

    /// Says that the buyer sees his cards.
    pub(super) async fn begin(&self, browser: &Browser) -> Result<()> {
        let Some(begin_url) = &self.kept.begin_url else { return Ok(()) };
        let form = Form { action: begin_url.clone(), ..Form::default() }
            .with("a", &self.kept.shop)
            .with("p", &self.kept.payment);
        let begun = browser.submit(&self.page.url, &form).await?;
        ensure!(begun.status < 400, "the gateway did not begin the visit: {}", said(&begun));
        Ok(())
    }

    pub(super) fn shows_address(&self) -> bool {
        self.kept.show_address
    }

    pub(super) fn shows_consent(&self) -> bool {
        self.kept.show_consent
    }

    pub(super) fn gateway(&self) -> Origin {
        self.page.url.origin()
    }

    /// One widget: opens its frame, picks, and takes from it what the first widget has made.
    pub(super) async fn choose(&mut self, browser: &Browser, pick: Pick<'_>) -> Result<()> {
        let Pick { widget, field, wanted } = pick;
        let visit = browser.follow(browser.get(&self.frame(browser, widget)?).await?, |_| true).await?;
        let form = visit.form("/select")?;
        let choice = form.choice(field, wanted).with_context(|| {
            let known = form.offered(field);
            format!("no {field} {wanted:?} at Amazon{}", suggestion(wanted, &known))
        })?;
        let chosen = form.clone().with(field, &choice.value);
        let chosen = browser.follow(browser.submit(&visit.url, &chosen).await?, |_| true).await?;
        let made = chosen.sight().data(self.kept.subject.in_frame()).to_owned();
        if !made.is_empty() {
            self.kept.id = Some(made);
        }
        Ok(())
    }

    /// The address of a widget's frame. The first one makes what all are for and sends on to it.
    fn frame(&self, browser: &Browser, widget: &str) -> Result<Url> {
        let token = browser.cookie("amazon_Login_accessToken", &self.page.url).context("the buyer is not signed in")?;
        let mut frame = self.amazon.join(&format!("/widgets/{widget}"))?;
        frame
            .query_pairs_mut()
            .append_pair("seller_id", &self.kept.seller_id)
            .append_pair("client_id", &self.kept.client_id)
            .append_pair("access_token", &token)
            .append_pair("origin", &self.page.url.origin().ascii_serialization())
            .append_pair("language", &self.kept.language)
            .append_pair("environment", if self.amazon.path().contains("/sandbox/") { "sandbox" } else { "live" });
        if self.kept.subject == Subject::BillingAgreement {
            frame.query_pairs_mut().append_pair("agreement_type", "BillingAgreement");
        }
        if let Some(id) = &self.kept.id {
            frame.query_pairs_mut().append_pair(self.kept.subject.at_amazon(), id);
        }
        Ok(frame)
    }

    /// Presses pay; a sentence when the buyer has to choose again.
    pub(super) async fn confirm(&self, browser: &Browser) -> Result<Option<String>> {
        let form = Form { action: self.kept.confirm_url.clone(), ..Form::default() }
            .with("a", &self.kept.shop)
            .with("p", &self.kept.payment)
            .with(self.kept.subject.at_gateway(), self.id()?);
        let answer = browser.submit(&self.page.url, &form).await?;
        let confirmed: Confirmed = serde_json::from_str(&answer.body).context("the answer to pay")?;
        Ok((!confirmed.ok).then_some(confirmed.message))
    }

    /// Where Amazon asks the buyer, when the bank wants it; a question is passed.
    pub(super) async fn confirmation(&self, browser: &Browser) -> Result<Visit> {
        let mut place = self.amazon.join("/confirmation")?;
        place
            .query_pairs_mut()
            .append_pair(self.kept.subject.at_amazon(), self.id()?)
            .append_pair("seller_id", &self.kept.seller_id);
        let visit = browser.get(&place).await?;
        if visit.to.is_some() {
            return Ok(visit);
        }
        let form = visit.form("/confirmation")?;
        let pass = form.choices.iter().find(|choice| choice.value == "pass").context("no way to pass")?;
        browser.submit(&place, &form.clone().with(&pass.name, &pass.value)).await
    }

    fn id(&self) -> Result<&str> {
        self.kept.id.as_deref().context("Amazon made nothing to pay with")
    }
}
