//! Shops and their credentials at Amazon.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use payments::{AutomaticAct, ShopLogin, UtcMs};
use serde_json::{Map, Value as Json};

use super::Store;
use super::audit::{AUDIT, audit_row, differences};
use crate::audit::{AuditRow, Author};
use crate::error::{ApplyError, Error};
use crate::row::Columns;
use crate::shop::{AmazonAccount, ApiKeyHash, Environment, Shop};
use crate::statement::{Query, Row, Statement, Unmet};
use crate::table::{Sql, sql, table};
use crate::vault::Vault;
use crate::word::Word;

table! {
    SHOPS = "shops", fn shop_row(shop: &Shop)
    key { shop: shop.login.as_str() }
    moving {
        version: shop.version,
        name: shop.name.as_str(),
        active: shop.active,
        language: shop.language.word(),
        positive_url: shop.positive_url.as_str(),
        negative_url: shop.negative_url.as_str(),
        notice_url: shop.notice_url.as_deref(),
        api_key: shop.api_key.as_ref().map(|hash| HEXLOWER.encode(hash.as_bytes())),
        addresses: shop.addresses.as_deref().map(json),
        payment_types: json(&shop.payment_types),
        capture_now: shop.capture_now,
        web_service: shop.web_service,
        response_fields: json(&shop.response_fields),
        custom_keys: json(&shop.custom_keys),
        request_fields: shop.request_fields.as_deref().map(json),
        compulsory_fields: json(&shop.compulsory_fields),
        automatic: shop.automatic.map(|(act, _)| act.word()),
        automatic_days: shop.automatic.map(|(_, days)| i64::from(days)),
        decision_minutes: shop.decision_minutes.map(i64::from),
        notify_movements: shop.notify_movements,
    }
}

table! {
    AMAZON_ACCOUNTS = "amazon_accounts", fn account_row(shop: &Shop, at: Environment, account: &AmazonAccount)
    key { shop: shop.login.as_str(), environment: at.word() }
    moving {
        seller_id: account.seller_id.as_str(),
        client_id: account.client_id.as_str(),
        access_key: account.access_key.as_str(),
        secret_key: account.secret_key.as_str(),
        mws_token: account.mws_token.as_str(),
        show_address_widget: account.show_address_widget,
    }
}

/// One row for each account of a shop, one for a shop without any: one statement, so that nobody sees half a change.
const fn select_shop(rest: &str) -> Sql {
    let columns = Sql::new("SELECT ").all_of(&SHOPS).then(", ").all_of(&AMAZON_ACCOUNTS);
    columns.then("FROM shops LEFT JOIN amazon_accounts ON amazon_accounts.shop = shops.shop ").then(rest)
}

const ONE: &str = sql!(select_shop("WHERE shops.shop = $1"));
const ALL: &str = sql!(select_shop("ORDER BY shops.shop"));
const OF_SELLER: &str = sql!(select_shop(
    "WHERE shops.shop IN (SELECT o.shop FROM amazon_accounts o WHERE o.environment = $1 AND o.seller_id = $2) \
     ORDER BY shops.shop"
));
const INSERT_SHOP: &str = sql!(SHOPS.insert("ON CONFLICT DO NOTHING"));
const UPDATE_SHOP: &str = sql!(SHOPS.update());
const INSERT_AUDIT: &str = sql!(AUDIT.insert("ON CONFLICT DO NOTHING"));
const UPSERT_ACCOUNT: &str = sql!(AMAZON_ACCOUNTS.upsert());
const DELETE_ACCOUNT: &str = "DELETE FROM amazon_accounts WHERE shop = $1 AND environment = $2";

impl Store {
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn shop(&self, login: &ShopLogin) -> Result<Option<Shop>, Error> {
        let rows = self.engine().point(Query::new(ONE, [login.as_str().into()])).await?;
        Ok(self.read_shops(rows)?.pop())
    }

