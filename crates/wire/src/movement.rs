//! What settling, deleting and refunding have in common: they name one transaction, by either identifier or both, and
//! their answers repeat the names.

use xml::Element;

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{Code, Currency, Lang, field};

const ROOT: &str = "GestPayS2S";

/// Longest `CancelReason` and `RefundReason`.
pub(crate) const REASON_MAX: usize = 50;
/// Longest `settlementID`.
const SETTLEMENT_ID_MAX: usize = 20;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// callSettleS2S
    Settle,
    /// callDeleteS2S
    Delete,
    /// callRefundS2S
    Refund,
}

/// The transaction that a request names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The shop's identifier.
    pub shop_transaction_id: Option<String>,
    /// The gateway's number.
    pub bank_transaction_id: Option<String>,
}

/// How much is to move, as part of a request that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    /// Which must be that of the transaction.
    pub currency: Currency,
    /// In minor units, above zero.
    pub amount_minor: i64,
    /// The shop's own name for the movement: what makes it safe to ask again.
    pub settlement_id: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `TransactionType`.
    pub kind: Kind,
    /// The request's identifiers; none in the short form, which says that the caller was not let in.
    pub named: Option<Named>,
    /// [`Code::OK`] when it was done.
    pub code: Code,
    /// `ErrorDescription`; never to be matched on.
    pub text: String,
}

impl Kind {
    /// `TransactionType` as on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Settle => "Settle",
            Kind::Delete => "Delete",
            Kind::Refund => "Refund",
        }
    }
}

impl Named {
    /// Reads the identifiers, which callSettleS2S names differently.
    pub(crate) fn read(body: Element<'_>, names: [&str; 2]) -> Result<Named, xml::Error> {
        let field = |name| body.field(crate::S2S_NAMESPACE, name);
        Ok(Named { shop_transaction_id: field(names[0])?, bank_transaction_id: field(names[1])? })
    }
}

impl Response {
    /// It was done. The text is the recorded one; a refund's is empty, as documented.
    #[must_use]
    pub fn done(kind: Kind, named: &Named, lang: Lang) -> Response {
        let text = if kind == Kind::Refund { "" } else { Code::OK.text(lang) };
        Response { kind, named: Some(named.clone()), code: Code::OK, text: text.to_owned() }
    }

    /// Nothing was done, for a reason in the request or the transaction.
    #[must_use]
    pub fn refused(kind: Kind, named: &Named, failure: Failure) -> Response {
        Response { kind, named: Some(named.clone()), code: failure.code, text: failure.text }
    }

    /// The caller was not let in, or the service failed: the short form.
    #[must_use]
    pub fn failed(kind: Kind, failure: Failure) -> Response {
        Response { kind, named: None, code: failure.code, text: failure.text }
    }

    /// Why nothing was done; nothing when it was.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        (self.code != Code::OK).then(|| Failure { code: self.code, text: self.text.clone() })
    }

    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        let verdict = if self.code == Code::OK { Verdict::Ok } else { Verdict::Ko };
        let mut writer = answer::open(ROOT, self.kind.as_str(), verdict);
        if let Some(named) = &self.named {
            writer
                .leaf("ShopTransactionID", named.shop_transaction_id.as_deref().unwrap_or_default())
                .leaf("BankTransactionID", named.bank_transaction_id.as_deref().unwrap_or_default());
        }
        writer.leaf("ErrorCode", &self.code.to_string()).leaf("ErrorDescription", &self.text);
        writer.finish()
    }

    /// Reads an answer to an operation, wherever in the text it stands.
    ///
    /// # Errors
    /// [`ReadError`] when it is none; also the answer to another operation, and one whose result and code contradict
    /// each other: whether money moved is then unknown.
    pub fn read(text: &str, kind: Kind) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            answer::is_of(inner, kind.as_str())?;
            let failure = answer::plain(inner)?;
            let identifier = |name| answer::optional(inner, name).filter(|text| !text.is_empty());
            let named = inner.child("ShopTransactionID").map(|_| Named {
                shop_transaction_id: identifier("ShopTransactionID"),
                bank_transaction_id: identifier("BankTransactionID"),
            });
            Ok(Response { kind, named, code: failure.code, text: failure.text })
        })
    }
}

/// Checks currency, amount and the movement's own name.
///
/// # Errors
/// The code of the first rule that is not kept.
pub(crate) fn validate(uic: Option<&str>, amount: Option<&str>, settlement_id: Option<&str>) -> Result<Valid, Code> {
    let (currency, amount_minor) = field::money(uic, amount)?;
    field::text(settlement_id, SETTLEMENT_ID_MAX)?;
    Ok(Valid { currency, amount_minor, settlement_id: settlement_id.map(str::to_owned) })
}
