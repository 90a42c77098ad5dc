//! Billing agreements as the merchant sees them: the list, and one with the order references made
//! from it. Reads only.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::orders::{or_none, tone, utc, view as order_view};
use super::refused;
use crate::pages::contexts::{AgreementPage, AgreementView, AgreementsPage};
use crate::pages::page::{Place, Reach, page};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::{AgreementView as Agreement, CardView, World};
use std::sync::Arc;

/// How many a list shows.
const SHOWN: usize = 100;

/// `GET /sellercentral/agreements`
pub async fn list(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let (newest, all) = world.newest_agreements(None, SHOWN)?;
    let agreements: Vec<_> = newest.iter().map(view).collect();
    let hidden = all.saturating_sub(agreements.len());
    let context = AgreementsPage { t: Language::English.texts(), place: Place::Agreements, agreements, hidden };
    Ok(page(&context, Reach::Own))
}

/// `GET /sellercentral/agreements/{id}`
pub async fn show(State(world): State<Arc<World>>, Path(id): Path<String>) -> Result<Response, Stop> {
    let Some(agreement) = world.agreement(&id)? else {
        return Ok(refused(StatusCode::NOT_FOUND, "No such agreement", "The billing agreement is not known."));
    };
    let mut orders = Vec::new();
    for id in agreement.orders.iter().rev().take(SHOWN) {
        orders.extend(world.order(id)?.as_ref().map(order_view));
    }
    let context = AgreementPage {
        t: Language::English.texts(),
        place: Place::Agreements,
        facts: facts(&world, &agreement),
        agreement: view(&agreement),
        orders,
    };
    Ok(page(&context, Reach::Own))
}

fn facts(world: &World, agreement: &Agreement) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Left this month", format!("{} of {}", agreement.left, agreement.limit)),
        ("Month ends (UTC)", utc(agreement.period_ends_at)),
        ("Each charge", or_none(&agreement.subscription)),
        ("Merchant's number", or_none(&agreement.seller_agreement_id)),
        ("Consent", if agreement.has_consent { "given" } else { "not given" }.to_owned()),
        ("Environment", environment(agreement).to_owned()),
        ("Created (UTC)", utc(agreement.created_at)),
        ("Buyer", buyer_of(world, agreement)),
        ("Card", or_none(&CardView::name_of(agreement.card.as_deref()))),
    ];
    if !agreement.reason.is_empty() {
        facts.insert(0, ("Reason", agreement.reason.to_owned()));
    }
    facts
}

fn view(agreement: &Agreement) -> AgreementView {
    AgreementView {
        id: agreement.id.clone(),
        tone: tone(agreement.state, agreement.reason),
        state: agreement.state.to_owned(),
        reason: agreement.reason.to_owned(),
        left: agreement.left.clone(),
        seller_agreement_id: agreement.seller_agreement_id.clone(),
        environment_label: environment(agreement),
        created: utc(agreement.created_at),
    }
}

fn environment(agreement: &Agreement) -> &'static str {
    if agreement.is_sandbox { "sandbox" } else { "production" }
}

fn buyer_of(world: &World, agreement: &Agreement) -> String {
    let buyer = world.buyers().into_iter().find(|buyer| buyer.id == agreement.buyer_id);
    buyer.map_or_else(|| "none".to_owned(), |buyer| format!("{}, {}", buyer.name, buyer.email))
}
