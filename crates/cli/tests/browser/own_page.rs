//! What buyers do on the shop's own page, where Amazon's widgets are, and with a payment that Amazon has suspended.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{MARCO, again};

/// The button below the widgets.
const GO_ON: &str = "#go-on button";

impl Stage {
    /// Orders, signs in from the shop's page, and stands in front of the widgets there.
    async fn arrive_at_own_page(&self, amount: &str) -> WebDriverResult<()> {
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

    async fn pay_here(&self, card: &str) -> WebDriverResult<()> {
        self.choose_here(card).await?;
        self.click(GO_ON).await
    }

    /// Why the buyer is on the page again.
    async fn said(&self) -> WebDriverResult<String> {
        again(async || self.see(".notice-bar.refused[role='alert']").await?.text().await).await
    }

    /// Paid once, and the shop knows where to.
    async fn shipped(&self) -> WebDriverResult<()> {
        let shipping = self.see("#shipping-address").await?.text().await?;
        assert!(shipping.contains("Marco Rossi"), "{shipping}");
        self.ended("paid", 1).await
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
        stage.choose_here("ok").await?;
        stage.inspect("widgets").await?;
        stage.click(GO_ON).await?;
        stage.shipped().await?;
        stage.inspect("paid").await?;
        stage.click("#counter ~ p a, section[aria-labelledby='counter'] a").await?;
        stage.see("section[aria-labelledby='refund'] button").await?;
        stage.inspect("counter").await?;
        stage.click("section[aria-labelledby='refund'] button").await?;
        stage.see(".movements .badge.paid").await?;
        stage.inspect("refunded").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shops_page_fits_a_phone_and_going_back_pays_nothing_twice() {
    journey("own-phone", Screen::Phone, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.choose_here("ok").await?;
        stage.fits().await?;
        stage.inspect("widgets").await?;
        stage.driver.refresh().await?;
        stage.choose_here("ok").await?;
        stage.click(GO_ON).await?;
        stage.shipped().await?;
        stage.fits().await?;
        stage.driver.back().await?;
        stage.shipped().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_is_declined_on_the_shops_page_takes_another_card() {
    journey("own-decline", Screen::Desktop, async |stage| {
        stage.arrive_at_own_page("10.00").await?;
        stage.pay_here("invalid").await?;
        assert!(stage.said().await?.contains("declined"), "the page says why");
        assert!(stage.driver.find_all(By::Css("#where")).await?.is_empty(), "the address stands");
        stage.inspect("declined").await?;
        assert_eq!(stage.charges().await, 0);
        stage.pay_here("ok").await?;
        stage.shipped().await
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
        stage.shipped().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_payment_goes_on_with_another_card() {
    journey("suspended", Screen::Desktop, async |stage| {
        stage.set_shop(|shop| shop.decision_minutes = Some(60)).await;
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("reviewdeclined").await?;
        stage.see(".notice-bar.pending").await?;
        stage.inspect("pending").await?;
        stage.ended("pending", 0).await?;
        // Amazon decides half a minute later, and the shop looks again by itself.
        stage.pass_minutes(5);
        stage.see("#go-on").await?;
        if !stage.driver.find_all(By::Css("#signed-out:not([hidden])")).await?.is_empty() {
            stage.inspect("suspended-signed-out").await?;
        }
        stage.choose_here("ok").await?;
        stage.inspect("suspended").await?;
        stage.click(GO_ON).await?;
        stage.pass_minutes(5);
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await
    })
    .await;
}
