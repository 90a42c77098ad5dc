//! A link with somebody else's sign-in signs nobody in: not at the gateway, not at the shop, not beside the widgets.

use thirtyfour::prelude::*;
use tokio::time::Instant;
use url::Url;

use crate::driver::{Screen, Stage, journey};
use crate::steps::{ANNA, MARCO, PATIENCE, again};

const SCOPE: &str = "profile postal_code payments:widget payments:shipping_address payments:billing_address";
const TOKEN_COOKIE: &str = "amazon_Login_accessToken";
const PAGES: [&str; 2] = ["/pagam/AmazonPay.aspx", "/pagam/Mobile/AmazonPay.aspx"];

impl Stage {
    /// A living token of Anna's for this very shop, as an attacker has one of his own.
    fn foreign_token(&self) -> String {
        let world = self.house.simulator().world();
        let anna = world.buyer_with_password(ANNA, "amazon").expect("seeded");
        world.issue_token(&anna.id, &self.house.local().client_id, true, SCOPE).expect("a token")
    }

    /// Follows a link from a page of nobody's, so that the browser loads it afresh.
    async fn follow_link(&self, link: &str) -> WebDriverResult<()> {
        self.driver.goto("about:blank").await?;
        self.driver.goto(link).await
    }

    /// The token that pages of the house see.
    async fn token(&self) -> WebDriverResult<Option<String>> {
        let cookies = self.driver.get_all_cookies().await?;
        Ok(cookies.into_iter().find(|cookie| cookie.name == TOKEN_COOKIE).map(|cookie| cookie.value))
    }

    /// Signs out of the account at Amazon, and comes back to this page.
    async fn sign_out_at_amazon(&self) -> WebDriverResult<()> {
        let page = self.driver.current_url().await?;
        self.driver.goto(self.house.running().simulator.join("/account").expect("a page").as_str()).await?;
        self.click("form[action='/account/signout'] button").await?;
        self.see("form[action='/account/signin']").await?;
        self.driver.goto(page.as_str()).await
    }

    /// Nothing of a sign-in stands in the address of the page, as soon as its script has run.
    async fn address_is_clean(&self) -> WebDriverResult<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut url = self.driver.current_url().await?;
        while url.as_str().contains("access_token") || url.fragment().is_some_and(|fragment| !fragment.is_empty()) {
            assert!(Instant::now() < deadline, "still in the address: {url}");
            url = self.driver.current_url().await?;
        }
        Ok(())
    }

    /// Where the sign-in at Amazon that the browser stands in front of will lead back to, with an answer to it.
    async fn answer_to_this_sign_in(&self, token: &str) -> WebDriverResult<String> {
        let asked = self.driver.current_url().await?;
        let value = |name: &str| asked.query_pairs().find(|(key, _)| key == name).expect("asked for").1.into_owned();
        Ok(format!("{}#{}", value("redirect_uri"), answer(token, Some(&value("state")))))
    }

    /// Pays, and the shop ships to the address of this buyer.
    async fn pays_as(&self, buyer: &str) -> WebDriverResult<()> {
        self.pay_with("ok").await?;
        let shipping = self.see("#shipping-address").await?.text().await?;
        assert!(shipping.contains(buyer), "{shipping}");
        self.ended("paid", 1).await
    }

    /// A link leads to a page that refuses it, and the browser is as signed in as it was.
    async fn refuses(&self, link: &str, signed_in: Option<&str>) -> WebDriverResult<()> {
        self.follow_link(link).await?;
        self.address_is_clean().await?;
        self.see("#arriving.bad, #arriving.refused").await?;
        assert_eq!(self.token().await?.as_deref(), signed_in, "{link}");
        Ok(())
    }
}

/// What Amazon appends to an address.
fn answer(token: &str, state: Option<&str>) -> String {
    let mut answer = form_urlencoded::Serializer::new(String::new());
    answer.append_pair("access_token", token).append_pair("token_type", "bearer").append_pair("expires_in", "3600");
    answer.extend_pairs(state.map(|state| ("state", state)));
    answer.finish()
}

