//! A payment that Amazon decides later and then declines: the shop asks the buyer for another card.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{MARCO, again};

/// The button below the wallet.
const GO_ON: &str = "#go-on button";

impl Stage {
    /// Pays with a card that Amazon needs time for and then declines; the order's page asks for another one.
    async fn is_suspended(&self) -> WebDriverResult<()> {
        self.set_shop(|shop| shop.decision_minutes = Some(60)).await;
        self.arrive("10.00", MARCO).await?;
        self.pay_with("reviewdeclined").await?;
        self.see(".notice-bar.pending[role='status']").await?;
        self.inspect("pending").await?;
        self.ended("pending", 0).await?;
        // Amazon decides half a minute later; the page looks again by itself.
        self.pass_minutes(5);
        self.see(".notice-bar.pending[role='alert']").await.map(|_| ())
    }

    /// Chooses in the wallet. The gateway hears of it from Amazon and may have gone on before the wallet shows the choice: then
    /// the wallet can no longer be changed, and either way the buyer can go on.
    async fn mend_with(&self, card: &str) -> WebDriverResult<()> {
        self.enter("wallet").await?;
        self.click(&format!("button[name='card'][value='{card}']")).await?;
        self.driver.enter_default_frame().await?;
        again(async || self.find(GO_ON).and_enabled().first().await.map(|_| ())).await
    }

    /// Goes on, and finds the order paid.
    async fn goes_on(&self) -> WebDriverResult<()> {
        self.click(GO_ON).await?;
        self.see("#shipping-address").await?;
        self.ended("paid", 1).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_payment_goes_on_with_another_card() {
    journey("suspended", Screen::Desktop, async |stage| {
        stage.is_suspended().await?;
        stage.shows("wallet").await?;
        stage.is_steady().await?;
        stage.inspect("wallet").await?;
        stage.mend_with("ok").await?;
        stage.inspect("mended").await?;
        stage.goes_on().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_whose_payment_is_suspended_signs_in_again_on_his_phone() {
    journey("suspended-phone", Screen::Phone, async |stage| {
        stage.is_suspended().await?;
        stage.come_back_signed_out().await?;
        stage.fits().await?;
        stage.inspect("signed-out").await?;
        stage.click("#signed-out button").await?;
        stage.shows("wallet").await?;
        stage.fits().await?;
        stage.inspect("wallet").await?;
        stage.mend_with("ok").await?;
        stage.goes_on().await
    })
    .await;
}
