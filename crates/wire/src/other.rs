//! The operations of WSs2s that make no sense for Amazon Pay: cards, other methods, points of sale, services that an
//! acquirer sells. The gateway refuses each in its own shape and never with a fault, so that a client finds the
//! elements it looks for.

use xml::{Element, Writer};

use crate::answer::{self, Failure, Verdict};
use crate::{Code, S2S_NAMESPACE};

const ROOT: &str = "GestPayS2S";

/// What is known of a card, in the order of the answers that tell it.
const CARD: &[&str] = &[
    "AuthorizationErrorCode",
    "AuthorizationResult",
    "AuthorizationCodeDescription",
    "CardCountry",
    "CardCountryCode",
    "CheckCVV",
    "CheckCVVDescription",
    "IssuerCountry",
    "IssuerCountryCode",
    "CompanyDescription",
    "CompanyCode",
    "Commercial",
    "ProductDescription",
    "ProductType",
    "CheckDigit",
    "CheckDigitDescription",
    "CheckDate",
    "CheckDateDescription",
    "EnrolledCode",
    "EnrolledDescription",
    "Prepaid",
];

/// What follows when a token was made of it.
const TOKEN: &[&str] = &["Token", "TokenExpiryMonth", "TokenExpiryYear"];

/// `Renounce`, `DeviceActivation` and `UpdateCustomParam` are assumed, the other kinds documented or recorded.
const OPERATIONS: [Operation; 10] = [
    card("CallRequestTokenS2S", "REQUESTTOKEN", &[CARD, TOKEN]),
    card("callCheckCartaS2S", "CHECKCARD", &[CARD]),
    Operation { before: &["Country", "Company"], ..plain("callVerifycardS2S", "VerCard", Code::NOT_ALLOWED) },
    plain("CallUpdateOrderS2S", "RiskifiedUpdateOrder", Code::DISABLED),
    plain("CallUpdateCustomParamS2S", "UpdateCustomParam", Code::DISABLED),
    list("callExchangeRateS2S", "ExchangeRate", &[&["ExchangeRates"]]),
    list("CallIdealListS2S", "RequestIdealBankList", &[&["BankList"]]),
    list("CallMyBankListS2S", "MyBank", &[&["BankList"]]),
    of_device("callDeviceActivation", "DeviceActivation"),
    of_device("callRenounce", "Renounce"),
];

/// An operation that is refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// On the wire.
    pub name: &'static str,
    /// [`Code::NOT_ALLOWED`] for what belongs to cards and points of sale, [`Code::DISABLED`] for a service that a
    /// shop would have to order.
    pub code: Code,
    /// Whether its request says which shop asks. Two are called by devices and do not.
    pub names_shop: bool,
    /// `TransactionType`.
    kind: &'static str,
    /// What the names of code and text begin with.
    prefix: &'static str,
    /// Elements between result and code.
    before: &'static [&'static str],
    /// Elements after the text.
    after: &'static [&'static [&'static str]],
}

/// Who asks; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

const fn plain(name: &'static str, kind: &'static str, code: Code) -> Operation {
    Operation { name, code, names_shop: true, kind, prefix: "", before: &[], after: &[] }
}

const fn card(name: &'static str, kind: &'static str, after: &'static [&'static [&'static str]]) -> Operation {
    Operation { prefix: "Transaction", after, ..plain(name, kind, Code::NOT_ALLOWED) }
}

const fn of_device(name: &'static str, kind: &'static str) -> Operation {
    Operation { names_shop: false, ..plain(name, kind, Code::NOT_ALLOWED) }
}

const fn list(name: &'static str, kind: &'static str, after: &'static [&'static [&'static str]]) -> Operation {
    Operation { after, ..plain(name, kind, Code::DISABLED) }
}

impl std::fmt::Debug for Request {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("shop_login", &self.shop_login).finish_non_exhaustive()
    }
}

impl Request {
    /// Reads of the operation's element what every operation has.
    ///
    /// # Errors
    /// [`xml::Error::Repeated`] when a field stands twice.
    pub fn read(body: Element<'_>) -> Result<Request, xml::Error> {
        let field = |name| body.field(S2S_NAMESPACE, name);
        Ok(Request { shop_login: field("shopLogin")?, apikey: field("apikey")? })
    }
}

impl Operation {
    /// The operation of this name, to the letter; nothing when it is none of these.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Operation> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// The inner answer to a caller that was not let in: type, KO, code, text.
    #[must_use]
    pub fn failed(&self, failure: &Failure) -> String {
        let mut writer = answer::open(ROOT, self.kind, Verdict::Ko);
        self.write_failure(&mut writer, failure);
        writer.finish()
    }

    /// The inner answer to a caller that was: every documented element in its order, empty where nothing is known.
    #[must_use]
    pub fn refused(&self, failure: &Failure) -> String {
        let mut writer = answer::open(ROOT, self.kind, Verdict::Ko);
        for name in self.before {
            writer.leaf(name, "");
        }
        self.write_failure(&mut writer, failure);
        for name in self.after.iter().copied().flatten() {
            writer.leaf(name, "");
        }
        writer.finish()
    }

    fn write_failure(&self, writer: &mut Writer, failure: &Failure) {
        let Operation { prefix, .. } = self;
        writer
            .leaf(&format!("{prefix}ErrorCode"), &failure.code.to_string())
            .leaf(&format!("{prefix}ErrorDescription"), &failure.text);
    }
}
