//! What the shop's owner does behind the counter.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::MARCO;

impl Stage {
    /// Sells something, and goes from the order to its counter, past the door.
    async fn sell(&self, amount: &str) -> WebDriverResult<()> {
        self.arrive(amount, MARCO).await?;
        self.pay_with("ok").await?;
        self.click("section[aria-labelledby='counter'] a").await?;
        self.see("#password").await?;
        self.inspect("door").await?;
        self.fill("#password", "a guess").await?;
        self.click("form[action='/counter/sign-in'] button").await?;
        self.see("[role='alert']").await?;
        self.inspect("wrong-password").await?;
        self.fill("#password", &self.house.local().counter_password).await?;
        self.click("form[action='/counter/sign-in'] button").await
    }

    async fn press(&self, section: &str) -> WebDriverResult<()> {
        self.click(&format!("section[aria-labelledby='{section}'] button")).await
    }

    /// Says yes to the question before what cannot be undone.
    async fn is_sure(&self) -> WebDriverResult<()> {
        self.see("#confirm").await?;
        self.inspect("question").await?;
        self.click("#confirm button").await
    }

    /// What Amazon's books hold of the one charge, in cents: taken, and given back.
    async fn taken_and_given_back(&self) -> (i64, i64) {
        let charge = self.ledger().await["order_references"][0]["authorizations"][0].clone();
        let minor = |field: &str| charge[field].as_i64().expect("cents");
        (minor("captured_minor"), minor("refunded_minor"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_takes_a_part_of_what_was_authorized_and_gives_it_back() {
    journey("counter", Screen::Desktop, async |stage| {
        stage.set_shop(|shop| shop.capture_now = false).await;
        stage.sell("24.21").await?;
        stage.see("#cancel").await?;
        stage.inspect("authorized").await?;
        stage.fill("#settle-amount", "20,00").await?;
        stage.press("settle").await?;
        stage.see(".movements .badge.done").await?;
        stage.see("#refund").await?;
        stage.inspect("settled").await?;
        stage.press("refund").await?;
        stage.is_sure().await?;
        stage.see(".movements li:nth-child(2) .badge").await?;
        stage.inspect("refunded").await?;
        // Amazon takes its time with refunds.
        stage.pass_minutes(24 * 60);
        assert_eq!(stage.taken_and_given_back().await, (2000, 2000));
        Ok(())
    })
    .await;
}
