//! `ListOrderReference` and `ListOrderReferenceByNextToken`: the order references that carry a
//! merchant's number, a page at a time. The token of the next page is the question itself and the
//! last order of the page before; nothing is kept between two calls. A list may lag behind the
//! orders ([`World::set_listing_lag_ms`](crate::World::set_listing_lag_ms)).

use amazon::types::timestamp_ms;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::ledger::{OrderReference, PaymentDomain, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::order_list;
use crate::mws::parameters::constraint;
use crate::refusal::Refusal;

const PAGE: usize = 10;
const PAGE_MOST: usize = 100;
const STATES_MOST: usize = 5;

/// What is asked for.
#[derive(Serialize, Deserialize)]
struct Question {
    seller_order_id: String,
    domain: PaymentDomain,
    /// UTC ms; the end is not part of it.
    created: (i64, i64),
    ascending: bool,
    page: usize,
    /// None: all of them.
    states: Vec<String>,
    /// The last one of the page before.
    after: Option<(i64, String)>,
}

/// `ListOrderReference`
pub fn first(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    Question::read(call)?.answer(unit, call)
}

/// `ListOrderReferenceByNextToken`
pub fn next(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let token = call.required("NextPageToken", 4096)?;
    let decoded = BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    let question: Option<Question> = decoded.and_then(|json| serde_json::from_slice(&json).ok());
    let question = question.filter(|question| (1..=PAGE_MOST).contains(&question.page));
    question
        .ok_or_else(|| constraint("NextPageToken", "Member must be a token of ListOrderReference"))?
        .answer(unit, call)
}

impl Question {
    fn read(call: &Call<'_>) -> Result<Question, Refusal> {
        if call.required("QueryIdType", 64)? != "SellerOrderId" {
            return Err(constraint("QueryIdType", "Member must be SellerOrderId"));
        }
        let domain = PaymentDomain::read(call.required("PaymentDomain", 16)?).ok_or_else(|| {
            let all = PaymentDomain::ALL.map(PaymentDomain::as_str).join(", ");
            constraint("PaymentDomain", &format!("Member must be one of {all}"))
        })?;
        let ascending = match call.optional("SortOrder", 16)? {
            None | Some("Descending") => false,
            Some("Ascending") => true,
            Some(_) => return Err(constraint("SortOrder", "Member must be Ascending or Descending")),
        };
        let page = match call.optional("PageSize", 4)?.map(str::parse) {
            None => PAGE,
            Some(Ok(page)) if (1..=PAGE_MOST).contains(&page) => page,
            Some(_) => return Err(constraint("PageSize", "Member must be 1 to 100")),
        };
        Ok(Question {
            seller_order_id: call.required("QueryId", 127)?.to_owned(),
            domain,
            created: (
                time(call, "CreatedTimeRange.StartTime")?.unwrap_or(i64::MIN),
                time(call, "CreatedTimeRange.EndTime")?.unwrap_or(i64::MAX),
            ),
            ascending,
            page,
            states: states(call)?,
            after: None,
        })
    }

    fn answer(mut self, unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
        let asked = self.matching(unit, call);
        let mut found: Vec<OrderReference> = asked.iter().filter_map(|id| unit.ripe_order(id, call.now)).collect();
        found.retain(|order| {
            self.states.is_empty() || self.states.iter().any(|state| state == order.standing.state.as_str())
        });
        found.sort_by_key(place);
        if !self.ascending {
            found.reverse();
        }
        if let Some(after) = &self.after {
            found.retain(|order| if self.ascending { place(order) > *after } else { place(order) < *after });
        }
        let is_last = found.len() <= self.page;
        found.truncate(self.page);
        self.after = found.last().map(place);
        let token = || {
            // Texts and numbers: there is nothing in it that JSON cannot say.
            let json = serde_json::to_vec(&self).expect("a question is JSON");
            BASE64URL_NOPAD.encode(&json)
        };
        Ok(Done::with(order_list(&found, (!is_last).then(token))))
    }

    /// Ids of what it asks for in any state. The merchant's account is in one ledger: another one
    /// lists none of its orders, whatever their currencies.
    fn matching(&self, unit: &Unit<'_>, call: &Call<'_>) -> Vec<String> {
        let tables = unit.tables();
        let is_kept_there =
            tables.sellers.get(&call.seller_id).is_some_and(|seller| seller.payment_domain == self.domain);
        if !is_kept_there {
            return Vec::new();
        }
        let listed_until = call.now.saturating_sub(call.world.listing_lag_ms());
        let is_meant = |order: &&OrderReference| {
            order.seller_id == call.seller_id
                && order.is_sandbox == call.is_sandbox
                && order.attributes.seller_order_id.as_deref() == Some(self.seller_order_id.as_str())
                && (self.created.0..self.created.1).contains(&order.created_at)
                && order.numbered_at.unwrap_or(order.created_at) <= listed_until
        };
        tables.orders.values().filter(is_meant).map(|order| order.id.clone()).collect()
    }
}

fn place(order: &OrderReference) -> (i64, String) {
    (order.created_at, order.id.clone())
}

fn time(call: &Call<'_>, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = call.optional(name, 64)? else { return Ok(None) };
    timestamp_ms(text).map(Some).ok_or_else(|| constraint(name, "Member must be an ISO 8601 time"))
}

fn states(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let mut states = Vec::new();
    while let Some(state) =
        call.text(&format!("OrderReferenceStatusListFilter.OrderReferenceStatus.{}", states.len() + 1), 16)?
        && states.len() < STATES_MOST
    {
        states.push(state);
    }
    Ok(states)
}
