//! Settings of shops: what `pagam shop` refuses, what `pagam audit` tells of it, and several clerks
//! at once.

use pagam_cli::up::{House, Options};
use serde_json::Value;
use tokio::task::JoinSet;

use super::play::{Folder, Said, pagam};

const LOGIN: &str = "GESPAY00002";

/// A database with one shop.
async fn database(name: &str) -> (Folder, String) {
    let folder = Folder::new(name);
    let file = folder.0.join("gateway.db").to_str().expect("UTF-8").to_owned();
    let added = pagam(&["shop", "add", LOGIN, "--name", "Bottega", "--database", &file]).await;
    assert_eq!(added.code, 0, "{}", added.err);
    (folder, file)
}

async fn set(file: &str, words: &[&str]) -> Said {
    pagam(&[&["shop", "set", LOGIN, "--database", file], words].concat()).await
}

/// The recorded changes, newest first.
async fn audit(file: &str, words: &[&str]) -> Vec<Value> {
    let said = pagam(&[&["audit", "--json", "--database", file], words].concat()).await;
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_str(&said.out).expect("a list")
}

#[tokio::test]
async fn every_change_is_recorded_with_its_author_and_without_secrets() {
    let (folder, file) = database("audited").await;
    let secret = folder.0.join("secret");
    std::fs::write(&secret, "h4sh\n").expect("written");
    let secret = secret.to_str().expect("UTF-8");
    let with_account = ["--notify-movements", "true", "--seller-id", "A2SELLER", "--secret-key-file", secret];
    assert_eq!(set(&file, &with_account).await.code, 0);
    let rotated = pagam(&["shop", "rotate-key", LOGIN, "--json", "--database", &file]).await;
    let key: Value = serde_json::from_str(&rotated.out).expect("JSON");

    let rows = audit(&file, &[LOGIN]).await;
    let told: Vec<_> = rows.iter().map(|row| (&row["version"], &row["who"], &row["program"])).collect();
    let row = |version: i64, program: &str| (Value::from(version), Value::from("marco"), Value::from(program));
    let expected = [row(3, "pagam shop rotate-key"), row(2, "pagam shop set"), row(1, "pagam shop add")];
    assert_eq!(told, expected.iter().map(|(version, who, program)| (version, who, program)).collect::<Vec<_>>());
    assert_eq!(rows[0]["changes"], serde_json::json!({"api_key": "changed"}));
    assert_eq!(rows[1]["changes"]["notify_movements"], serde_json::json!({"before": false, "after": true}));
    assert_eq!(rows[1]["changes"]["sandbox.secret_key"], "changed");

    let said = pagam(&["audit", "--limit", "2", "--database", &file]).await;
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].ends_with("GESPAY00002  marco (pagam shop rotate-key)"), "{}", said.out);
    assert!(lines.contains(&"    notify_movements             false -> true"), "{}", said.out);
    assert!(lines.contains(&"    sandbox.seller_id            none -> \"A2SELLER\""), "{}", said.out);
    assert!(!said.out.contains("pagam shop add"), "only the latest two: {}", said.out);
    let all = format!("{}{rows:?}", said.out);
    assert!(!all.contains("h4sh") && !all.contains(key["api_key"].as_str().expect("a key")), "{all}");
}