    /// Keeps a shop's settings, its accounts at Amazon included, in place of those that were read:
    /// `shop.version` is still the version read, 0 for a new shop. What was changed is written into
    /// the history in the same transaction, and answered; none when nothing was.
    ///
    /// # Errors
    /// [`ApplyError::Stale`] when somebody else has changed them since, [`ApplyError::Taken`] when
    /// the new shop is there already, [`ApplyError::Store`].
    pub async fn put_shop(&self, shop: &Shop, author: &Author, at: UtcMs) -> Result<Option<AuditRow>, ApplyError> {
        let kept = self.shop(&shop.login).await?;
        if kept.as_ref().map_or(0, |kept| kept.version) != shop.version {
            return Err(if shop.version == 0 { ApplyError::Taken } else { ApplyError::Stale });
        }
        let changes = changes(kept.as_ref(), shop);
        if changes.is_empty() {
            return Ok(None);
        }
        // A shop that is made again goes on with the numbers of its history.
        let version = match shop.version {
            0 => self.audit(Some(&shop.login), 1).await?.first().map_or(1, |last| last.version + 1),
            version => version + 1,
        };
        let change = AuditRow { shop: shop.login.clone(), version, at, author: author.clone(), changes };
        let list = self.shop_statements(&Shop { version, ..shop.clone() }, shop.version, &change);
        self.write_confirmed(list, self.has_changed(&change)).await?;
        Ok(Some(change))
    }

    fn shop_statements(&self, shop: &Shop, version_read: i64, change: &AuditRow) -> Vec<Statement> {
        let row = shop_row(shop);
        let mut list = vec![match version_read {
            0 => Statement::new(INSERT_SHOP, row).one(Unmet::Taken),
            version => Statement::new(UPDATE_SHOP, SHOPS.updated(row, version)).one(Unmet::Stale),
        }];
        list.extend(Environment::ALL.iter().map(|&environment| match shop.amazon.get(&environment) {
            Some(account) => {
                let closed = self.closed(shop, environment, account);
                Statement::new(UPSERT_ACCOUNT, account_row(shop, environment, &closed))
            }
            None => Statement::new(DELETE_ACCOUNT, [shop.login.as_str().into(), environment.word().into()]),
        }));
        list.push(Statement::new(INSERT_AUDIT, audit_row(change)).one(Unmet::Stale));
        list
    }

    /// Whether it was this change that was made.
    async fn has_changed(&self, change: &AuditRow) -> Result<bool, Error> {
        Ok(self.audit(Some(&change.shop), 100).await?.contains(change))
    }

    /// # Errors
    /// As [`Store::shop`].
    pub async fn shops(&self) -> Result<Vec<Shop>, Error> {
        self.read_shops(self.engine().scan(Query::new(ALL, [])).await?)
    }

    /// The shops whose account at Amazon in this environment is this seller's, by login; usually one.
    ///
    /// # Errors
    /// As [`Store::shop`].
    pub async fn shops_of_seller(&self, environment: Environment, seller_id: &str) -> Result<Vec<Shop>, Error> {
        let parameters = [environment.word().into(), seller_id.into()];
        self.read_shops(self.engine().scan(Query::new(OF_SELLER, parameters)).await?)
    }

    /// An account with its secrets as they stand in the database.
    fn closed(&self, shop: &Shop, environment: Environment, account: &AmazonAccount) -> AmazonAccount {
        let key = format!("{}/{}", shop.login, environment.word());
        AmazonAccount {
            secret_key: self.vault.close(&["amazon_accounts", &key, "secret_key"], &account.secret_key),
            mws_token: self.vault.close(&["amazon_accounts", &key, "mws_token"], &account.mws_token),
            ..account.clone()
        }
    }

    /// Joins the rows of one shop; they follow each other.
    fn read_shops(&self, rows: Vec<Row>) -> Result<Vec<Shop>, Error> {
        let mut shops: Vec<Shop> = Vec::new();
        for row in rows {
            let mut columns = Columns::whole(&SHOPS, row);
            let shop = shop(&mut columns)?;
            let account = account(&mut columns, &shop.login, &self.vault)?;
            if shops.last().is_none_or(|last| last.login != shop.login) {
                shops.push(shop);
            }
            if let (Some(shop), Some((environment, account))) = (shops.last_mut(), account) {
                shop.amazon.insert(environment, account);
            }
        }
        Ok(shops)
    }
}

