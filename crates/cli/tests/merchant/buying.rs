//! A buyer without a screen, as a shell sees him, in a house whose shop is set up by `pagam shop set`.

use pagam_cli::up::{House, Options};
use serde_json::Value;

use super::play::{Folder, Said, pagam};

/// A house in a folder, whose shop was changed before anybody looked at it.
struct Shop {
    folder: Folder,
    house: House,
}

impl Shop {
    async fn new(name: &str) -> Shop {
        let folder = Folder::new(name);
        let house =
            House::start(Options { dir: Some(folder.0.clone()), ..Options::default() }).await.expect("it starts");
        Shop { folder, house }
    }

    async fn set(name: &str, words: &[&str]) -> Shop {
        let shop = Shop::new(name).await;
        let said = shop.store(&[&["shop", "set", "GESPAY00001"], words].concat()).await;
        assert_eq!(said.code, 0, "{}", said.err);
        shop
    }

    async fn store(&self, words: &[&str]) -> Said {
        let file = self.folder.0.join("gateway.db");
        pagam(&[words, &["--database", file.to_str().expect("UTF-8")]].concat()).await
    }

    async fn pagam(&self, words: &[&str]) -> Said {
        pagam(&[words, &["--dir", self.folder.0.to_str().expect("UTF-8")]].concat()).await
    }

    /// What Amazon has taken: the amounts of its ledger, sorted.
    async fn charged(&self) -> Vec<String> {
        let ledger = self.house.running().simulator.join("/_simulator/ledger").expect("an address");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let ledger: Value = http.get(ledger).send().await.expect("a ledger").json().await.expect("JSON");
        let orders = ledger["order_references"].as_array().cloned().unwrap_or_default();
        let captured = |order: &Value| order["captures"].as_array().cloned().unwrap_or_default();
        let mut amounts: Vec<String> = orders
            .iter()
            .flat_map(captured)
            .map(|capture| capture["amount"].as_str().expect("text").to_owned())
            .collect();
        amounts.sort();
        amounts
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_bought_with_or_without_a_payment_and_can_be_charged() {
    let shop = Shop::new("token").await;
    let said = shop.pagam(&["pay", "--recurring", "with-payment", "--amount", "9.90", "--json"]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let paid: Value = serde_json::from_str(&said.out).expect("JSON");
    let token = paid["token"].as_str().expect("a token");
    assert_eq!((&paid["status"], token.len()), (&"paid".into(), 16));
    let said = shop.pagam(&["charge", "renewal-1", "--amount", "4.50", "--token", token]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let said = shop.pagam(&["pay", "--recurring", "only"]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for part in ["amazon: consent\n", "Future payments are allowed, nothing was paid: pay-", "\nToken "] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(shop.charged().await, ["4.50", "9.90"]);
    let said = shop.pagam(&["pay", "--recurring", "with-payment", "--card", "rejected", "--json"]).await;
    let refused: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, &refused["code"], &refused["token"]), (1, &74.into(), &Value::Null));
    let said = shop.pagam(&["pay", "--recurring", "with-payment", "--card", "invalid"]).await;
    assert_eq!(said.code, 1);
    assert!(said.out.contains("What was said: Your card was declined"), "{}", said.out);
    shop.house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_amazon_has_not_decided_is_neither_paid_nor_refused() {
    let shop = Shop::set("undecided", &["--when-undecided", "wait:5"]).await;
    let said = shop.pagam(&["pay", "--card", "review"]).await;
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("Not decided yet: order ") && said.out.contains("ask with: pagam read "), "{}", said.out);
    let said = shop.pagam(&["pay", "--recurring", "with-payment", "--card", "review", "--json"]).await;
    let pending: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, &pending["status"], &pending["paid"]), (1, &"pending".into(), &false.into()));
    shop.house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_shop_is_set_to_is_listed_as_it_was_given() {
    let words = ["--capture-now", "false", "--automatic", "settle:7", "--response-fields", "TOKEN,PaymentMethod"];
    let shop = Shop::set("listed", &words).await;
    let said = shop.store(&["shop", "list"]).await;
    assert!(said.out.contains("held, settled by itself after 7 days") && said.out.contains("TOKEN, PaymentMethod"));
    let said = shop.store(&["shop", "list", "--json"]).await;
    let listed: Value = serde_json::from_str(&said.out).expect("JSON");
    let shown = (&listed[0]["automatic"], &listed[0]["when_undecided"]);
    assert_eq!(shown, (&"settle:7".into(), &"refuse".into()));
    for (option, value, why) in [
        ("--automatic", "settle:26", "1454"),
        ("--automatic", "refund:1", "delete:DAYS"),
        ("--when-undecided", "wait:7", "1440"),
    ] {
        let said = shop.store(&["shop", "set", "GESPAY00001", option, value]).await;
        assert!(said.code == 2 && said.err.contains(why), "{option} {value}: {}", said.err);
    }
    shop.house.stop().await;
}
