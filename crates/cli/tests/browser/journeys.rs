//! What buyers do, from the shop to the shop.

use store::Environment;
use thirtyfour::prelude::*;

use crate::driver::{Screen, journey};
use crate::steps::{ANNA, MARCO};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_and_the_shop_knows_both_addresses() {
    journey("pay", Screen::Desktop, async |stage| {
        stage.order("24.21").await?;
        stage.see("#email").await?;
        stage.inspect("sign-in").await?;
        stage.sign_in(MARCO).await?;
        stage.choose_card("ok").await?;
        stage.inspect("wallet").await?;
        stage.click("#pay").await?;
        stage.see("#shipping-address").await?;
        stage.inspect("order").await?;
        stage.ended("paid", 1).await?;
        let shipping = stage.see("#shipping-address").await?.text().await?;
        assert!(shipping.contains("Marco Rossi"), "{shipping}");
        stage.see("#billing-address").await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_buyer_takes_another_card() {
    journey("decline", Screen::Desktop, async |stage| {
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("invalid").await?;
        let said = stage.message().await?;
        assert!(!said.is_empty(), "the page says why");
        stage.inspect("declined").await?;
        assert_eq!(stage.charges().await, 0);
        stage.pay_with("ok").await?;
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_gives_up_is_back_in_the_shop_and_not_charged() {
    journey("abandon", Screen::Desktop, async |stage| {
        stage.arrive("10.00", ANNA).await?;
        stage.see("#wallet iframe").await?;
        stage.click("#cancel button").await?;
        stage.see(".notice-bar.refused").await?;
        stage.inspect("refused").await?;
        stage.ended("refused", 0).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_begins_when_the_buyer_sees_the_widgets() {
    journey("begin", Screen::Phone, async |stage| {
        stage.order("10.00").await?;
        stage.see("#email").await?;
        assert_eq!(stage.visits_begun().await, 0, "only the link was opened");
        stage.sign_in(ANNA).await?;
        stage.choose_card("ok").await?;
        stage.driver.refresh().await?;
        stage.see("#wallet iframe").await?;
        let kept = stage.find("#payment").first().await?.inner_html().await?;
        assert!(kept.contains("\"beginUrl\":null"), "the script has said so: {kept}");
        assert_eq!(stage.visits_begun().await, 1);
        stage.choose_card("ok").await?;
        stage.click("#pay").await?;
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_denies_consent_can_try_again() {
    journey("deny", Screen::Desktop, async |stage| {
        stage.order("10.00").await?;
        stage.fill("#email", MARCO).await?;
        stage.fill("#password", "amazon").await?;
        stage.click("form[action='/ap/signin'] button[type='submit']").await?;
        stage.see("button[value='deny']").await?;
        stage.inspect("consent").await?;
        stage.click("button[value='deny']").await?;
        stage.see("article.message").await?;
        stage.inspect("denied").await?;
        stage.click("article.message a.button").await?;
        stage.click("button[name='decision'][value='allow']").await?;
        stage.pay_with("ok").await?;
        stage.see("#shipping-address").await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_address_widget_no_address_is_asked() {
    journey("no-address", Screen::Desktop, async |stage| {
        stage
            .set_shop(|shop| {
                shop.amazon.get_mut(&Environment::Sandbox).expect("seeded").show_address_widget = false;
            })
            .await;
        stage.arrive("10.00", MARCO).await?;
        stage.choose_card("ok").await?;
        assert!(stage.driver.find_all(By::Css("#address-book")).await?.is_empty());
        stage.inspect("wallet").await?;
        stage.click("#pay").await?;
        stage.see(".notice-bar.paid").await?;
        stage.ended("paid", 1).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_on_a_phone() {
    journey("phone", Screen::Phone, async |stage| {
        stage.order("24.21").await?;
        stage.see("#email").await?;
        stage.inspect("sign-in").await?;
        stage.sign_in(ANNA).await?;
        stage.choose_card("ok").await?;
        let url = stage.driver.current_url().await?;
        assert_eq!(url.path(), "/pagam/Mobile/AmazonPay.aspx");
        stage.fits().await?;
        stage.inspect("wallet").await?;
        stage.click("#pay").await?;
        stage.see("#shipping-address").await?;
        stage.inspect("order").await?;
        stage.ended("paid", 1).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn double_click_and_back_button_charge_once() {
    journey("double", Screen::Desktop, async |stage| {
        stage.arrive("10.00", MARCO).await?;
        stage.choose_card("ok").await?;
        let wallet = stage.driver.current_url().await?;
        let pay = stage.see("#pay").await?;
        stage.driver.action_chain().double_click_element(&pay).perform().await?;
        stage.see("#shipping-address").await?;
        stage.driver.back().await?;
        stage.driver.goto(wallet.as_str()).await?;
        stage.see("article.message").await?;
        stage.inspect("already-paid").await?;
        stage.click("article.message a.button").await?;
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await?;
        assert_eq!(stage.orders().await[0].paid_count, 1);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_banks_question_can_be_passed_failed_and_left() {
    journey("challenge", Screen::Desktop, async |stage| {
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("challenge").await?;
        stage.see("button[value='abandon']").await?;
        stage.inspect("question").await?;
        stage.click("button[value='abandon']").await?;
        assert!(!stage.message().await?.is_empty(), "the page says that the question was left");
        stage.pay_with("challenge").await?;
        stage.click("button[value='pass']").await?;
        stage.see("#shipping-address").await?;
        stage.ended("paid", 1).await?;
        stage.order("11.00").await?;
        stage.pay_with("challenge").await?;
        stage.click("button[value='fail']").await?;
        stage.see(".notice-bar.refused").await?;
        assert_eq!(stage.charges().await, 1);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_payment_ends_in_the_shop() {
    journey("rejected", Screen::Phone, async |stage| {
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("rejected").await?;
        stage.see(".notice-bar.refused").await?;
        stage.inspect("refused").await?;
        stage.ended("refused", 0).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_before_paying_are_accessible() {
    journey("shop", Screen::Phone, async |stage| {
        let at = stage.house.running().clone();
        for (name, url) in [
            ("catalogue", at.shop.to_string()),
            ("basket", format!("{}basket", at.shop)),
            ("orders", format!("{}orders", at.shop)),
            ("gateway", at.gateway.to_string()),
            ("stranger", format!("{}pagam/pagam.aspx?a=NOBODY&b=x", at.gateway)),
            ("simulator", at.simulator.to_string()),
            ("seller-central", format!("{}sellercentral/", at.simulator)),
        ] {
            stage.driver.goto(url).await?;
            stage.see("h1").await?;
            stage.inspect(name).await?;
        }
        Ok(())
    })
    .await;
}
