//! The verbs of a merchant, as a shell sees them: what they print and how they end.

mod buying;
mod configured;
mod database;
mod examples;
mod files;
mod hangup;
mod play;
mod settings;

use pagam_cli::up::{House, Options};
use play::{Folder, Said, gateway, pagam};
use serde_json::Value;

const CHARGED: &str = "<TransactionType>PAGAM</TransactionType><TransactionResult>OK</TransactionResult>\
    <ShopTransactionID>order-42-1</ShopTransactionID><BankTransactionID>117</BankTransactionID>\
    <AuthorizationCode>008152</AuthorizationCode><Currency>242</Currency><Amount>24.21</Amount><CustomInfo><STORE>7</STORE>\
    </CustomInfo><ErrorCode>0</ErrorCode><ErrorDescription>fatto</ErrorDescription><TOKEN>7Q2M9X4K1B8V3Z6T</TOKEN>";

/// The inner answer of an operation that is done with (`code` 0) or refused.
fn answer(kind: &str, code: u32) -> String {
    let result = if code == 0 { "OK" } else { "KO" };
    format!(
        "<TransactionType>{kind}</TransactionType><TransactionResult>{result}</TransactionResult><ShopTransactionID/>\
         <BankTransactionID>117</BankTransactionID><ErrorCode>{code}</ErrorCode><ErrorDescription>testo</ErrorDescription>"
    )
}

/// Runs a verb against a gateway that plays one answer.
async fn against(status: u16, inner: &str, words: &[&str]) -> Said {
    let address = gateway(status, inner).await;
    let mut all = words.to_vec();
    all.extend(["--shop-login", "GESPAY00001", "--api-key", "k", "--base-url", &address]);
    pagam(&all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_house_is_asked_when_no_gateway_is_named() {
    let folder = Folder::new("house");
    let dir = folder.0.to_str().expect("UTF-8");
    let house = House::start(Options { dir: Some(folder.0.clone()), ..Options::default() }).await.expect("it starts");
    assert_eq!(pagam(&["pay", "--dir", dir]).await.code, 0);

    let read = pagam(&["read", "--bank", "1", "--json", "--dir", dir]).await;
    let found: Value = serde_json::from_str(&read.out).expect("JSON");
    assert_eq!((read.code, &found["status"], &found["settled"]), (0, &"paid".into(), &"24.21".into()));
    assert_eq!(found["shipping_address"]["lines"][0], "Marco Rossi");

    let unknown = pagam(&["read", "nothing", "--dir", dir]).await;
    assert_eq!(
        (unknown.code, unknown.out.lines().next()),
        (1, Some("nothing: never paid, as far as the gateway knows"))
    );

    let sealed = pagam(&["encrypt", "order-9", "--amount", "9.90", "--json", "--dir", dir]).await;
    let page: Value = serde_json::from_str(&sealed.out).expect("JSON");
    let gateway = house.running().gateway.join("pagam/pagam.aspx?a=GESPAY00001&b=").expect("an address");
    assert!(page["page"].as_str().is_some_and(|page| page.starts_with(gateway.as_str())), "{}", sealed.out);

    let wrong_string = pagam(&["decrypt", "AAAA", "--dir", dir]).await;
    assert!(wrong_string.code == 1 && wrong_string.err.contains("9999"), "{}", wrong_string.err);
    let wrong_key = pagam(&["read", "o", "--api-key", "wrong", "--dir", dir]).await;
    assert!(wrong_key.code == 1 && wrong_key.err.contains("1169"), "{}", wrong_key.err);
    house.stop().await;
}

#[tokio::test]
async fn what_was_charged_is_told_to_people_and_scripts() {
    let words = ["charge", "order-42-1", "--amount", "24.21", "--token", "7Q2M9X4K1B8V3Z6T"];
    let said = against(200, CHARGED, &words).await;
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("Paid\n  Order           order-42-1\n  Amount          24.21 EUR\n"), "{}", said.out);
    assert!(said.out.ends_with("\nCustom information\n  STORE=7\n"), "{}", said.out);

    let refused = CHARGED.replace(">OK<", ">KO<").replace("<ErrorCode>0<", "<ErrorCode>5001<");
    let said = against(200, &refused, &[&words[..], &["--json"]].concat()).await;
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, &told["code"], &told["show_again"]), (1, &5001.into(), &"wallet".into()));
}

