//! What buyers do who allow future payments, sent to the gateway by a merchant's own server; and one
//! whom Amazon keeps waiting.

use pagam::{Amount, Client, Lang, Notice, Outcome, Payment, Recurring, Status};
use pagam_cli::up::SHOP_LOGIN;
use thirtyfour::prelude::*;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{MARCO, PATIENCE, again};

impl Stage {
    fn merchant(&self) -> Client {
        let (gateway, key) = (self.house.running().gateway.clone(), &self.house.local().api_key);
        Client::builder(SHOP_LOGIN).api_key(key).base_url(gateway).build().expect("a client")
    }

    /// Opens the page that a merchant's server has asked for, and signs in.
    async fn subscribe(&self, id: &str, recurring: Recurring) -> WebDriverResult<()> {
        let payment = Payment::builder(Amount::euro_cents(990), id).amazon_pay().language(Lang::English);
        let payment = payment.recurring(recurring).build().expect("a payment");
        let crypted = self.merchant().encrypt(&payment).await.expect("sealed");
        self.driver.goto(self.merchant().payment_page_url(&crypted)).await?;
        self.sign_in(MARCO).await
    }

    async fn may_pay(&self) -> WebDriverResult<bool> {
        again(async || self.see("#pay").await?.is_enabled().await).await
    }

    /// What the shop reads when the buyer has come back to it.
    async fn outcome(&self) -> WebDriverResult<Outcome> {
        let came_back = async || -> WebDriverResult<String> {
            loop {
                let url = self.driver.current_url().await?;
                if url.path().starts_with("/result/") {
                    return Ok(url.query().unwrap_or_default().to_owned());
                }
                tokio::task::yield_now().await;
            }
        };
        let query = tokio::time::timeout(PATIENCE, came_back()).await.expect("the buyer comes back to the shop")?;
        Ok(self.merchant().outcome_of(&Notice::parse(&query).expect("a notice")).await.expect("readable"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_subscribes_on_a_phone_and_may_pay_only_with_card_and_consent() {
    journey("subscribe", Screen::Phone, async |stage| {
        stage.subscribe("sub-1", Recurring::PayNowAndRecurring).await?;
        for widget in ["address-book", "wallet", "consent"] {
            stage.shows(widget).await?;
        }
        stage.is_steady().await?;
        assert!(!stage.may_pay().await?, "nothing is chosen yet");
        stage.choose("wallet", "card", "ok").await?;
        stage
            .find("#status")
            .with_text("Tick the box about future payments as well, then you can go on.")
            .first()
            .await?;
        assert!(!stage.may_pay().await?, "the consent is missing");
        stage.inspect("unticked").await?;
        stage.tick().await?;
        stage.find("#pay").and_enabled().first().await?;
        stage.fits().await?;
        stage.inspect("agreement").await?;
        stage.click("#pay").await?;
        let outcome = stage.outcome().await?;
        assert_eq!((outcome.status, stage.charges().await), (Status::Paid, 1));
        assert!(outcome.token.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_subscriber_takes_another_card_for_the_same_agreement() {
    journey("subscribe-decline", Screen::Desktop, async |stage| {
        stage.subscribe("sub-1", Recurring::PayNowAndRecurring).await?;
        stage.choose("wallet", "card", "invalid").await?;
        stage.tick().await?;
        stage.inspect("agreement").await?;
        stage.click("#pay").await?;
        assert!(stage.message().await?.contains("declined"), "the page says why");
        for gone in ["#address-book", "#consent"] {
            assert!(stage.driver.find_all(By::Css(gone)).await?.is_empty(), "{gone} is settled");
        }
        stage.inspect("declined").await?;
        assert_eq!(stage.charges().await, 0);
        stage.pay_with("ok").await?;
        let outcome = stage.outcome().await?;
        assert_eq!((outcome.status, stage.charges().await), (Status::Paid, 1));
        assert!(outcome.token.is_some());
        stage.driver.back().await?;
        stage.see("article.message.good").await?;
        stage.inspect("paid-and-allowed").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_unticks_and_ticks_again_allows_later_payments_and_pays_nothing() {
    journey("token", Screen::Desktop, async |stage| {
        stage.subscribe("sub-1", Recurring::OnlyRecurring).await?;
        stage.choose("wallet", "card", "ok").await?;
        stage.tick().await?;
        stage.find("#pay").and_enabled().first().await?;
        stage.enter("consent").await?;
        stage.click("button[name='consent'][value='false']").await?;
        stage.see("button[name='consent'][aria-checked='false']").await?;
        stage.driver.enter_default_frame().await?;
        stage.find("#pay").and_not_enabled().first().await?;
        stage.tick().await?;
        stage.inspect("agreement").await?;
        stage.click("#pay").await?;
        let outcome = stage.outcome().await?;
        assert_eq!((outcome.status, stage.charges().await), (Status::Paid, 0));
        assert!(outcome.token.is_some());
        stage.driver.back().await?;
        stage.see("article.message.good").await?;
        stage.inspect("allowed").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_whom_amazon_keeps_waiting_is_back_in_the_shop_and_may_look_at_the_page_again() {
    journey("review", Screen::Phone, async |stage| {
        stage.set_shop(|shop| shop.decision_minutes = Some(5)).await;
        stage.arrive("10.00", MARCO).await?;
        stage.choose_card("review").await?;
        let wallet = stage.driver.current_url().await?;
        stage.click("#pay").await?;
        stage.see(".notice-bar.pending").await?;
        stage.ended("pending", 0).await?;
        stage.driver.goto(wallet.as_str()).await?;
        stage.see("article.message.plain").await?;
        stage.inspect("pending").await
    })
    .await;
}
