//! `pagam migrate`, and databases that are named.

use serde_json::Value;

use super::play::{Folder, pagam};

#[tokio::test]
async fn a_database_is_made_and_its_steps_are_told() {
    let folder = Folder::new("migrate");
    let file = folder.0.join("pagam.db");
    let address = format!("sqlite:{}", file.display());

    let missing = pagam(&["migrate", "status", "--database", &address]).await;
    assert_eq!((missing.code, file.exists()), (1, false), "{}", missing.err);
    let up = pagam(&["migrate", "up", "--database", &address]).await;
    assert_eq!((up.code, up.out.as_str(), file.exists()), (0, "", true), "{}", up.err);
    let status = pagam(&["migrate", "status", "--database", file.to_str().expect("UTF-8")]).await;
    assert_eq!(status.code, 0, "{}", status.err);
    assert_eq!(status.out.lines().next(), Some("done     0001_payments"));
    let told = pagam(&["migrate", "status", "--json", "--database", &address]).await;
    let steps: Value = serde_json::from_str(&told.out).expect("JSON");
    assert!(steps.as_array().is_some_and(|steps| steps.iter().all(|step| step["done"] == true)), "{steps}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let said = pagam(&["shop", "list", "--database", "postgres://u:s3cret@127.0.0.1:1/pagam"]).await;
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("PostgreSQL at 127.0.0.1:1/pagam") && !said.err.contains("s3cret"), "{}", said.err);
}

#[tokio::test]
async fn a_database_is_copied_and_a_copy_that_was_changed_is_told() {
    let folder = Folder::new("copy");
    let [from, to] = ["from.db", "to.db"].map(|name| format!("sqlite:{}", folder.0.join(name).display()));
    let added = pagam(&["shop", "add", "GESPAY00002", "--name", "Bottega", "--database", &from]).await;
    assert_eq!(added.code, 0, "{}", added.err);
    for _again in 0..2 {
        let copied = pagam(&["migrate", "copy", "--from", &from, "--to", &to]).await;
        assert_eq!(copied.code, 0, "{}", copied.err);
        assert!(copied.out.starts_with("2 rows are in "), "{}", copied.out);
    }
    let renamed = pagam(&["shop", "set", "GESPAY00002", "--name", "Other", "--database", &to]).await;
    assert_eq!(renamed.code, 0, "{}", renamed.err);
    let differs = pagam(&["migrate", "copy", "--from", &from, "--to", &to]).await;
    assert!(differs.code == 1 && differs.err.contains("table shops, GESPAY00002"), "{}{}", differs.out, differs.err);
    let missing = pagam(&["migrate", "copy", "--from", "sqlite:/nowhere/at.db", "--to", &to]).await;
    assert_eq!(missing.code, 1, "{}", missing.out);
}
