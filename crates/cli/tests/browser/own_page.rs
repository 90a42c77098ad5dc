//! What buyers do on the shop's own page, where Amazon's widgets are.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{MARCO, again};

/// The button beside the widgets.
const GO_ON: &str = "#go-on button";

impl Stage {
    /// Orders, signs in from the shop's page, and stands in front of the widgets there.
    pub async fn arrive_at_own_page(&self, amount: &str) -> WebDriverResult<()> {
        self.order_by("own", amount).await?;
        self.see("#signed-out button").await?;
        self.inspect("signed-out").await?;
        self.click("#signed-out button").await?;
        self.sign_in(MARCO).await?;
        self.see("#where").await.map(|_| ())
    }

    async fn choose_here(&self, card: &str) -> WebDriverResult<()> {
        self.choose("wallet", "card", card).await?;
        again(async || self.find(GO_ON).and_enabled().first().await.map(|_| ())).await
    }

    /// Chooses a card on the shop's page and presses pay.
    pub async fn pay_here(&self, card: &str) -> WebDriverResult<()> {
        self.choose_here(card).await?;
        self.click(GO_ON).await
    }

    /// Why the buyer is on the page again.
    async fn said(&self) -> WebDriverResult<String> {
        again(async || self.see(".notice-bar.refused[role='alert']").await?.text().await).await
    }

    /// Paid once, and the shop knows both addresses.
    async fn shipped(&self) -> WebDriverResult<()> {
        for address in ["#shipping-address", "#billing-address"] {
            let address = again(async || self.see(address).await?.text().await).await?;
            assert!(address.contains("Marco Rossi"), "{address}");
        }
        self.ended("paid", 1).await
    }

    /// Where each order reference stands in Amazon's books, and how many authorizations it has.
    async fn references(&self) -> Vec<(String, usize)> {
        let ledger = self.ledger().await;
        let references = ledger["order_references"].as_array().expect("a list").iter();
        let stands = |one: &serde_json::Value| {
            let authorizations = one["authorizations"].as_array().map_or(0, Vec::len);
            (one["state"].as_str().unwrap_or_default().to_owned(), authorizations)
        };
        references.map(stands).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_sees_his_address_and_pays_without_leaving_the_shop() {
    journey("own", Screen::Desktop, async |stage| {
        stage.arrive_at_own_page("24.21").await?;
        assert!(!stage.see(GO_ON).await?.is_enabled().await?, "no card is chosen yet");
        stage.enter("address-book").await?;
        let chosen = stage.see("button[aria-pressed='true']").await?.text().await?;
        assert!(chosen.contains("Biella"), "his address is shown before he pays: {chosen}");
        stage.driver.enter_default_frame().await?;
        stage.shows("wallet").await?;
        stage.is_steady().await?;
        stage.choose_here("ok").await?;
        stage.inspect("widgets").await?;
        stage.click(GO_ON).await?;
        stage.shipped().await?;
        stage.inspect("paid").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shops_page_fits_a_phone() {
    journey("own-phone", Screen::Phone, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.shows("wallet").await?;
        stage.is_steady().await?;
        stage.choose_here("ok").await?;
        stage.fits().await?;
        stage.inspect("widgets").await?;
        stage.click(GO_ON).await?;
        stage.shipped().await?;
        stage.fits().await?;
        stage.inspect("paid").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloading_pressing_twice_another_tab_and_the_back_button_pay_once() {
    journey("own-twice", Screen::Desktop, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.choose_here("ok").await?;
        stage.driver.refresh().await?;
        stage.choose_here("ok").await?;
        let (page, first) = (stage.driver.current_url().await?, stage.driver.window().await?);
        let second = stage.driver.new_tab().await?;
        stage.driver.switch_to_window(second.clone()).await?;
        stage.driver.goto(page.as_str()).await?;
        stage.choose_here("ok").await?;
        stage.driver.switch_to_window(first).await?;
        let pay = stage.see(GO_ON).await?;
        stage.driver.action_chain().double_click_element(&pay).perform().await?;
        stage.shipped().await?;
        stage.driver.back().await?;
        stage.shipped().await?;
        stage.driver.switch_to_window(second).await?;
        stage.click(GO_ON).await?;
        stage.shipped().await?;
        assert_eq!(stage.orders().await[0].paid_count, 1);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_is_declined_on_the_shops_page_takes_another_card() {
    journey("own-decline", Screen::Phone, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.pay_here("invalid").await?;
        assert!(stage.said().await?.contains("declined"), "the page says why");
        assert!(stage.driver.find_all(By::Css("#where")).await?.is_empty(), "the address stands");
        stage.shows("wallet").await?;
        stage.is_steady().await?;
        stage.fits().await?;
        stage.inspect("declined").await?;
        assert_eq!(stage.charges().await, 0);
        stage.pay_here("ok").await?;
        stage.shipped().await?;
        assert_eq!(stage.references().await.len(), 1, "the same order reference was charged");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_amazon_rejects_may_begin_anew_on_the_shops_page() {
    journey("own-rejected", Screen::Desktop, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.pay_here("rejected").await?;
        stage.see("button[value='own']").await?;
        stage.inspect("rejected").await?;
        stage.click("button[value='own']").await?;
        stage.see("#where").await?;
        stage.pay_here("ok").await?;
        stage.shipped().await?;
        let references = stage.references().await;
        assert_eq!(references.len(), 2, "what Amazon has rejected is left alone: {references:?}");
        assert!(references.iter().all(|(_, authorizations)| *authorizations == 1), "{references:?}");
        Ok(())
    })
    .await;
}
