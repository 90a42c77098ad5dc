//! A payment that Amazon decides later and then declines: the shop asks the buyer for another card.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{LOOK_EVERY, MARCO, PATIENCE, again};

/// The button below the wallet.
const GO_ON: &str = "#go-on button";

impl Stage {
    /// The shop waits for Amazon instead of giving up.
    async fn may_wait(&self) {
        self.set_shop(|shop| shop.decision_minutes = Some(60)).await;
    }

    /// Amazon has needed time for the card and then declines it; the order's page asks for another one.
    async fn is_suspended(&self) -> WebDriverResult<()> {
        self.see(".notice-bar.pending[role='status']").await?;
        self.inspect("pending").await?;
        self.ended("pending", 0).await?;
        // Amazon decides half a minute later; the page looks again by itself.
        self.pass_minutes(5);
        self.see(".notice-bar.pending[role='alert']").await.map(|_| ())
    }

    /// Chooses in the wallet. The gateway hears of it from Amazon and may have gone on before the
    /// wallet shows the choice: then the wallet can no longer be changed, and either way the buyer
    /// can go on.
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

    /// Waits until the shop knows of the payment, without looking at a page that would ask for it.
    async fn is_told(&self) {
        let told = async {
            let mut tick = tokio::time::interval(LOOK_EVERY);
            while self.order_status().await != "paid" {
                tick.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, told).await.expect("a notice comes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_payment_goes_on_with_another_card_chosen_once() {
    journey("suspended", Screen::Desktop, async |stage| {
        stage.may_wait().await;
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("reviewdeclined").await?;
        stage.is_suspended().await?;
        stage.shows("wallet").await?;
        stage.is_steady().await?;
        stage.inspect("wallet").await?;
        let (page, first) = (stage.driver.current_url().await?, stage.driver.window().await?);
        let second = stage.driver.new_tab().await?;
        stage.driver.switch_to_window(second).await?;
        stage.driver.goto(page.as_str()).await?;
        stage.mend_with("ok").await?;
        stage.goes_on().await?;
        // In the first tab the wallet still stands, and Amazon takes no card for this order reference any more.
        stage.driver.switch_to_window(first).await?;
        stage.mend_with("ok").await?;
        stage.find("#wallet").with_text("The card can no longer be changed here.").first().await?;
        assert!(
            !stage.driver.find(By::Css("#declined")).await?.is_displayed().await?,
            "nobody knows that nothing was charged"
        );
        stage.inspect("mended").await?;
        stage.goes_on().await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_payment_on_the_shops_page_is_suspended_signs_in_again_and_need_not_wait() {
    journey("suspended-phone", Screen::Phone, async |stage| {
        stage.may_wait().await;
        stage.arrive_at_own_page("10.00").await?;
        stage.pay_here("reviewdeclined").await?;
        stage.is_suspended().await?;
        stage.come_back_signed_out().await?;
        stage.fits().await?;
        stage.inspect("signed-out-again").await?;
        stage.click("#signed-out button").await?;
        stage.shows("wallet").await?;
        stage.fits().await?;
        stage.inspect("wallet").await?;
        stage.mend_with("ok").await?;
        stage.is_told().await;
        stage.driver.refresh().await?;
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await
    })
    .await;
}