/// Shop and payment, as the address of the wallet page names them.
fn names(url: &Url) -> String {
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).expect("named").1.into_owned();
    format!("{}.{}", value("a"), value("p"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_with_a_foreign_token_or_state_signs_nobody_in() {
    journey("fixation", Screen::Desktop, async |stage| {
        let token = stage.foreign_token();
        let gateway = stage.house.running().gateway.clone();
        stage.arrive("10.00", MARCO).await?;
        stage.shows("wallet").await?;
        let names = names(&stage.driver.current_url().await?);
        stage.driver.delete_cookie(TOKEN_COOKIE).await?;
        let states = [None, Some(names.clone()), Some(format!("{names}.{}", "0".repeat(32))), Some(names + ".")];
        for page in PAGES {
            for state in &states {
                for mark in ['#', '?'] {
                    let link =
                        format!("{}{mark}{}", gateway.join(page).expect("a page"), answer(&token, state.as_deref()));
                    stage.refuses(&link, None).await?;
                }
            }
        }
        stage.see("h1").await?;
        stage.inspect("refused").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_is_good_for_one_sign_in_and_in_its_own_window() {
    for screen in [Screen::Desktop, Screen::Phone] {
        journey("one-sign-in", screen, async |stage| {
            let foreign = stage.foreign_token();
            stage.order("10.00").await?;
            stage.see("#email").await?;
            let link = stage.answer_to_this_sign_in(&foreign).await?;
            let own = stage.driver.window().await?;
            let other = stage.driver.new_tab().await?;
            stage.driver.switch_to_window(other).await?;
            stage.refuses(&link, None).await?;
            stage.driver.switch_to_window(own).await?;
            stage.sign_in(MARCO).await?;
            stage.shows("wallet").await?;
            stage.address_is_clean().await?;
            let token = stage.token().await?.expect("signed in");
            stage.refuses(&link, Some(&token)).await?;
            stage.click("#again a").await?;
            stage.pays_as("Marco Rossi").await
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_in_the_address_of_the_wallet_page_is_not_used() {
    journey("wallet-token", Screen::Desktop, async |stage| {
        let foreign = answer(&stage.foreign_token(), None);
        stage.arrive("10.00", MARCO).await?;
        stage.shows("wallet").await?;
        let token = stage.token().await?;
        let wallet = stage.driver.current_url().await?;
        for link in [format!("{wallet}#{foreign}"), format!("{wallet}&{foreign}")] {
            stage.follow_link(&link).await?;
            stage.shows("wallet").await?;
            stage.address_is_clean().await?;
            assert_eq!(stage.token().await?, token, "{link}");
        }
        stage.pays_as("Marco Rossi").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shops_own_page_takes_no_token_from_a_link() {
    journey("own-token", Screen::Desktop, async |stage| {
        let foreign = stage.foreign_token();
        stage.order_by("own", "10.00").await?;
        stage.click("#signed-out button").await?;
        stage.see("#email").await?;
        let link = stage.answer_to_this_sign_in(&foreign).await?;
        stage.sign_in(MARCO).await?;
        stage.see("#where").await?;
        let (page, token) = (stage.driver.current_url().await?, stage.token().await?);
        stage.refuses(&link, token.as_deref()).await?;
        stage.follow_link(&format!("{page}#{}", answer(&foreign, None))).await?;
        stage.shows("address-book").await?;
        stage.address_is_clean().await?;
        assert_eq!(stage.token().await?, token);
        stage.pay_here("ok").await?;
        let shipping = again(async || stage.see("#shipping-address").await?.text().await).await?;
        assert!(shipping.contains("Marco Rossi"), "{shipping}");
        stage.ended("paid", 1).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_signs_out_is_forgotten_and_another_one_pays() {
    journey("sign-out", Screen::Phone, async |stage| {
        stage.arrive("10.00", MARCO).await?;
        stage.pay_with("challenge").await?;
        stage.click("button[value='abandon']").await?;
        stage.shows("wallet").await?;
        let told = "const logout = amazon.Login.logout; \
                    amazon.Login.logout = function () { sessionStorage.setItem('told', 'yes'); logout(); };";
        stage.driver.execute(told, Vec::new()).await?;
        stage.click("#sign-out").await?;
        stage.see("article.message a.button").await?;
        stage.inspect("signed-out").await?;
        assert_eq!(stage.token().await?, None);
        let told = stage.driver.execute("return sessionStorage.getItem('told')", Vec::new()).await?;
        assert_eq!(told.json(), "yes", "Amazon's script was told");
        stage.sign_out_at_amazon().await?;
        stage.click("article.message a.button").await?;
        stage.sign_in(ANNA).await?;
        stage.pays_as("Anna Schmidt").await
    })
    .await;
}