#[tokio::test]
async fn what_breaks_a_rule_is_wrong_usage_and_changes_nothing() {
    let (_folder, file) = database("refused").await;
    for (words, why) in [
        (["--positive-url", "shop.example"], "positive_url: \"shop.example\" is not a valid URL"),
        (["--notice-url", "ftp://shop.example/s2s"], "must begin with http:// or https://"),
        (["--addresses", "10.*"], "addresses: \"10.*\" is not one of"),
        (["--payment-types", "AmazonPay"], "is not a payment method of the service"),
        (["--response-fields", "TOKN"], "is not an optional element of Decrypt"),
        (["--request-fields", "buyername"], "is not an optional field of Encrypt"),
        (["--automatic", "settle:26"], "1454"),
        (["--when-undecided", "wait:7"], "5 to 1440"),
        (["--seller-id", "A 2"], "sandbox.seller_id: one word"),
    ] {
        let said = set(&file, &words).await;
        assert!(said.code == 2 && said.err.contains(why), "{words:?}: {} {}", said.code, said.err);
    }
    let wrong_code = pagam(&["shop", "add", "a/b", "--database", &file]).await;
    assert!(wrong_code.code == 2 && wrong_code.err.contains("1 to 30 letters"), "{}", wrong_code.err);
    for (words, why) in [
        (&["shop", "add", LOGIN][..], "exists already; pagam shop set changes it"),
        (&["shop", "set", "GESPAY00009", "--active", "false"], "there is no shop GESPAY00009; pagam shop list"),
        (&["shop", "rotate-key", "GESPAY00009"], "there is no shop GESPAY00009; pagam shop list"),
        (&["shop", "set", LOGIN, "--name", "Bottega"], "nothing to change"),
        (&["audit", "GESPAY00009"], "there is no shop GESPAY00009"),
    ] {
        let said = pagam(&[words, &["--database", &file]].concat()).await;
        assert!(said.code == 1 && said.err.contains(why), "{words:?}: {} {}", said.code, said.err);
    }
    assert_eq!(audit(&file, &[]).await.len(), 1, "the shop was added, and that is all");
}

#[tokio::test]
async fn clerks_who_work_at_the_same_time_lose_no_change() {
    let (_folder, file) = database("clerks").await;
    let wishes = [
        ["--name", "Bottega Nuova"],
        ["--capture-now", "false"],
        ["--notify-movements", "true"],
        ["--web-service", "false"],
        ["--language", "german"],
        ["--when-undecided", "wait:30"],
    ];
    let mut clerks = JoinSet::new();
    for words in wishes {
        let file = file.clone();
        clerks.spawn(async move { set(&file, &words).await });
    }
    let said = clerks.join_all().await;
    for said in said.iter().filter(|said| said.code != 0) {
        let told = said.err.contains("changed meanwhile by marco (pagam shop") && said.err.contains("look again");
        assert!(said.code == 1 && told, "{}", said.err);
    }
    let done = said.iter().filter(|said| said.code == 0).count();
    let rows = audit(&file, &[]).await;
    assert!(done > 0 && rows.len() == done + 1, "{done} changes were acknowledged: {rows:?}");
    let listed = pagam(&["shop", "list", "--json", "--database", &file]).await;
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
    let values = ["name", "capture_now", "notify_movements", "web_service", "language", "when_undecided"];
    let new =
        [Value::from("Bottega Nuova"), false.into(), true.into(), false.into(), "german".into(), "wait:30".into()];
    let kept = values.iter().zip(&new).filter(|(name, value)| listed[0][**name] == **value).count();
    assert_eq!(kept, done, "what was acknowledged stands: {listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_that_starts_again_changes_only_the_addresses_of_its_shop() {
    let folder = Folder::new("seeded");
    let file = folder.0.join("gateway.db").to_str().expect("UTF-8").to_owned();
    for _start in 0..2 {
        let house = House::start(Options { dir: Some(folder.0.clone()), ..Options::default() }).await;
        house.expect("it starts").stop().await;
    }
    let rows = audit(&file, &[]).await;
    assert!(rows.iter().all(|row| row["program"] == "pagam up"), "{rows:?}");
    let later =
        rows.iter().filter(|row| row["version"] != 1).flat_map(|row| row["changes"].as_object().expect("changes"));
    let others: Vec<_> = later.filter(|(setting, _)| !setting.ends_with("_url")).collect();
    assert!(others.is_empty(), "the ports are others at each start, and nothing else is: {others:?}");
}
