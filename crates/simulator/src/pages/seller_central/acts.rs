//! What a seller does by hand on an order's page: GET asks, POST acts and leads back to the order.
//! What Amazon would refuse is refused by both, with Amazon's code.

mod kind;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use kind::Kind;

use super::{order_page, refuse_forged, refused, refused_by_amazon};
use crate::pages::contexts::{ActForm, AskPage};
use crate::pages::form::Form;
use crate::pages::page::{Place, Reach, page, see_other};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::refusal::Refusal;
use crate::world::{Act, MovementView as Movement, OrderView as Order, World};

/// `GET /sellercentral/orders/{id}/{act}`: authorization or capture, amount, reason, as each act
/// needs them.
pub async fn ask(
    State(world): State<Arc<World>>,
    Path((order_id, act)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    let asked = Asked::read(&world, &order_id, &act, &Form::read(&query.unwrap_or_default()))?;
    asked.possible(&world)?;
    Ok(page(&asked.question(), Reach::Own))
}

/// `POST /sellercentral/orders/{id}/{act}`: the same fields.
pub async fn act(
    State(world): State<Arc<World>>,
    Path((order_id, act)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let asked = Asked::read(&world, &order_id, &act, &Form::read(&body))?;
    asked.done(&world)?;
    Ok(see_other(&format!("{}?done={}", order_page(&order_id), asked.kind.path())))
}

/// What was done just now, in words; empty: nothing.
pub fn said(done: &str) -> &'static str {
    Kind::read(done).map_or("", Kind::said)
}

/// Everything that the seller may do with an order now.
pub fn possible(world: &World, order: &Order, movements: &[Movement]) -> Vec<ActForm> {
    let mut forms = Vec::new();
    for movement in movements {
        let kinds: &[Kind] = match movement.what {
            "Authorization" => &[Kind::Capture],
            "Capture" => &[Kind::Refund, Kind::Chargeback],
            _ => &[],
        };
        forms.extend(kinds.iter().filter(|kind| kind.is_open_for(movement)).map(|kind| kind.form_of(movement)));
    }
    let (order_id, reason) = (order.id.as_str(), None);
    let is_living = matches!(order.state, "Draft" | "Open" | "Suspended");
    let acts = [(Kind::Close, Act::Close { order_id, reason }), (Kind::Cancel, Act::Cancel { order_id, reason })];
    let may = acts.into_iter().filter(|(_, act)| is_living && world.may_act(act).is_ok());
    forms.extend(may.map(|(kind, _)| kind.form_of_order()));
    forms
}

/// An act with everything that it needs.
struct Asked {
    kind: Kind,
    order_id: String,
    /// The authorization or capture; empty: the order itself.
    object_id: String,
    /// Without its currency; empty: none is asked for.
    amount: String,
    currency: String,
    reason: String,
}

impl Asked {
    /// Reads the form; what it names must belong to the order.
    fn read(world: &World, order_id: &str, act: &str, form: &Form) -> Result<Asked, Stop> {
        let unknown = |what| Stop::with(refused(StatusCode::NOT_FOUND, "Not found", what));
        let kind = Kind::read(act).ok_or_else(|| unknown("Nothing of this name can be done with an order."))?;
        if world.order(order_id)?.is_none() {
            return Err(unknown("The order reference is not known."));
        }
        let object_id = match kind.field() {
            "" => "",
            field => form.value(field),
        };
        let movements = world.movements(order_id)?;
        let own = movements.into_iter().find(|movement| movement.id == object_id && movement.what == kind.object());
        match &own {
            None if !kind.field().is_empty() => {
                return Err(unknown("The order has no such authorization or capture."));
            }
            Some(capture) if kind == Kind::Chargeback && !kind.is_open_for(capture) => {
                return Err(unknown("Only a capture that took money can be disputed."));
            }
            _ => {}
        }
        let whole = own.as_ref().map_or("", |movement| movement.amount.split(' ').next().unwrap_or_default());
        Ok(Asked {
            kind,
            order_id: order_id.to_owned(),
            object_id: object_id.to_owned(),
            amount: if kind.takes_amount() { form.value("amount").trim() } else { whole }.to_owned(),
            currency: own.as_ref().map(|movement| movement.currency.clone()).unwrap_or_default(),
            reason: kind.reason(form.value("reason")).to_owned(),
        })
    }

    /// Refuses now what would be refused when it is done.
    fn possible(&self, world: &World) -> Result<(), Stop> {
        match self.act() {
            Some(act) => world.may_act(&act).map_err(|refusal| self.refused(&refusal)),
            None => Ok(()),
        }
    }

    fn done(&self, world: &World) -> Result<(), Stop> {
        match self.act() {
            Some(act) => world.act(&act).map(drop).map_err(|refusal| self.refused(&refusal)),
            None => {
                world.raise_chargeback(&self.object_id, &self.reason)?;
                Ok(())
            }
        }
    }

    fn refused(&self, refusal: &Refusal) -> Stop {
        Stop::with(refused_by_amazon(refusal, &self.order_id))
    }

    /// None: a chargeback, which is the buyer's.
    fn act(&self) -> Option<Act<'_>> {
        let (order_id, reason) = (self.order_id.as_str(), Some(self.reason.as_str()).filter(|it| !it.is_empty()));
        let amount = Some(self.amount.as_str());
        Some(match self.kind {
            Kind::Capture => Act::Capture { authorization_id: &self.object_id, amount },
            Kind::Refund => Act::Refund { capture_id: &self.object_id, amount },
            Kind::Close => Act::Close { order_id, reason },
            Kind::Cancel => Act::Cancel { order_id, reason },
            Kind::Chargeback => return None,
        })
    }

    fn question(&self) -> AskPage {
        let sum = format!("{} {}", self.amount, self.currency);
        let what = if self.currency.is_empty() { "the order".to_owned() } else { sum };
        let (verb, meaning) = self.kind.words();
        let mut facts = vec![("Order reference", self.order_id.clone())];
        if !self.object_id.is_empty() {
            facts.push((self.kind.object(), self.object_id.clone()));
        }
        let amount_field = if self.kind.takes_amount() { "amount" } else { "" };
        let carried = [(self.kind.field(), &self.object_id), (amount_field, &self.amount), ("reason", &self.reason)];
        let carried = carried.into_iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
        if !self.reason.is_empty() {
            facts.push(("Reason", self.reason.clone()));
        }
        AskPage {
            t: Language::English.texts(),
            place: Place::Orders,
            order_id: self.order_id.clone(),
            question: format!("{verb} {what}?"),
            meaning,
            facts,
            action: format!("{}/{}", order_page(&self.order_id), self.kind.path()),
            fields: carried.map(|(name, value)| (name, value.clone())).collect(),
            button: format!("{verb} {what}"),
            is_grave: self.kind.is_grave(),
        }
    }
}
