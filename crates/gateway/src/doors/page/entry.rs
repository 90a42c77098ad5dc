//! Where the shop sends the buyer: the string is opened, the payment is opened with it, and the buyer is sent on.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use payments::Currency;
use store::Shop;

use super::fields::Fields;
use super::policy::{self, Needs, see_other};
use super::trouble::{self, Stop, Trouble};
use super::view::{Method, MethodList};
use super::visit::{Device, Visit, shop_of};
use crate::Gateway;
use crate::flow::visit;
use crate::http::same_origin;
use crate::rail;
use crate::seal::SealedRequest;

/// `GET|POST /pagam/pagam.aspx?a&b`. Opens the visit, and does not begin it: a POST may be the shop's.
pub(super) async fn enter(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Stop> {
    let shop = shop_of(&gateway, &fields, &headers).await?;
    let stop = |trouble: Trouble| trouble.stop(&gateway, &headers, Some(&shop));
    let request = open_string(&gateway, &shop, fields.value("b")).map_err(stop)?;
    let device = Device::of(&headers);
    let standing = visit::open(&gateway, &shop, &request).await.map_err(|error| stop(Trouble::of_opening(&error)))?;
    let visit = Visit::of(&gateway, &shop, standing, device).unless_over(request.sealed_at).await?;
    if let Some(answer) = trouble::no_longer_open(&visit) {
        return Ok(answer);
    }
    visit.checkout()?;
    let methods = methods(&visit.shop, visit.payment.order.amount.currency, &request.methods);
    match methods.as_slice() {
        [only] if only.available => Ok(see_other(&visit.wallet_url(&[]))),
        _ => Ok(list(&visit, methods)),
    }
}

/// `POST /pagam/method`.
pub(super) async fn choose_method(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Stop> {
    let mut visit = Visit::find(&gateway, &fields, &headers, Device::of(&headers)).await?;
    if same_origin::is_foreign(&gateway, &headers) {
        return Err(visit.stop(Trouble::Foreign));
    }
    visit.begin().await?;
    match fields.value("method") {
        Some(method) if method == wire::method::AMAZON_PAY && rail::takes(visit.payment.order.amount.currency) => {
            Ok(see_other(&visit.wallet_url(&[])))
        }
        _ => Err(visit.stop(Trouble::Method)),
    }
}

/// The string, when it was made here for this shop. Its age is judged by whoever knows whether the payment exists.
fn open_string(gateway: &Gateway, shop: &Shop, string: Option<&str>) -> Result<SealedRequest, Trouble> {
    let string = string.ok_or(Trouble::StringMissing)?.trim();
    if string.is_empty() {
        return Err(Trouble::StringEmpty);
    }
    if !wire::seal::is_well_formed(string) {
        return Err(Trouble::StringMalformed);
    }
    gateway.keyring().open_request(&shop.login, string).map_err(|_| Trouble::StringForeign)
}

/// What the shop asked for among what it has enabled, in the order of its page. A shop that asked
/// for nothing in particular gets what this gateway can do: naming methods that were not asked for
/// and that do not work would help no buyer. Amazon Pay is not offered in a currency that it does
/// not take.
fn methods(shop: &Shop, currency: Currency, asked: &[String]) -> Vec<Method> {
    let is_amazon = |method: &str| method == wire::method::AMAZON_PAY;
    let wanted = |method: &&String| match asked.is_empty() {
        true => is_amazon(method),
        false => asked.iter().any(|asked| asked.eq_ignore_ascii_case(method)),
    };
    let mut methods: Vec<Method> = shop
        .payment_types
        .iter()
        .filter(wanted)
        .filter(|method| !is_amazon(method) || rail::takes(currency))
        .map(|code| Method {
            code: code.clone(),
            name: name_of(code).to_owned(),
            available: is_amazon(code),
            first: is_amazon(code),
        })
        .collect();
    // What can be used comes first; the shop's order stays otherwise.
    methods.sort_by_key(|method| !method.available);
    methods
}

fn name_of(code: &str) -> &str {
    match code {
        "AMAZONPAY" => "Amazon Pay",
        "CREDITCARD" => "Visa, Mastercard",
        "PAYPAL" => "PayPal",
        "MYBANK" => "MyBank",
        "MASTERPASS" => "Masterpass",
        "SATISPAY" => "Satispay",
        "BANCOMATPAY" => "BANCOMAT Pay",
        other => other,
    }
}

fn list(visit: &Visit, methods: Vec<Method>) -> Response {
    let any_available = methods.iter().any(|method| method.available);
    let texts = visit.texts();
    let title = if any_available { texts.methods.title } else { texts.messages.method.title };
    let list = MethodList {
        frame: visit.frame(title, 0),
        title: title.to_owned(),
        any_available,
        methods,
        cancel: visit.cancel(),
    };
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Nothing, &list)
}

#[cfg(test)]
mod tests {
    use payments::ShopLogin;

    use super::*;

    fn codes(enabled: &[&str], asked: &[&str]) -> Vec<(String, bool)> {
        codes_in(Currency::EUR, enabled, asked)
    }

    fn codes_in(currency: Currency, enabled: &[&str], asked: &[&str]) -> Vec<(String, bool)> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut shop = Shop::new(ShopLogin::new("GESPAY00001").expect("a login"), "Bottega");
        shop.payment_types = owned(enabled);
        methods(&shop, currency, &owned(asked)).into_iter().map(|method| (method.code, method.available)).collect()
    }

    #[test]
    fn methods_are_what_the_shop_asked_for_among_what_it_enabled() {
        let enabled = ["CREDITCARD", "AMAZONPAY", "PAYPAL"];
        assert_eq!(codes(&enabled, &["AMAZONPAY"]), [("AMAZONPAY".into(), true)]);
        let both = [("AMAZONPAY".into(), true), ("CREDITCARD".into(), false)];
        assert_eq!(codes(&enabled, &["CREDITCARD", "AMAZONPAY", "MYBANK"]), both);
        assert_eq!(codes(&enabled, &[]), [("AMAZONPAY".into(), true)]);
        assert_eq!(codes(&["CREDITCARD"], &["AMAZONPAY"]), []);
    }

    #[test]
    fn amazon_pay_is_not_offered_in_a_currency_that_it_does_not_take() {
        let forint = Currency::new("HUF").expect("a currency");
        let both = ["CREDITCARD", "AMAZONPAY"];
        assert_eq!(codes_in(forint, &both, &both), [("CREDITCARD".into(), false)]);
        assert_eq!(codes_in(forint, &both, &[]), []);
    }
}
