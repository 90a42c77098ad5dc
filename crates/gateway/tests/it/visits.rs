//! A buyer's visit: what it tells when another has claimed the identifier, when it begins and ends,
//! who may press pay, how often.

mod begun;
mod overtaken;
mod pace;
mod sign_in;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::ACCEPT_LANGUAGE;
use payments::{Outcome, PaymentId};
use store::{NoticeRecord, Shop};

use crate::house::{House, SHOP, login};
use crate::pages::{Page, amazon_shop};
use crate::shop_server::ShopServer;

pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 24 * crate::pages::HOUR_MS;

/// A browser's way to one visit.
pub struct Tab {
    pub id: PaymentId,
    /// The page that the shop sends to.
    pub entry: String,
    /// `a` and `p` of the pages behind it.
    pub names: String,
}

impl House {
    /// Seals a string for an order and opens its page with GET: nothing is chosen yet.
    pub async fn tab(&self, id: &str, methods: &[&str]) -> Tab {
        let (string, payment) = self.sealed(id, methods);
        let entry = format!("/pagam/pagam.aspx?a={SHOP}&b={string}");
        let names = format!("a={SHOP}&p={payment}");
        let page = self.get(&entry).await;
        assert!(page.status < 400, "{} {}", page.status, page.text);
        Tab { id: payment, entry, names }
    }

    /// A form that the page itself sends.
    pub async fn act(&self, path: &str, form: &str) -> Page {
        self.post_form(path, form, "same-origin").await
    }

    pub async fn cancel(&self, tab: &Tab) -> Page {
        self.act("/pagam/AmazonPay.aspx/cancel", &tab.names).await
    }

    pub async fn head(&self, address: &str) -> Page {
        let request = Request::head(address).header(ACCEPT_LANGUAGE, "en");
        self.browse(request.body(Body::empty()).expect("a request")).await
    }

    pub async fn notices_about(&self, payment: &PaymentId) -> Vec<NoticeRecord> {
        self.store.notices(&login(), payment).await.expect("the store answers")
    }

    /// What the shop would read, by every way back to it that a page offers or takes.
    pub fn ways_back(&self, page: &Page) -> Vec<(String, Outcome)> {
        let all = format!("{} {}", page.to(), page.text).replace("&amp;", "&").replace("&#38;", "&");
        let ways = all.split("https://shop.example/").skip(1);
        ways.map(|way| way.split(['"', ' ', '<']).next().unwrap_or_default())
            .map(|way| (way.split('?').next().unwrap_or_default().to_owned(), self.told(way)))
            .collect()
    }
}

/// A shop with an account at Amazon that hears notices.
pub fn shop_hearing(server: &ShopServer) -> Shop {
    Shop { notice_url: Some(server.url("/notice")), ..amazon_shop() }
}
