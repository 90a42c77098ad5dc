//! A subscription: begun, looked at, renewed, cancelled.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::checkout::{Method, send_to_pay};
use super::confirm::Confirm;
use super::guard::Needs;
use super::own::{Widgets, needing};
use super::{Frame, Said, Trouble, day, page, price};
use crate::DemoShop;
use crate::book::orders::Order;
use crate::book::subscriptions::{Subscribed, Subscription, SubscriptionStatus};
use crate::book::vocabulary::Purpose;
use crate::catalogue::{Product, SUBSCRIPTION};

#[derive(Template)]
#[template(path = "subscription.html")]
struct SubscriptionPage<'p> {
    frame: Frame,
    product: Product,
    subscription: Subscription,
    months: Vec<Order>,
    /// The wallet, when another card is wanted and Amazon has told which agreement it is.
    wallet: Option<Widgets<'p>>,
    /// Where the buyer changes his card at Amazon otherwise.
    account: Option<&'p str>,
}

#[derive(Deserialize)]
pub(super) struct Wish {
    first: String,
}

#[derive(Deserialize)]
pub(super) struct Number {
    number: i64,
}

#[derive(Deserialize)]
pub(super) struct Sure {
    /// Yes, to the question before it is cancelled.
    sure: Option<String>,
}

impl SubscriptionPage<'_> {
    /// Whether the renewal under way has no end yet.
    fn is_being_charged(&self) -> bool {
        use crate::book::vocabulary::OrderStatus::{New, Pending};
        let newest = self.months.first().filter(|order| order.purpose == Purpose::Renewal);
        newest.is_some_and(|order| matches!(order.status, New | Pending))
    }
}

/// Sends the buyer to the gateway's page, to pay the first month and permit the others, or to permit alone.
pub(super) async fn subscribe(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(wish): Form<Wish>,
) -> Result<Response, Trouble> {
    let purpose = match wish.first.as_str() {
        "paid" => Purpose::FirstMonth,
        "free" => Purpose::FreeMonth,
        _ => {
            let said = Said::new("No such offer", "Please choose one from the shelf.");
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&said)).into_response());
        }
    };
    let (session, cookie) = shop.visitor_or_new(&headers).await?;
    let mut response = match shop.book.subscribe(session, purpose, shop.now()).await? {
        Subscribed::Already(id) => Redirect::to(&format!("/subscriptions/{id}")).into_response(),
        Subscribed::Order(order) => send_to_pay(&shop, &order, Method::AmazonPay).await?,
    };
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let Some(subscription) = own(&shop, &headers, id).await? else { return Ok(no_such_subscription()) };
    let frame = shop.frame(&headers, "/orders").await?;
    let months = shop.book.months_of(subscription.id.clone()).await?;
    let amazon = shop.settings.amazon.as_ref().filter(|_| subscription.status == SubscriptionStatus::Card);
    let wallet = amazon.zip(subscription.agreement.clone());
    let wallet = wallet.map(|(amazon, id)| Widgets { agreement: Some(id), ..Widgets::wallet(amazon) });
    let account = amazon.filter(|_| wallet.is_none()).map(|amazon| amazon.account.as_str());
    let needs = if wallet.is_some() { Needs::Widgets } else { Needs::Nothing };
    let product = SUBSCRIPTION;
    Ok(needing(needs, page(&SubscriptionPage { frame, product, subscription, months, wallet, account })))
}

/// Charges the renewal of this number now. Pressed twice, it is one: the second time that number is not the next.
pub(super) async fn renew(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<Number>,
) -> Result<Response, Trouble> {
    let Some(subscription) = own(&shop, &headers, id).await? else { return Ok(no_such_subscription()) };
    shop.book.due_now(subscription.id.clone(), form.number, shop.now()).await?;
    shop.renew(subscription.id.clone()).await?;
    Ok(Redirect::to(&format!("/subscriptions/{}", subscription.id)).into_response())
}

/// Asks once more, then ends it here at once; the permission is given back at the gateway, now or
/// as soon as that answers.
pub(super) async fn cancel(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<Sure>,
) -> Result<Response, Trouble> {
    let Some(subscription) = own(&shop, &headers, id).await? else { return Ok(no_such_subscription()) };
    if form.sure.is_none() && subscription.status.renews() {
        return Ok(Confirm {
            frame: shop.frame(&headers, "/orders").await?,
            title: "Cancel the subscription?".to_owned(),
            text: "What is paid is shipped. Nothing more is charged, and your permission is given back to Amazon: to have \
                it again, you begin from the shelf.",
            about: None,
            action: format!("/subscriptions/{}/cancel", subscription.id),
            fields: Vec::new(),
            yes: "Yes, cancel it".to_owned(),
            back: format!("/subscriptions/{}", subscription.id),
        }
        .ask());
    }
    shop.book.cancel(subscription.id.clone(), shop.now()).await?;
    shop.give_back_due().await;
    Ok(Redirect::to(&format!("/subscriptions/{}", subscription.id)).into_response())
}

async fn own(shop: &DemoShop, headers: &HeaderMap, id: String) -> Result<Option<Subscription>, Trouble> {
    let Some(session) = shop.visitor(headers).await? else { return Ok(None) };
    Ok(shop.book.subscription(id).await?.filter(|subscription| subscription.session == session))
}

fn no_such_subscription() -> Response {
    let said = Said::new("No such subscription", "It is shown in the browser that began it.");
    (StatusCode::NOT_FOUND, page(&said.link("/orders", "See your orders"))).into_response()
}
