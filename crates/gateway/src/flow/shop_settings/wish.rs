//! What somebody wants to be different about a shop.

use std::collections::BTreeMap;

use payments::{AutomaticAct, Language};
use store::{AmazonAccount, ApiKeyHash, Environment, Shop};

use super::Refused;
use super::rules;

/// New values of settings; what is `None` stays as it is. In a setting that may be absent,
/// `Some(None)` takes it away.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub name: Option<String>,
    pub active: Option<bool>,
    pub language: Option<Language>,
    pub positive_url: Option<String>,
    pub negative_url: Option<String>,
    pub notice_url: Option<Option<String>>,
    pub notify_movements: Option<bool>,
    pub api_key: Option<ApiKeyHash>,
    /// `Some(None)`: calls are not limited to addresses.
    pub addresses: Option<Option<Vec<String>>>,
    pub payment_types: Option<Vec<String>>,
    pub capture_now: Option<bool>,
    /// What happens to held money by itself, and after how many days.
    pub automatic: Option<Option<(AutomaticAct, u32)>>,
    /// `Some(None)`: what Amazon cannot decide at once is refused.
    pub decision_minutes: Option<Option<u32>>,
    pub web_service: Option<bool>,
    pub response_fields: Option<Vec<String>>,
    pub custom_keys: Option<Vec<String>>,
    /// `Some(None)`: every optional field may be sent.
    pub request_fields: Option<Option<Vec<String>>>,
    pub compulsory_fields: Option<Vec<String>>,
    pub amazon: BTreeMap<Environment, AccountWish>,
}

/// New values of an account at Amazon, which is created if missing; what is `None` stays as it
/// is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccountWish {
    pub seller_id: Option<String>,
    pub client_id: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    /// Empty when the seller signs for itself.
    pub mws_token: Option<String>,
    pub show_address_widget: Option<bool>,
}

impl Wish {
    /// Puts the new values into a shop.
    ///
    /// # Errors
    /// The first rule that one of them breaks; the shop is then of no use.
    pub(super) fn write_into(&self, shop: &mut Shop) -> Result<(), Refused> {
        self.apply_switches(shop);
        set(&mut shop.name, &self.name, |name| rules::filled("name", name))?;
        set(&mut shop.positive_url, &self.positive_url, |url| rules::url("positive_url", url))?;
        set(&mut shop.negative_url, &self.negative_url, |url| rules::url("negative_url", url))?;
        set(&mut shop.notice_url, &self.notice_url, |url| {
            url.iter().try_for_each(|url| rules::url("notice_url", url))
        })?;
        set(&mut shop.addresses, &self.addresses, |list| list.iter().try_for_each(|list| rules::addresses(list)))?;
        set(&mut shop.payment_types, &self.payment_types, |types| rules::payment_types(types))?;
        set(&mut shop.response_fields, &self.response_fields, |names| rules::response_fields(names))?;
        set(&mut shop.custom_keys, &self.custom_keys, |keys| rules::custom_keys(keys))?;
        set(&mut shop.request_fields, &self.request_fields, |names| {
            names.iter().try_for_each(|names| rules::request_fields(names))
        })?;
        set(&mut shop.compulsory_fields, &self.compulsory_fields, |names| rules::compulsory_fields(names))?;
        if self.custom_keys.is_some() || self.request_fields.is_some() || self.compulsory_fields.is_some() {
            rules::compulsory_can_be_sent(shop)?;
        }
        if let Some(automatic) = self.automatic {
            let checked = |(act, days)| rules::days(days).map(|days| (act, days));
            shop.automatic = automatic.map(checked).transpose()?;
        }
        if let Some(minutes) = self.decision_minutes {
            shop.decision_minutes = minutes.map(rules::minutes).transpose()?;
        }
        for (&environment, wish) in &self.amazon {
            wish.write_into(environment, shop.amazon.entry(environment).or_default())?;
        }
        Ok(())
    }

    /// What no rule is about.
    fn apply_switches(&self, shop: &mut Shop) {
        for (to, wished) in [
            (&mut shop.active, self.active),
            (&mut shop.capture_now, self.capture_now),
            (&mut shop.web_service, self.web_service),
            (&mut shop.notify_movements, self.notify_movements),
        ] {
            *to = wished.unwrap_or(*to);
        }
        shop.language = self.language.unwrap_or(shop.language);
        if let Some(key) = &self.api_key {
            shop.api_key = Some(key.clone());
        }
    }
}

impl AccountWish {
    fn write_into(&self, environment: Environment, account: &mut AmazonAccount) -> Result<(), Refused> {
        for (to, wished, name) in [
            (&mut account.seller_id, &self.seller_id, "seller_id"),
            (&mut account.client_id, &self.client_id, "client_id"),
            (&mut account.access_key, &self.access_key, "access_key"),
            (&mut account.secret_key, &self.secret_key, "secret_key"),
        ] {
            set(to, wished, |text| rules::credential(environment, name, text))?;
        }
        set(&mut account.mws_token, &self.mws_token, |token| match token.is_empty() {
            true => Ok(()),
            false => rules::credential(environment, "mws_token", token),
        })?;
        account.show_address_widget = self.show_address_widget.unwrap_or(account.show_address_widget);
        Ok(())
    }
}

/// Shows no secret.
impl std::fmt::Debug for AccountWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountWish").field("seller_id", &self.seller_id).finish_non_exhaustive()
    }
}

fn set<T: Clone>(to: &mut T, wished: &Option<T>, rule: impl Fn(&T) -> Result<(), Refused>) -> Result<(), Refused> {
    if let Some(wished) = wished {
        rule(wished)?;
        to.clone_from(wished);
    }
    Ok(())
}
