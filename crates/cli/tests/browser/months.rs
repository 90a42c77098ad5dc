//! What buyers do with the subscription that the shop sells.

use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{MARCO, again};

impl Stage {
    /// Takes the subscription from the shelf and permits it on the gateway's page; the order's page is shown.
    async fn take_coffee(&self, first: &str) -> WebDriverResult<()> {
        self.driver.goto(self.house.running().shop.as_str()).await?;
        self.click(&format!("form[action='/subscribe'] button[value='{first}']")).await?;
        self.sign_in(MARCO).await?;
        self.choose("wallet", "card", "ok").await?;
        self.tick().await?;
        self.click("#pay").await?;
        self.see(".notice-bar.paid, .notice-bar.permitted").await.map(|_| ())
    }

    /// The subscription's page, from its order's.
    async fn see_coffee(&self) -> WebDriverResult<()> {
        self.click("a[href^='/subscriptions/']").await?;
        self.see("#months").await.map(|_| ())
    }

    async fn renew(&self) -> WebDriverResult<()> {
        self.click("form[action$='/renew'] button").await
    }

    /// The months of the list, newest first, each with where it stands.
    async fn months(&self, wanted: &[&str]) -> WebDriverResult<()> {
        let seen = async || -> WebDriverResult<Vec<String>> {
            let mut seen = Vec::new();
            for badge in self.driver.find_all(By::Css(".order-list .badge")).await? {
                seen.push(badge.text().await?);
            }
            Ok(seen)
        };
        let last = format!(".order-list li:nth-child({})", wanted.len());
        self.see(&last).await?;
        assert_eq!(again(seen).await?, wanted);
        Ok(())
    }

    /// The one agreement in Amazon's books.
    async fn agreement(&self) -> serde_json::Value {
        let ledger = self.ledger().await;
        let agreements = ledger["billing_agreements"].as_array().cloned().unwrap_or_default();
        assert_eq!(agreements.len(), 1, "{agreements:?}");
        agreements[0].clone()
    }

    /// The buyer changes the card of his agreement in his account at Amazon.
    async fn change_card(&self, card: &str) {
        let id = self.agreement().await["id"].as_str().expect("an id").to_owned();
        let world = self.house.simulator().world();
        assert!(world.change_card(&id, "marco", card).expect("an answer"), "{card}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_subscribes_is_charged_again_and_cancels() {
    journey("coffee", Screen::Desktop, async |stage| {
        stage.take_coffee("paid").await?;
        stage.see_coffee().await?;
        stage.inspect("active").await?;
        stage.months(&["Paid"]).await?;
        stage.renew().await?;
        stage.months(&["Paid", "Paid"]).await?;
        assert_eq!(stage.charges().await, 2);
        stage.inspect("renewed").await?;
        stage.click("form[action$='/cancel'] button").await?;
        stage.see("#confirm").await?;
        stage.inspect("question").await?;
        stage.click("#confirm button").await?;
        stage.see(".notice-bar.refused").await?;
        stage.inspect("cancelled").await?;
        assert!(stage.driver.find_all(By::Css("form[action$='/renew']")).await?.is_empty());
        assert_eq!(stage.agreement().await["state"], "Closed");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_month_may_be_free_and_the_second_is_charged_by_itself() {
    journey("coffee-free", Screen::Phone, async |stage| {
        stage.take_coffee("free").await?;
        stage.fits().await?;
        stage.inspect("permitted").await?;
        assert_eq!(stage.charges().await, 0);
        stage.see_coffee().await?;
        stage.fits().await?;
        stage.inspect("active").await?;
        stage.pass_minutes(32 * 24 * 60);
        stage.house.demo_shop().renew_due().await;
        stage.driver.refresh().await?;
        stage.months(&["Paid", "Permitted"]).await?;
        assert_eq!(stage.charges().await, 1);
        stage.click("main a[href='/orders']").await?;
        stage.see(".order-list a[href^='/subscriptions/']").await?;
        stage.fits().await?;
        stage.inspect("orders").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_that_is_declined_is_recovered_with_another_card() {
    journey("coffee-declined", Screen::Phone, async |stage| {
        stage.take_coffee("paid").await?;
        stage.see_coffee().await?;
        stage.change_card("invalid").await;
        stage.renew().await?;
        stage.see(".notice-bar.pending[role='alert']").await?;
        assert_eq!(stage.charges().await, 1);
        stage.come_back_signed_out().await?;
        stage.fits().await?;
        stage.inspect("declined-signed-out").await?;
        stage.click("#signed-out button").await?;
        stage.choose("wallet", "card", "ok").await?;
        stage.fits().await?;
        stage.inspect("declined").await?;
        stage.click("#go-on button").await?;
        stage.see(".notice-bar.paid").await?;
        stage.months(&["Paid", "Paid"]).await?;
        assert_eq!((stage.charges().await, stage.agreement().await["state"].as_str()), (2, Some("Open")));
        Ok(())
    })
    .await;
}
