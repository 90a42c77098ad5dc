//! The payment page with Amazon behind it: opened, paid on, come back to.

use axum::body::Body;
use serde_json::Value;

use crate::house::{House, SHOP};
use crate::pages::Page;

impl House {
    /// Opens the page for an order; gives the `a` and `p` of its pages.
    pub async fn open(&self, id: &str) -> (String, payments::PaymentId) {
        let (string, payment) = self.sealed(id, &["AMAZONPAY"]);
        let page = self.enter(&string).await;
        assert_eq!(page.status, 303, "{}", page.text);
        (format!("a={SHOP}&p={payment}"), payment)
    }

    /// Presses pay.
    pub async fn press(&self, names: &str, order: &str) -> Value {
        self.press_with(self.token().as_deref(), &format!("{names}&order_reference={order}")).await
    }

    /// Presses pay in a browser with this access token, or with none.
    pub async fn press_with(&self, token: Option<&str>, form: &str) -> Value {
        let page = self.post_signed_in("/pagam/AmazonPay.aspx/confirm", form, token).await;
        serde_json::from_str(&page.text).unwrap_or_else(|error| panic!("{error}: {}", page.text))
    }

    pub async fn post_signed_in(&self, address: &str, form: &str, token: Option<&str>) -> Page {
        let request = axum::http::Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie(token))
            .header("accept-language", "en");
        self.browse(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    /// The page with the wallet, for a browser with this access token.
    pub async fn wallet(&self, names: &str, token: &str) -> Page {
        self.get_signed_in(&format!("/pagam/AmazonPay.aspx?{names}"), token).await
    }

    pub async fn get_signed_in(&self, address: &str, token: &str) -> Page {
        let request =
            axum::http::Request::get(address).header("cookie", cookie(Some(token))).header("accept-language", "en");
        self.browse(request.body(Body::empty()).expect("a request")).await
    }

    /// Comes back from Amazon's confirmation.
    pub async fn come_back(&self, names: &str, status: &str) -> Page {
        self.get(&format!("/pagam/AmazonPay.aspx/result?{names}&AuthenticationStatus={status}")).await
    }

    /// Presses pay and comes back well.
    pub async fn pay(&self, names: &str, order: &str) -> Page {
        let pressed = self.press(names, order).await;
        assert_eq!(pressed["ok"], true, "{pressed}");
        self.come_back(names, "Success").await
    }
}

/// As Amazon's script keeps a token.
fn cookie(token: Option<&str>) -> String {
    let encoded = |token: &str| form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
    token.map_or("other=1".to_owned(), |token| format!("amazon_Login_accessToken={}", encoded(token)))
}
