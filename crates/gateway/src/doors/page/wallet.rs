//! Signed in or not; address book, wallet and consent: the page where the buyer chooses.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use payments::{Recurring, Stage};

use super::fields::{Fields, Query};
use super::policy::{self, Needs};
use super::sign_in::{self, SignedIn};
use super::trouble::{self, Stop, Trouble};
use super::view::{Arriving, Frame, Leaving, ScriptData, ScriptTexts, Subject, Wallet};
use super::visit::{Device, Visit, bare_frame};
use super::{hurdles, texts};
use store::AmazonAccount;

use crate::Gateway;
use crate::rail::Hurdle;

/// `GET /pagam/AmazonPay.aspx?a&p`; without them, the place that Amazon sends the buyer back to.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Stop> {
    if fields.value("a").is_none() && fields.value("p").is_none() {
        return Ok(arriving(&gateway, &headers));
    }
    let visit = Visit::find(&gateway, &fields, &headers, device).await?;
    if let Some(answer) = trouble::no_longer_open(&visit) {
        return Ok(answer);
    }
    let account = visit.account()?;
    if fields.value("denied").is_some() {
        return Ok(trouble::denied(&visit));
    }
    let client_id = &account.client_id;
    let Some(token) = sign_in::token(&headers) else {
        return Ok(match fields.value("out") {
            Some(_) => trouble::signed_out(&visit),
            None => leaving(&visit, client_id),
        });
    };
    if visit.is_too_fast() {
        return Err(visit.stop(Trouble::TooFast));
    }
    match sign_in::signed_in(&gateway, client_id, &token).await {
        SignedIn::Yes => Ok(wallet(&visit, &fields, account)),
        SignedIn::Unknown => Err(visit.stop(Trouble::AmazonSilent)),
        SignedIn::No => Ok(leaving(&visit, client_id)),
    }
}

/// The way to Amazon's sign-in leads over a script of ours: only the browser can bind an answer to itself.
fn leaving(visit: &Visit, client_id: &str) -> Response {
    let heading = visit.texts().wallet.leaving_title;
    let page = Leaving { frame: visit.frame(heading, 1), address: sign_in_url(visit, client_id) };
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Nothing, &page)
}

fn sign_in_url(visit: &Visit, client_id: &str) -> String {
    let back = visit.gateway.settings().address_of(visit.device.page());
    let state = format!("{}.{}", visit.shop.login, visit.payment.id);
    let mut url = visit.gateway.connector().sign_in_url(client_id, back.as_str(), &state);
    url.query_pairs_mut().append_pair("ui_locales", visit.texts().lang);
    url.into()
}

fn arriving(gateway: &Gateway, headers: &HeaderMap) -> Response {
    let texts = texts::of(texts::of_browser(headers));
    let heading = texts.wallet.arriving_title.to_owned();
    let page = Arriving { frame: Frame { heading, ..bare_frame(gateway, texts) } };
    policy::page(gateway, None, Needs::Nothing, &page)
}

/// What of the page is shown, by what the buyer has done before.
struct Choosing {
    /// What he pressed pay with, unless a fresh start is asked for: Amazon no longer takes it.
    id: Option<String>,
    hurdle: Option<Hurdle>,
    address: bool,
    consent: bool,
}

impl Choosing {
    fn of(visit: &Visit, fields: &Fields, account: &AmazonAccount) -> Choosing {
        let (recorded, declined) = match &visit.payment.stage {
            Stage::Open { instrument, declined } => (instrument.clone(), *declined),
            _ => (None, None),
        };
        let id = recorded.filter(|_| fields.value("fresh").is_none()).map(|chosen| chosen.as_str().to_owned());
        let hurdle = fields.value("m").and_then(hurdles::named).or(declined.map(Hurdle::of_attempt));
        // After a decline Amazon shows the wallet alone: address and consent stay as they were confirmed.
        let card_only = id.is_some() && (visit.payment.attempts > 0 || hurdle == Some(Hurdle::Declined));
        let asks_address = account.show_address_widget;
        let is_agreement = Subject::of(visit.payment.order.recurring) == Subject::BillingAgreement;
        Choosing { id, hurdle, address: asks_address && !card_only, consent: is_agreement && !card_only }
    }
}

fn wallet(visit: &Visit, fields: &Fields, account: &AmazonAccount) -> Response {
    let choosing = Choosing::of(visit, fields, account);
    let texts = visit.texts();
    let (title, lead) = match choosing.address {
        true => (texts.wallet.title_with_address, texts.wallet.lead_with_address),
        false => (texts.wallet.title, texts.wallet.lead),
    };
    let (terms, pay) = match visit.payment.order.recurring {
        Recurring::No => ("", texts.wallet.pay),
        Recurring::WithPayment => (texts.agreement.terms, texts.agreement.pay),
        Recurring::Only => (texts.agreement.terms_only, texts.agreement.agree),
    };
    let data = ScriptData {
        shop: visit.shop.login.to_string(),
        payment: visit.payment.id.to_string(),
        seller_id: account.seller_id.clone(),
        client_id: account.client_id.clone(),
        subject: Subject::of(visit.payment.order.recurring),
        id: choosing.id,
        show_address: choosing.address,
        show_consent: choosing.consent,
        begin_url: visit.payment.begun_at.is_none().then(|| visit.form_url("/begin")),
        confirm_url: visit.form_url("/confirm"),
        page_url: visit.wallet_url(&[]),
        signed_out_url: visit.wallet_url(&[("out", "1")]),
        language: texts.locale,
        texts: ScriptTexts::of(texts),
    };
    let page = Wallet {
        frame: visit.frame(title, 2),
        title: title.to_owned(),
        lead,
        message: choosing.hurdle.map_or(String::new(), |hurdle| hurdles::sentence(hurdle, texts).to_owned()),
        show_address: choosing.address,
        show_consent: choosing.consent,
        terms: visit.fill(terms),
        pay: visit.fill(pay),
        cancel: visit.cancel(),
        script_data: data.in_page(),
        widgets: visit.gateway.settings().amazon.widgets.to_string(),
    };
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Widgets, &page)
}
