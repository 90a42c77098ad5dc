//! The operations of WSs2s that this gateway does not offer: refused in their own shape, never with a fault.

use payments::Language;
use wire::{Code, S2S_NAMESPACE};
use xml::{Element, Writer};

use super::Caller;
use crate::Gateway;
use crate::codes::lang_of;

/// How an operation answers.
struct Shape {
    operation: &'static str,
    /// `TransactionType`.
    kind: &'static str,
    errors: Errors,
    /// Which elements of the request name the transaction, when the answer repeats them.
    identifiers: Option<[&'static str; 2]>,
}

#[derive(Clone, Copy)]
enum Errors {
    /// `ErrorCode`, `ErrorDescription`.
    Plain,
    /// `TransactionErrorCode`, `TransactionErrorDescription`.
    OfTransaction,
}

const fn plain(operation: &'static str, kind: &'static str) -> Shape {
    Shape { operation, kind, errors: Errors::Plain, identifiers: None }
}

const fn of_transaction(operation: &'static str, kind: &'static str) -> Shape {
    Shape { operation, kind, errors: Errors::OfTransaction, identifiers: None }
}

const fn repeating(operation: &'static str, kind: &'static str, identifiers: [&'static str; 2]) -> Shape {
    Shape { operation, kind, errors: Errors::Plain, identifiers: Some(identifiers) }
}

/// `Renounce`, `DeviceActivation` and `UpdateCustomParam` are assumed, the other kinds documented or recorded.
const SHAPES: [Shape; 16] = [
    plain("callPagamS2S", "PAGAM"),
    repeating("callSettleS2S", "Settle", ["shopTransID", "bankTransID"]),
    repeating("callDeleteS2S", "Delete", ["shopTransactionId", "bankTransactionId"]),
    repeating("callRefundS2S", "Refund", ["shopTransactionId", "bankTransactionId"]),
    of_transaction("CallRequestTokenS2S", "REQUESTTOKEN"),
    plain("CallUpdateTokenS2S", "UpdateToken"),
    plain("callDeleteTokenS2S", "DisableToken"),
    plain("callVerifycardS2S", "VerCard"),
    of_transaction("callCheckCartaS2S", "CHECKCARD"),
    plain("CallUpdateOrderS2S", "RiskifiedUpdateOrder"),
    plain("CallUpdateCustomParamS2S", "UpdateCustomParam"),
    plain("callExchangeRateS2S", "ExchangeRate"),
    plain("CallIdealListS2S", "RequestIdealBankList"),
    plain("CallMyBankListS2S", "MyBank"),
    plain("callDeviceActivation", "DeviceActivation"),
    plain("callRenounce", "Renounce"),
];

/// The refusal of an operation; nothing when WSs2s has no operation of this name.
///
/// # Errors
/// A field is given twice.
pub(super) async fn refuse(gateway: &Gateway, operation: &str, body: Element<'_>, from: Caller) -> Refusal {
    let Some(shape) = SHAPES.iter().find(|shape| shape.operation == operation) else { return Ok(None) };
    let field = |name| body.field(S2S_NAMESPACE, name);
    let (login, key) = (field("shopLogin")?, field("apikey")?);
    let (code, language) = match from.admit(gateway, login.as_deref(), key.as_deref()).await {
        Ok(shop) => (if shop.web_service { Code::NOT_ALLOWED } else { Code::DISABLED }, shop.language),
        Err(refused) => (refused.code, refused.language),
    };
    let identifiers = match shape.identifiers {
        Some([shop, bank]) => Some([field(shop)?.unwrap_or_default(), field(bank)?.unwrap_or_default()]),
        None => None,
    };
    Ok(Some(write(shape, code, language, identifiers)))
}

type Refusal = Result<Option<String>, xml::Error>;

fn write(shape: &Shape, code: Code, language: Language, identifiers: Option<[String; 2]>) -> String {
    let mut writer = Writer::fragment();
    writer.open_with("GestPayS2S", &[("xmlns", "")]);
    writer.leaf("TransactionType", shape.kind).leaf("TransactionResult", "KO");
    if let Some([shop, bank]) = identifiers {
        writer.leaf("ShopTransactionID", &shop).leaf("BankTransactionID", &bank);
    }
    let (number, text) = match shape.errors {
        Errors::Plain => ("ErrorCode", "ErrorDescription"),
        Errors::OfTransaction => ("TransactionErrorCode", "TransactionErrorDescription"),
    };
    writer.leaf(number, &code.to_string()).leaf(text, code.text(lang_of(language)));
    writer.close();
    writer.finish()
}
