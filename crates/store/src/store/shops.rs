//! Shops and their credentials at Amazon.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use payments::{AutomaticAct, ShopLogin};

use super::Store;
use crate::error::Error;
use crate::row::Columns;
use crate::shop::{AmazonAccount, ApiKeyHash, Environment, Shop};
use crate::statement::{Query, Row, Statement, Value};
use crate::vault::Vault;
use crate::word::Word;

/// One row for each account of a shop, one for a shop without any: one statement, so that nobody sees half a change.
macro_rules! select_shop {
    ($where:literal) => {
        concat!(
            "SELECT s.shop, s.name, s.active, s.language, s.positive_url, s.negative_url, s.notice_url, s.api_key, ",
            "s.addresses, s.payment_types, s.capture_now, s.web_service, s.response_fields, s.custom_keys, ",
            "s.request_fields, s.compulsory_fields, s.automatic, s.automatic_days, s.decision_minutes, ",
            "a.environment, a.seller_id, a.client_id, a.access_key, a.secret_key, a.mws_token, a.show_address_widget ",
            "FROM shops s LEFT JOIN amazon_accounts a ON a.shop = s.shop ",
            $where
        )
    };
}

const ONE: &str = select_shop!("WHERE s.shop = $1");
const ALL: &str = select_shop!("ORDER BY s.shop");
const OF_SELLER: &str = select_shop!(
    "WHERE s.shop IN (SELECT o.shop FROM amazon_accounts o WHERE o.environment = $1 AND o.seller_id = $2) \
     ORDER BY s.shop"
);
const UPSERT_SHOP: &str = "\
    INSERT INTO shops (shop, name, active, language, positive_url, negative_url, notice_url, api_key, addresses, \
        payment_types, capture_now, web_service, response_fields, custom_keys, request_fields, compulsory_fields, \
        automatic, automatic_days, decision_minutes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
    ON CONFLICT (shop) DO UPDATE SET name = excluded.name, active = excluded.active, language = excluded.language, \
        positive_url = excluded.positive_url, negative_url = excluded.negative_url, \
        notice_url = excluded.notice_url, api_key = excluded.api_key, addresses = excluded.addresses, \
        payment_types = excluded.payment_types, capture_now = excluded.capture_now, \
        web_service = excluded.web_service, response_fields = excluded.response_fields, \
        custom_keys = excluded.custom_keys, request_fields = excluded.request_fields, \
        compulsory_fields = excluded.compulsory_fields, automatic = excluded.automatic, \
        automatic_days = excluded.automatic_days, decision_minutes = excluded.decision_minutes";
const UPSERT_ACCOUNT: &str = "\
    INSERT INTO amazon_accounts (shop, environment, seller_id, client_id, access_key, secret_key, mws_token, \
        show_address_widget) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
    ON CONFLICT (shop, environment) DO UPDATE SET seller_id = excluded.seller_id, client_id = excluded.client_id, \
        access_key = excluded.access_key, secret_key = excluded.secret_key, mws_token = excluded.mws_token, \
        show_address_widget = excluded.show_address_widget";
const DELETE_ACCOUNT: &str = "DELETE FROM amazon_accounts WHERE shop = $1 AND environment = $2";

impl Store {
    /// A shop's settings.
    ///
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn shop(&self, login: &ShopLogin) -> Result<Option<Shop>, Error> {
        let rows = self.engine().point(Query::new(ONE, [login.as_str().into()])).await?;
        Ok(self.read_shops(rows)?.pop())
    }

    /// Keeps a shop's settings in place of those it had, its credentials included.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn put_shop(&self, shop: &Shop) -> Result<(), Error> {
        let mut list = vec![Statement::new(UPSERT_SHOP, shop_parameters(shop))];
        list.extend(Environment::ALL.iter().map(|&environment| match shop.amazon.get(&environment) {
            Some(account) => Statement::new(UPSERT_ACCOUNT, self.account_parameters(shop, environment, account)),
            None => Statement::new(DELETE_ACCOUNT, [shop.login.as_str().into(), environment.word().into()]),
        }));
        self.engine().write(list).await?;
        Ok(())
    }

    /// Every shop, by login.
    ///
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

    fn account_parameters(&self, shop: &Shop, environment: Environment, account: &AmazonAccount) -> [Value; 8] {
        let key = format!("{}/{}", shop.login, environment.word());
        [
            shop.login.as_str().into(),
            environment.word().into(),
            account.seller_id.as_str().into(),
            account.client_id.as_str().into(),
            account.access_key.as_str().into(),
            self.vault.close(&["amazon_accounts", &key, "secret_key"], &account.secret_key).into(),
            self.vault.close(&["amazon_accounts", &key, "mws_token"], &account.mws_token).into(),
            account.show_address_widget.into(),
        ]
    }

    /// Joins the rows of one shop; they follow each other.
    fn read_shops(&self, rows: Vec<Row>) -> Result<Vec<Shop>, Error> {
        let mut shops: Vec<Shop> = Vec::new();
        for row in rows {
            let mut columns = Columns::of("shops", 1, row);
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

fn shop_parameters(shop: &Shop) -> [Value; 19] {
    [
        shop.login.as_str().into(),
        shop.name.as_str().into(),
        shop.active.into(),
        shop.language.word().into(),
        shop.positive_url.as_str().into(),
        shop.negative_url.as_str().into(),
        shop.notice_url.as_deref().into(),
        shop.api_key.as_ref().map(|hash| HEXLOWER.encode(hash.as_bytes())).into(),
        shop.addresses.as_deref().map(json).into(),
        json(&shop.payment_types).into(),
        shop.capture_now.into(),
        shop.web_service.into(),
        json(&shop.response_fields).into(),
        json(&shop.custom_keys).into(),
        shop.request_fields.as_deref().map(json).into(),
        json(&shop.compulsory_fields).into(),
        shop.automatic.map(|(act, _)| act.word()).into(),
        shop.automatic.map(|(_, days)| i64::from(days)).into(),
        shop.decision_minutes.map(i64::from).into(),
    ]
}

fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

fn shop(columns: &mut Columns) -> Result<Shop, Error> {
    Ok(Shop {
        login: columns.parsed("shop")?,
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
        notify_movements: false,
        web_service: columns.boolean("web_service")?,
        response_fields: texts(columns, "response_fields")?,
        custom_keys: texts(columns, "custom_keys")?,
        request_fields: texts_or_null(columns, "request_fields")?,
        compulsory_fields: texts(columns, "compulsory_fields")?,
        automatic: automatic(columns)?,
        decision_minutes: narrow_or_null(columns, "decision_minutes")?,
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
    columns.enter("amazon_accounts");
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