#[tokio::test]
async fn what_is_done_says_so_and_what_is_refused_says_why() {
    for (kind, words, headline) in [
        (
            "Settle",
            &["settle", "o", "--amount", "20", "--settlement-id", "n"][..],
            "Settlement of 20.00 EUR of o accepted\n  Settlement ID   n\n",
        ),
        (
            "Refund",
            &["refund", "--bank", "117", "--amount", "5", "--settlement-id", "n"],
            "Refund of 5.00 EUR of bank transaction 117 accepted\n  Settlement ID   n\n",
        ),
        ("Delete", &["delete", "o", "--reason", "out of stock"], "Deleted o\n"),
        ("DisableToken", &["token", "delete", "7Q2M9X4K1B8V3Z6T"], "Deleted the token\n"),
    ] {
        let done = against(200, &answer(kind, 0), words).await;
        assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, headline, ""), "{words:?}");
        let refused = against(200, &answer(kind, 2011), words).await;
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{words:?}");
        assert_eq!(refused.err, "pagam: the gateway refused: 2011 testo\n");
    }
}

#[tokio::test]
async fn a_movement_without_a_name_gets_one_and_prints_it_before_it_is_sent() {
    for (kind, verb) in [("Settle", "settle"), ("Refund", "refund")] {
        let words = [verb, "o", "--amount", "20", "--json"];
        let done = against(200, &answer(kind, 0), &words).await;
        let told: Value = serde_json::from_str(&done.out).expect("JSON");
        let name = told["settlement_id"].as_str().expect("a name");
        assert_eq!((done.code, name.len()), (0, 20), "{}", done.err);
        let printed = format!("Settlement ID {name}: if there is no answer, repeat with --settlement-id {name}\n");
        assert_eq!(done.err, printed);
        let lost = against(500, "", &words).await;
        let again = lost.err.lines().next().and_then(|line| line.rsplit_once("--settlement-id "));
        assert_eq!((lost.code, again.map(|(_, name)| name.len())), (4, Some(20)), "{}", lost.err);
    }
    let wrong = against(200, "", &["refund", "o", "--amount", "1", "--settlement-id", "a b"]).await;
    assert!(wrong.code == 2 && wrong.err.contains("settlement_id"), "{}", wrong.err);
}

#[tokio::test]
async fn a_transaction_that_was_charged_back_says_so() {
    let event = "<event><eventtype>CHB</eventtype><eventamount>24.21</eventamount>\
        <eventdate>24/11/26 11:32:45</eventdate></event>";
    let report = format!(
        "<TransactionType>QUERYTX</TransactionType><TransactionResult>OK</TransactionResult><TransactionState>MOV\
         </TransactionState><ShopTransactionID>o</ShopTransactionID><Currency>242</Currency><Events>{event}</Events>\
         <ErrorCode>0</ErrorCode>"
    );
    let said = against(200, &report, &["read", "o"]).await;
    assert!(said.out.contains("Charged back    24.21 EUR") && said.out.contains("CHB"), "{}{}", said.out, said.err);
    let said = against(200, &report.replace(event, ""), &["read", "o"]).await;
    assert!(said.code == 0 && !said.out.contains("Charged back"), "{}", said.out);
}

#[tokio::test]
async fn not_knowing_is_neither_a_refusal_nor_silence() {
    for words in [
        &["settle", "o", "--amount", "20"][..],
        &["refund", "o", "--amount", "20"],
        &["delete", "o"],
        &["charge", "o", "--amount", "20", "--token", "T"],
    ] {
        let said = against(500, "", &[words, &["--json"]].concat()).await;
        let told: Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!((said.code, &told["error"]["kind"]), (4, &"uncertain".into()), "{words:?}");
        assert!(said.err.contains("may have been done"), "{}", said.err);
    }
}

#[tokio::test]
async fn wrong_usage_and_nobody_at_home_have_their_own_ends() {
    let nowhere = Folder::new("nowhere");
    let dir = nowhere.0.to_str().expect("UTF-8");
    assert_eq!(pagam(&["read", "o", "--dir", dir]).await.code, 3, "nothing runs");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let at_closed = ["--shop-login", "G", "--base-url", &closed];
    assert_eq!(pagam(&[&["refund", "o", "--amount", "1"], &at_closed[..]].concat()).await.code, 3);
    for wrong in [
        &["refund", "o", "--amount", "0"][..],
        &["encrypt", "a b", "--amount", "1"],
        &["settle", "o", "--amount", "1.234"],
        &["settle", "o"],
        &["read", "o", "--bank", "1"],
    ] {
        assert_eq!(pagam(&[wrong, &at_closed[..]].concat()).await.code, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_key_is_read_from_its_file() {
    let folder = Folder::new("key");
    let file = folder.0.join("key");
    std::fs::write(&file, "k3y\n").expect("written");
    let address = gateway(200, &answer("Delete", 0)).await;
    let file = file.to_str().expect("UTF-8");
    let words = ["delete", "o", "--shop-login", "G", "--api-key-file", file, "--base-url", &address];
    assert_eq!(pagam(&words).await.code, 0);
    let missing = ["delete", "o", "--shop-login", "G", "--api-key-file", "/nowhere/key", "--base-url", &address];
    let said = pagam(&missing).await;
    assert!(said.code == 1 && said.err.contains("cannot read /nowhere/key"), "{}", said.err);
}
