//! The steps that journeys are made of, by what a buyer sees.

use std::time::Duration;

use pagam_cli::up::SHOP_LOGIN;
use payments::{ShopLogin, UtcMs};
use store::{Author, Shop, VisitsOver};
use thirtyfour::extensions::query::{ElementQuery, ElementQueryable};
use thirtyfour::prelude::*;

use crate::driver::Stage;

pub const MARCO: &str = "marco.rossi@example.it";
pub const ANNA: &str = "anna.schmidt@example.de";

/// A page that a busy machine needs longer for is a broken one.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition that is waited for is looked at.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What a page may move about while it loads and still be called steady.
const SHIFT_MAX: f64 = 0.1;
/// Where pages keep that the buyer is signed in at Amazon.
const SIGNED_IN: &str = "amazon_Login_accessToken";

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
        self.order_by("amazonpay", amount).await
    }

    /// Puts a gift card into the basket and presses the button of a way to pay.
    pub async fn order_by(&self, method: &str, amount: &str) -> WebDriverResult<()> {
        let shop = self.house.running().shop.clone();
        self.driver.goto(shop.as_str()).await?;
        self.fill("#amount", amount).await?;
        self.click("form[action='/gift-card'] button").await?;
        self.see("a[href='/checkout'], form[action='/basket/remove']").await?;
        self.driver.goto(shop.join("/checkout").expect("an address").as_str()).await?;
        self.click(&format!("button[value='{method}']")).await
    }

    /// Signs in at Amazon and allows what the shop asks for.
    pub async fn sign_in(&self, email: &str) -> WebDriverResult<()> {
        self.fill("#email", email).await?;
        self.fill("#password", "amazon").await?;
        self.click("form[action='/ap/signin'] button[type='submit']").await?;
        self.click("button[name='decision'][value='allow']").await
    }

    /// Comes to a page of the shop on another day, no longer signed in there.
    pub async fn come_back_signed_out(&self) -> WebDriverResult<()> {
        self.driver.delete_cookie(SIGNED_IN).await?;
        self.driver.refresh().await?;
        self.see("#signed-out button").await.map(|_| ())
    }

    /// Orders, signs in for the first time, and stands in front of the widgets.
    pub async fn arrive(&self, amount: &str, email: &str) -> WebDriverResult<()> {
        self.order(amount).await?;
        self.sign_in(email).await
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

    /// Waits until a widget has come.
    pub async fn shows(&self, widget: &str) -> WebDriverResult<()> {
        again(async || self.see(&format!("#{widget} iframe")).await?.enter_frame().await).await?;
        self.see("form button").await?;
        self.driver.enter_default_frame().await
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

    /// Chooses a card and presses pay.
    pub async fn pay_with(&self, card: &str) -> WebDriverResult<()> {
        self.choose_card(card).await?;
        self.click("#pay").await
    }

    /// Ticks the box of the Consent widget.
    pub async fn tick(&self) -> WebDriverResult<()> {
        self.enter("consent").await?;
        self.click("button[name='consent'][value='true']").await?;
        self.see("button[name='consent'][aria-checked='true']").await?;
        self.driver.enter_default_frame().await
    }

    /// The sentence that the wallet page shows, once it shows one.
    pub async fn message(&self) -> WebDriverResult<String> {
        again(async || {
            let is_said = async |element: WebElement| Ok(!element.text().await?.trim().is_empty());
            self.find("#message").with_filter(is_said).first().await?.text().await
        })
        .await
    }

    /// Refuses a page that is wider than the phone.
    pub async fn fits(&self) -> WebDriverResult<()> {
        let width = self.driver.execute("return document.documentElement.scrollWidth", Vec::new()).await?;
        assert!(width.json().as_i64().is_some_and(|width| width <= 390), "wider than the phone: {width:?}");
        Ok(())
    }

    /// Refuses a page whose parts jumped while it was built. To be looked at before anything is
    /// touched: what moves because of a click is another matter, and the last click was on the page
    /// before.
    pub async fn is_steady(&self) -> WebDriverResult<()> {
        let moved = "const done = arguments[arguments.length - 1];
                     let moved = 0;
                     const count = list => list.getEntries().forEach(one => { moved += one.value; });
                     new PerformanceObserver(count).observe({ type: 'layout-shift', buffered: true });
                     requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved))));";
        let moved = self.driver.execute_async(moved, Vec::new()).await?;
        let moved = moved.json().as_f64().expect("a number");
        assert!(moved < SHIFT_MAX, "the page moved by {moved}");
        Ok(())
    }

    /// Changes the shop before the gateway has looked at it.
    pub async fn set_shop(&self, change: impl FnOnce(&mut Shop)) {
        let login = ShopLogin::new(SHOP_LOGIN).expect("a login");
        let store = self.house.store();
        let mut shop = store.shop(&login).await.expect("the store answers").expect("seeded");
        change(&mut shop);
        store.put_shop(&shop, &Author::new("browser", "test"), UtcMs(0)).await.expect("the store answers");
    }

    /// Open visits whose buyer has acted.
    pub async fn visits_begun(&self) -> usize {
        let ever = UtcMs(i64::MAX);
        let begun = VisitsOver { begun_by: ever, opened_by: UtcMs(i64::MIN) };
        self.house.store().visits_over(begun, ever, 10).await.expect("the store answers").len()
    }

    /// The one order of this journey stands so, and Amazon has charged so often.
    pub async fn ended(&self, status: &str, charges: usize) -> WebDriverResult<()> {
        assert_eq!((self.order_status().await.as_str(), self.charges().await), (status, charges));
        Ok(())
    }

    /// The shop's orders, as its list tells them.
    pub async fn orders(&self) -> Vec<pagam_cli::buyer::Order> {
        let list = self.house.running().shop.join("/api/orders").expect("an address");
        let asked = direct().get(list).bearer_auth(&self.house.local().counter_password);
        asked.send().await.expect("the shop answers").json().await.expect("orders")
    }

    /// The one order of this journey.
    pub async fn order_status(&self) -> String {
        let orders = self.orders().await;
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders[0].status.clone()
    }

    /// What Amazon's auditors see.
    pub async fn ledger(&self) -> serde_json::Value {
        let ledger = self.house.running().simulator.join("/_simulator/ledger").expect("an address");
        direct().get(ledger).send().await.expect("a ledger").json().await.expect("JSON")
    }

    /// How many charges Amazon's ledger holds.
    pub async fn charges(&self) -> usize {
        let ledger = self.ledger().await;
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

/// Shop and Amazon are on this machine: no proxy of the environment is asked.
fn direct() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
