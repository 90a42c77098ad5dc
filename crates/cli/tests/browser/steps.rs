//! The steps that journeys are made of, by what a buyer sees.

use std::time::Duration;

use thirtyfour::extensions::query::{ElementQuery, ElementQueryable};
use thirtyfour::prelude::*;

use crate::driver::Stage;

/// A page that a busy machine needs longer for is a broken one.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Stage {
    /// Looks for an element until it is there.
    pub fn find(&self, css: &str) -> ElementQuery {
        self.driver.query(By::Css(css)).desc(css).wait(PATIENCE, LOOK_EVERY)
    }

    /// The element, as soon as the page has it and it can be seen.
    pub async fn see(&self, css: &str) -> WebDriverResult<WebElement> {
        again(async || self.find(css).and_displayed().first().await).await
    }

    /// Clicks what can be seen and clicked.
    pub async fn click(&self, css: &str) -> WebDriverResult<()> {
        again(async || {
            let element = self.find(css).and_displayed().and_enabled().first().await?;
            element.scroll_into_view().await?;
            element.click().await
        })
        .await
    }

    /// Types into an empty field.
    pub async fn fill(&self, css: &str, text: &str) -> WebDriverResult<()> {
        let field = self.see(css).await?;
        field.clear().await?;
        field.send_keys(text).await
    }

    /// Puts a gift card into the basket and presses Amazon Pay.
    pub async fn order(&self, amount: &str) -> WebDriverResult<()> {
        let shop = self.house.running().shop.clone();
        self.driver.goto(shop.as_str()).await?;
        self.fill("#amount", amount).await?;
        self.click("form[action='/gift-card'] button").await?;
        self.see("a[href='/checkout'], form[action='/basket/remove']").await?;
        self.driver.goto(shop.join("/checkout").expect("an address").as_str()).await?;
        self.click("button[value='amazonpay']").await
    }

    /// Signs in at Amazon and allows what the shop asks for.
    pub async fn sign_in(&self, email: &str) -> WebDriverResult<()> {
        self.fill("#email", email).await?;
        self.fill("#password", "amazon").await?;
        self.click("form[action='/ap/signin'] button[type='submit']").await?;
        self.click("button[name='decision'][value='allow']").await
    }

    /// Enters a widget's frame, as soon as it stands in the page.
    pub async fn enter(&self, widget: &str) -> WebDriverResult<()> {
        let css = format!("#{widget} iframe");
        again(async || {
            let frame = self.see(&css).await?;
            frame.scroll_into_view().await?;
            frame.enter_frame().await
        })
        .await
    }

    /// Chooses in a widget and goes back to the page around it.
    pub async fn choose(&self, widget: &str, field: &str, value: &str) -> WebDriverResult<()> {
        self.enter(widget).await?;
        self.click(&format!("button[name='{field}'][value='{value}']")).await?;
        self.see(&format!("button[name='{field}'][value='{value}'][aria-pressed='true']")).await?;
        self.driver.enter_default_frame().await
    }

    /// Chooses a card and waits until the page lets the buyer pay.
    pub async fn choose_card(&self, card: &str) -> WebDriverResult<()> {
        self.choose("wallet", "card", card).await?;
        again(async || self.find("#pay").and_enabled().first().await.map(|_| ())).await
    }

    /// The shop's orders, as its list tells them.
    pub async fn orders(&self) -> Vec<pagam_cli::buyer::Order> {
        let list = self.house.running().shop.join("/api/orders").expect("an address");
        reqwest::get(list).await.expect("the shop answers").json().await.expect("orders")
    }

    /// The one order of this journey.
    pub async fn order_status(&self) -> String {
        let orders = self.orders().await;
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders[0].status.clone()
    }

    /// How many charges Amazon's ledger holds.
    pub async fn charges(&self) -> usize {
        let ledger = self.house.running().simulator.join("/_simulator/ledger").expect("an address");
        let ledger: serde_json::Value = reqwest::get(ledger).await.expect("a ledger").json().await.expect("JSON");
        let references = ledger["order_references"].as_array().expect("a list").iter();
        references
            .flat_map(|reference| reference["authorizations"].as_array().cloned().unwrap_or_default())
            .filter(|a| a["state"] == "Open" || a["reason"] == "MaxCapturesProcessed")
            .count()
    }
}

/// Does it again when the page was replaced between finding an element and using it; a page that never stands still
/// is an error.
pub async fn again<T>(mut step: impl AsyncFnMut() -> WebDriverResult<T>) -> WebDriverResult<T> {
    for _ in 0..9 {
        match step().await {
            Err(error) if format!("{error:?}").contains("StaleElementReference") => {}
            done => return done,
        }
    }
    step().await
}
