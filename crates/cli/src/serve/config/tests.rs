//! What the configuration is made of, what it refuses, and that no source gets around a check.

mod walk;

use std::collections::BTreeMap;

use super::{Config, Flags, Profile};

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(vars: &BTreeMap<String, String>) -> anyhow::Result<Config> {
    Config::read(None, vars, &Flags::default())
}

#[test]
fn the_environment_lies_over_the_defaults() {
    let vars = environment(&[
        ("PAGAM_PROFILE", "local"),
        ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:2421"),
        ("PAGAM_GATEWAY__SESSION_MINUTES", "5"),
        ("PAGAM_GATEWAY__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
        ("PAGAM_LOG", "info"),
    ]);
    let config = read(&vars).expect("fine");
    assert_eq!((config.profile, config.gateway.session_minutes), (Profile::Local, 5));
    assert_eq!(config.gateway.trusted_proxies, ["10.0.0.0/8"]);
}

#[test]
fn keys_of_the_store_are_never_shown() {
    let vars = environment(&[("PAGAM_STORE__KEY", &"07".repeat(32)), ("PAGAM_STORE__OLD_KEYS", "[\"0808\"]")]);
    assert!(read(&vars).expect_err("a short one").to_string().contains("store.key"));
    let config = read(&environment(&[("PAGAM_STORE__KEY", &"07".repeat(32))])).expect("fine");
    assert!(!format!("{config:?}").contains("0707"), "{config:?}");
    let proxy = "http://me:s3cret@proxy.example:3128";
    let config = read(&environment(&[("PAGAM_AMAZON__PROXY", proxy), ("PAGAM_NOTICES__PROXY", proxy)])).expect("fine");
    let proxies = config.proxies().expect("two");
    assert!(proxies.iter().all(Option::is_some) && !format!("{config:?} {proxies:?}").contains("s3cret"), "{config:?}");
}

#[test]
fn amazons_quotas_hold_except_at_a_simulator_and_are_shared() {
    let quotas = |pairs: &[(&str, &str)], of| read(&environment(pairs)).expect("fine").amazon_quotas(of);
    let (sandbox, live) = (amazon::Environment::Sandbox, amazon::Environment::Live);
    let production = [("PAGAM_PROFILE", "production"), ("PAGAM_GATEWAY__PUBLIC_URL", "https://pay.example.com")];
    assert_eq!(quotas(&[], sandbox), amazon::Quotas::documented(sandbox));
    assert_eq!(quotas(&production, live), amazon::Quotas::documented(live));
    let local = [("PAGAM_PROFILE", "local"), ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:2421")];
    assert_eq!(quotas(&local, sandbox), amazon::Quotas::none());
    let on = [local.as_slice(), &[("PAGAM_AMAZON__QUOTAS", "documented")]].concat();
    assert_eq!(quotas(&on, sandbox), amazon::Quotas::documented(sandbox));
    assert_eq!(quotas(&[("PAGAM_AMAZON__QUOTAS", "off")], sandbox), amazon::Quotas::none());
    let shared = quotas(&[("PAGAM_AMAZON__GATEWAYS", "5")], live).changing;
    assert_eq!(shared, Some(amazon::Quota { burst: 2, restore_ms: 5_000 }));
    for wrong in [("PAGAM_AMAZON__GATEWAYS", "0"), ("PAGAM_AMAZON__QUOTAS", "some")] {
        assert!(read(&environment(&[wrong])).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_unknown_key_is_refused_with_a_suggestion() {
    let error = read(&environment(&[("PAGAM_GATEWAY__LISTN", "x")])).expect_err("unknown");
    assert!(error.to_string().contains("did you mean \"listen\"?"), "{error}");
}

#[test]
fn production_refuses_what_is_unsafe() {
    let public = ("PAGAM_GATEWAY__PUBLIC_URL", "https://pay.example.com");
    let in_clear = [("PAGAM_PROFILE", "production"), public, ("PAGAM_GATEWAY__LISTEN", "0.0.0.0:443")];
    assert!(read(&environment(&in_clear)).is_err());
    let simulated = [("PAGAM_PROFILE", "production"), public, ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:1")];
    assert!(read(&environment(&simulated)).is_err());
    let fooled = [("PAGAM_PROFILE", "production"), public, ("PAGAM_AMAZON__SIMULATOR_ROOT", "root.pem")];
    assert!(read(&environment(&fooled)).is_err());
    let no_tls = [("PAGAM_PROFILE", "production"), ("PAGAM_GATEWAY__PUBLIC_URL", "http://pay.example.com")];
    assert!(read(&environment(&no_tls)).is_err());
    assert!(read(&environment(&[("PAGAM_PROFILE", "production"), public])).is_ok());
    let server = ("PAGAM_STORE__DATABASE", "postgres://db.example/pagam");
    let (key, bad) = ("07".repeat(32), "a password".to_owned());
    for (key, is_fine) in [(None, false), (Some(bad), false), (Some(key), true)] {
        let key = key.iter().map(|key| ("PAGAM_STORE__KEY", key.as_str()));
        let vars: Vec<_> = [("PAGAM_PROFILE", "production"), public, server].into_iter().chain(key).collect();
        assert_eq!(read(&environment(&vars)).is_ok(), is_fine);
    }
}
