//! A shop's settings as `pagam shop list` shows them, without its secrets.

use payments::{AutomaticAct, Language};
use serde_json::{Value, json};
use store::{AmazonAccount, Environment, Shop};

use super::choices::{Automatic, WhenUndecided};

/// A few lines for people: the name, then one setting a line.
pub(super) fn text(shop: &Shop) -> String {
    let state = if shop.active { "active" } else { "inactive" };
    let key = if shop.api_key.is_some() { "API key" } else { "no API key" };
    let addresses = shop.addresses.as_ref().map_or_else(|| "any address".to_owned(), |list| list.join(" "));
    let mut out = format!("{}  {}  {state}, {key}, {addresses}\n", shop.login, shop.name);
    for (name, value) in settings(shop) {
        out += &format!("    {name:<11} {value}\n");
    }
    out
}

fn settings(shop: &Shop) -> Vec<(&'static str, String)> {
    let list = |names: &[String], none: &str| if names.is_empty() { none.to_owned() } else { names.join(", ") };
    let given = |text: &str| if text.is_empty() { "none" } else { text }.to_owned();
    vec![
        ("Amazon", list(&shop.amazon.iter().map(account).collect::<Vec<_>>(), "no account")),
        ("positive", given(&shop.positive_url)),
        ("negative", given(&shop.negative_url)),
        ("notice", given(shop.notice_url.as_deref().unwrap_or_default())),
        ("declines", if shop.notify_movements { "told by a notice" } else { "not told" }.to_owned()),
        ("methods", list(&shop.payment_types, "none")),
        ("money", money(shop)),
        ("undecided", undecided(shop)),
        ("WSs2s", if shop.web_service { "may be called" } else { "may not be called" }.to_owned()),
        ("Encrypt", request_fields(shop)),
        ("Decrypt", list(&shop.response_fields, "no optional element")),
        ("customInfo", list(&shop.custom_keys, "any key")),
        ("language", tongue(shop.language).to_owned()),
    ]
}

fn account((environment, account): (&Environment, &AmazonAccount)) -> String {
    let address_book = if account.show_address_widget { "with" } else { "without" };
    format!("{environment} {} ({address_book} address book)", account.seller_id)
}

/// When the shop gets the money of a payment.
fn money(shop: &Shop) -> String {
    match (shop.capture_now, shop.automatic) {
        (true, _) => "captured with the authorization".to_owned(),
        (false, None) => "held until the shop settles or deletes".to_owned(),
        (false, Some((AutomaticAct::Settle, days))) => format!("held, settled by itself after {}", of_days(days)),
        (false, Some((AutomaticAct::Delete, days))) => format!("held, deleted by itself after {}", of_days(days)),
    }
}

fn of_days(days: u8) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn undecided(shop: &Shop) -> String {
    match shop.decision_minutes {
        None => "refused when Amazon cannot decide at once".to_owned(),
        Some(minutes) => format!("XX, and Amazon may take {minutes} minutes to decide"),
    }
}

fn request_fields(shop: &Shop) -> String {
    let may = match &shop.request_fields {
        None => "any optional field".to_owned(),
        Some(names) if names.is_empty() => "no optional field".to_owned(),
        Some(names) => names.join(", "),
    };
    match shop.compulsory_fields.is_empty() {
        true => may,
        false => format!("{may}; compulsory: {}", shop.compulsory_fields.join(", ")),
    }
}

/// The same for scripts; what can be set is named and written as `pagam shop set` takes it.
pub(super) fn as_json(shop: &Shop) -> Value {
    let accounts = shop.amazon.iter().map(|(environment, account)| {
        json!({"environment": environment.to_string(), "seller_id": account.seller_id, "client_id": account.client_id,
               "access_key": account.access_key, "show_address_widget": account.show_address_widget})
    });
    json!({"login": shop.login, "version": shop.version, "name": shop.name, "active": shop.active,
           "api_key": shop.api_key.is_some(), "addresses": shop.addresses, "positive_url": shop.positive_url,
           "negative_url": shop.negative_url, "notice_url": shop.notice_url,
           "notify_movements": shop.notify_movements, "payment_types": shop.payment_types,
           "capture_now": shop.capture_now,
           "automatic": Automatic(shop.automatic.map(|(act, days)| (act, days.into()))).to_string(),
           "when_undecided": WhenUndecided(shop.decision_minutes.map(u32::from)).to_string(),
           "web_service": shop.web_service, "request_fields": shop.request_fields,
           "compulsory_fields": shop.compulsory_fields, "response_fields": shop.response_fields,
           "custom_keys": shop.custom_keys, "language": tongue(shop.language),
           "amazon": accounts.collect::<Vec<_>>()})
}

fn tongue(language: Language) -> &'static str {
    match language {
        Language::Italian => "italian",
        Language::English => "english",
        Language::Spanish => "spanish",
        Language::French => "french",
        Language::German => "german",
    }
}

#[cfg(test)]
mod tests {
    use payments::ShopLogin;
    use store::ApiKeyHash;

    use super::*;

    fn shop() -> Shop {
        let mut shop = Shop::new(ShopLogin::new("GESPAY00002").expect("a login"), "Bottega");
        let account = AmazonAccount {
            seller_id: "A2SELLER".into(),
            secret_key: "s3cret".into(),
            mws_token: "s3cret".into(),
            ..AmazonAccount::default()
        };
        shop.amazon.insert(Environment::Sandbox, account);
        shop.api_key = Some(ApiKeyHash::of("s3cret"));
        shop
    }

    #[test]
    fn a_new_shop_says_what_it_does_with_money_and_what_it_is_told() {
        let told = text(&shop());
        for line in [
            "GESPAY00002  Bottega  active, API key, any address\n",
            "    Amazon      sandbox A2SELLER (without address book)\n",
            "    notice      none\n",
            "    declines    not told\n",
            "    money       captured with the authorization\n",
            "    undecided   refused when Amazon cannot decide at once\n",
            "    Decrypt     no optional element\n",
        ] {
            assert!(told.contains(line), "{line}{told}");
        }
    }

    #[test]
    fn what_was_set_is_shown_to_people_and_scripts() {
        let set = Shop {
            capture_now: false,
            automatic: Some((AutomaticAct::Settle, 7)),
            decision_minutes: Some(30),
            response_fields: vec!["TOKEN".into(), "PaymentMethod".into()],
            compulsory_fields: vec!["buyerEmail".into()],
            ..shop()
        };
        let told = text(&set);
        for part in
            ["settled by itself after 7 days", "may take 30 minutes", "TOKEN, PaymentMethod", "compulsory: buyerEmail"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        let json = as_json(&set);
        assert_eq!(
            (&json["automatic"], &json["when_undecided"]),
            (&"settle:7".into(), &"wait:30".into()),
            "scripts get both settings in the form in which they are set"
        );
        assert_eq!(json["response_fields"][0], "TOKEN");
        assert!(!format!("{told}{json}").contains("s3cret"));
    }
}
