//! `ListOrderReference` and `ListOrderReferenceByNextToken`: the order references that carry a merchant's number, a page at a time. The
//! token of the next page is the question itself and where its answer went on; nothing is kept between two calls.

use amazon::types::timestamp_ms;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::ledger::{OrderReference, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::order_list;
use crate::mws::parameters::constraint;
use crate::refusal::Refusal;

/// Domains of payment, each with the currency in which its merchants are paid.
const DOMAINS: &[(&str, &str)] = &[("EU_EUR", "EUR"), ("EU_GBP", "GBP"), ("NA_USD", "USD"), ("FE_JPY", "JPY")];
const PAGE: usize = 10;
const PAGE_MOST: usize = 100;
const STATES_MOST: usize = 5;

/// What is asked for.
#[derive(Serialize, Deserialize)]
struct Question {
    seller_order_id: String,
    domain: String,
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
        let domain = call.required("PaymentDomain", 16)?;
        if !DOMAINS.iter().any(|(known, _)| *known == domain) {
            return Err(constraint("PaymentDomain", "Member must be EU_EUR, EU_GBP, NA_USD or FE_JPY"));
        }
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
            domain: domain.to_owned(),
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
        let asked: Vec<String> = unit
            .tables()
            .orders
            .values()
            .filter(|order| self.is_about(order, call))
            .map(|order| order.id.clone())
            .collect();
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

    fn is_about(&self, order: &OrderReference, call: &Call<'_>) -> bool {
        order.seller_id == call.seller_id
            && order.is_sandbox == call.is_sandbox
            && order.attributes.seller_order_id.as_deref() == Some(self.seller_order_id.as_str())
            && (self.created.0..self.created.1).contains(&order.created_at)
            && is_kept_in(order, &self.domain)
    }
}

fn place(order: &OrderReference) -> (i64, String) {
    (order.created_at, order.id.clone())
}

/// Sellers here are paid in euro, in whatever currency their buyers pay; another domain shows what would belong to it elsewhere.
fn is_kept_in(order: &OrderReference, domain: &str) -> bool {
    let currency = order.attributes.total.as_ref().map_or("", |total| total.currency.as_str());
    domain == DOMAINS[0].0 || DOMAINS.contains(&(domain, currency))
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
