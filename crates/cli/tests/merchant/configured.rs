//! What the program makes of its surroundings: a configuration is checked as it finally is, and what is not known is an
//! error that names what is.

use pagam_cli::up::{House, Options};

use super::play::{Folder, pagam, pagam_with};

const PRODUCTION: [(&str, &str); 3] = [
    ("PAGAM_PROFILE", "production"),
    ("PAGAM_GATEWAY__PUBLIC_URL", "https://pay.example.com"),
    ("PAGAM_GATEWAY__LISTEN", "127.0.0.1:0"),
];

#[tokio::test]
async fn a_database_server_that_a_flag_names_needs_a_key_in_production() {
    let said = pagam_with(&PRODUCTION, &["serve", "--database", "postgres://u:s3cret@127.0.0.1:1/pagam"]).await;
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("production on a database server needs store.key"), "{}", said.err);
    assert!(!said.err.contains("s3cret"), "{}", said.err);
}

#[tokio::test]
async fn a_flag_can_make_safe_what_the_file_has_not_made_so() {
    let folder = Folder::new("flag-over-file");
    let file = folder.0.join("pagam.toml");
    std::fs::write(&file, "[store]\ndatabase = \"postgres://u@127.0.0.1:1/pagam\"\n").expect("written");
    let database = folder.0.join("nowhere").join("pagam.db");
    let (file, database) = (file.to_str().expect("UTF-8"), database.to_str().expect("UTF-8"));
    let said = pagam_with(&PRODUCTION, &["serve", "--config", file, "--database", database]).await;
    assert!(said.code == 1 && said.err.contains(&format!("cannot open {database}")), "{}", said.err);
}

#[tokio::test]
async fn a_variable_that_nothing_reads_is_refused_with_the_one_that_was_meant() {
    for (wrong, meant) in [
        ("PAGAM_GATEWAY_LISTEN", "PAGAM_GATEWAY__LISTEN"),
        ("PAGAM_GATWAY__LISTEN", "PAGAM_GATEWAY__LISTEN"),
        ("PAGAM_STORE__KEY_FLIE", "PAGAM_STORE__KEY_FILE"),
        ("PAGAM_PROFIL", "PAGAM_PROFILE"),
        ("PAGAM_LOGFORMAT", "PAGAM_LOG_FORMAT"),
        ("PAGAM_SHOPLOGIN", "PAGAM_SHOP_LOGIN"),
    ] {
        for words in [&["serve"][..], &["shop", "list"], &["pay"]] {
            let said = pagam_with(&[(wrong, "x")], words).await;
            assert_eq!(said.code, 2, "{wrong}: {}", said.err);
            let told = format!("{wrong} in the environment is not known; did you mean {meant:?}?");
            assert!(said.err.contains(&told), "{}", said.err);
        }
    }
}

#[tokio::test]
async fn a_log_that_is_asked_for_in_unknown_words_is_refused() {
    for (name, wrong, told) in [
        ("PAGAM_LOG", "inof", "\"inof\" is no level of the log; did you mean \"info\"?"),
        ("PAGAM_LOG", "gateway=verbose,warn", "known are off, error, warn, info, debug, trace"),
        ("PAGAM_LOG", "gateway", "\"gateway\" is no level of the log"),
        ("PAGAM_LOG_FORMAT", "jsn", "did you mean \"json\"?"),
    ] {
        let said = pagam_with(&[(name, wrong)], &["shop", "list"]).await;
        assert!(said.code == 2 && said.err.contains(name) && said.err.contains(told), "{}", said.err);
    }
    let folder = Folder::new("well-logged");
    let file = folder.0.join("gateway.db");
    for fine in ["INFO", "gateway=debug,warn", "off", "gateway=trace, hyper=info"] {
        let words = ["migrate", "up", "--database", file.to_str().expect("UTF-8")];
        let said = pagam_with(&[("PAGAM_LOG", fine), ("PAGAM_LOG_FORMAT", "text")], &words).await;
        assert_eq!(said.code, 0, "{fine}: {}", said.err);
    }
}

#[tokio::test]
async fn names_that_are_not_known_are_told_with_those_that_are() {
    let folder = Folder::new("choices");
    let file = folder.0.join("gateway.db");
    let file = file.to_str().expect("UTF-8");
    let added = pagam(&["shop", "add", "GESPAY00002", "--name", "Bottega", "--database", file]).await;
    assert_eq!(added.code, 0, "{}", added.err);
    for (option, wrong, meant) in [
        ("--response-fields", "PaymentMethods", "\"PaymentMethod\""),
        ("--payment-types", "AmazonPay", "\"AMAZONPAY\""),
        ("--request-fields", "buyername", "\"buyerName\""),
        ("--compulsory-fields", "buyerNmae", "\"buyerName\""),
        ("--language", "englsh", "'english'"),
        ("--environment", "prodution", "'production'"),
    ] {
        let said = pagam(&["shop", "set", "GESPAY00002", "--database", file, option, wrong]).await;
        assert_eq!(said.code, 2, "{option}: {}", said.err);
        assert!(said.err.contains(wrong) && said.err.contains(meant), "{}", said.err);
    }
    let sealed = ["encrypt", "order-1", "--amount", "1", "--shop-login", "G", "--base-url", "http://127.0.0.1:1"];
    for (option, wrong, meant) in [
        ("--method", "AMAZONPAYS", "\"AMAZONPAY\""),
        ("--currency", "EURO", "\"EUR\""),
        ("--language", "eng", "\"en\""),
    ] {
        let said = pagam(&[&sealed[..], &[option, wrong]].concat()).await;
        assert_eq!(said.code, 2, "{option}: {}", said.err);
        assert!(said.err.contains(wrong) && said.err.contains(meant), "{}", said.err);
    }
    let said = pagam(&["shop", "list", "--database", "postgre://u@127.0.0.1/pagam"]).await;
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("did you mean \"postgres\"?"), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_of_the_environment_is_not_asked_for_this_machine() {
    let folder = Folder::new("proxied");
    let dir = folder.0.to_str().expect("UTF-8");
    let house = House::start(Options { dir: Some(folder.0.clone()), ..Options::default() }).await.expect("it starts");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let proxied = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"].map(|name| (name, &*nobody));
    for words in [
        &["pay", "--dir", dir][..],
        &["pay", "--recurring", "only", "--dir", dir],
        &["read", "--bank", "1", "--dir", dir],
    ] {
        let said = pagam_with(&proxied, words).await;
        assert_eq!(said.code, 0, "{words:?}: {}{}", said.out, said.err);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_amazon_does_not_have_is_told_with_those_that_it_has() {
    let folder = Folder::new("cards");
    let dir = folder.0.to_str().expect("UTF-8");
    let house = House::start(Options { dir: Some(folder.0.clone()), ..Options::default() }).await.expect("it starts");
    for (option, wrong, told) in [
        ("--card", "chalenge", "did you mean \"challenge\"?"),
        ("--card", "platinum", "known are ok, "),
        ("--address", "Atlantis", "known are "),
    ] {
        let said = pagam(&["pay", option, wrong, "--dir", dir]).await;
        assert!(said.code == 1 && said.err.contains(wrong) && said.err.contains(told), "{}", said.err);
    }
    house.stop().await;
}