/// What is different in the settings of a shop that may be new.
fn changes(before: Option<&Shop>, after: &Shop) -> Map<String, Json> {
    let mut changes = differences(&SHOPS, "", [before.map(shop_row), Some(shop_row(after))]);
    for &at in Environment::ALL {
        let row = |shop: &Shop| shop.amazon.get(&at).map(|account| account_row(shop, at, account));
        let place = format!("{}.", at.word());
        changes.extend(differences(&AMAZON_ACCOUNTS, &place, [before.and_then(row), row(after)]));
    }
    changes
}

fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

fn shop(columns: &mut Columns) -> Result<Shop, Error> {
    Ok(Shop {
        login: columns.parsed("shop")?,
        version: columns.integer("version")?,
        name: columns.text("name")?,
        active: columns.boolean("active")?,
        language: columns.word("language")?,
        positive_url: columns.text("positive_url")?,
        negative_url: columns.text("negative_url")?,
        notice_url: columns.text_or_null("notice_url")?,
        api_key: api_key(columns)?,
        addresses: texts_or_null(columns, "addresses")?,
        payment_types: texts(columns, "payment_types")?,
        capture_now: columns.boolean("capture_now")?,
        web_service: columns.boolean("web_service")?,
        response_fields: texts(columns, "response_fields")?,
        custom_keys: texts(columns, "custom_keys")?,
        request_fields: texts_or_null(columns, "request_fields")?,
        compulsory_fields: texts(columns, "compulsory_fields")?,
        automatic: automatic(columns)?,
        decision_minutes: narrow_or_null(columns, "decision_minutes")?,
        notify_movements: columns.boolean("notify_movements")?,
        amazon: BTreeMap::new(),
    })
}

fn automatic(columns: &mut Columns) -> Result<Option<(AutomaticAct, u8)>, Error> {
    let act = columns.word_or_null("automatic")?;
    let days = narrow_or_null(columns, "automatic_days")?;
    match (act, days) {
        (None, None) => Ok(None),
        (Some(act), Some(days)) => Ok(Some((act, days))),
        _ => Err(columns.nonsense("automatic_days")),
    }
}

fn narrow_or_null<T: TryFrom<i64>>(columns: &mut Columns, column: &'static str) -> Result<Option<T>, Error> {
    let integer = columns.integer_or_null(column)?;
    integer.map(T::try_from).transpose().map_err(|_| columns.nonsense(column))
}

fn api_key(columns: &mut Columns) -> Result<Option<ApiKeyHash>, Error> {
    let Some(text) = columns.text_or_null("api_key")? else { return Ok(None) };
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(|bytes| Some(ApiKeyHash::from_bytes(bytes))).ok_or_else(|| columns.nonsense("api_key"))
}

fn texts_or_null(columns: &mut Columns, column: &'static str) -> Result<Option<Vec<String>>, Error> {
    let list = columns.text_or_null(column)?;
    list.map(|list| serde_json::from_str(&list)).transpose().map_err(|_| columns.nonsense(column))
}

fn texts(columns: &mut Columns, column: &'static str) -> Result<Vec<String>, Error> {
    texts_or_null(columns, column)?.ok_or_else(|| columns.nonsense(column))
}

fn account(
    columns: &mut Columns,
    shop: &ShopLogin,
    vault: &Vault,
) -> Result<Option<(Environment, AmazonAccount)>, Error> {
    columns.enter(&AMAZON_ACCOUNTS);
    columns.text_or_null("shop")?;
    let Some(environment) = columns.word_or_null::<Environment>("environment")? else { return Ok(None) };
    let key = format!("{shop}/{}", environment.word());
    let account = AmazonAccount {
        seller_id: columns.text("seller_id")?,
        client_id: columns.text("client_id")?,
        access_key: columns.text("access_key")?,
        secret_key: vault.open(&["amazon_accounts", &key, "secret_key"], columns.text("secret_key")?)?,
        mws_token: vault.open(&["amazon_accounts", &key, "mws_token"], columns.text("mws_token")?)?,
        show_address_widget: columns.boolean("show_address_widget")?,
    };
    Ok(Some((environment, account)))
}
