//! The words that enums are kept as. A word, once released, is never changed: it stands in databases.

use payments::{AgreementStage, AutomaticAct, EventKind, Language, Origin, Reason, Recurring};

use crate::shop::Environment;

pub(crate) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
    /// As read; none for a word that no Pagam writes.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word() == word)
    }
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl Word for $name {
            const ALL: &'static [Self] = &[$($name::$variant),*];
            fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    };
}

words!(Language { Italian = "it", English = "en", Spanish = "es", French = "fr", German = "de" });
words!(Environment { Sandbox = "sandbox", Production = "production" });
words!(EventKind {
    Opened = "opened",
    Begun = "begun",
    Confirming = "confirming",
    Asked = "asked",
    Declined = "declined",
    Pending = "pending",
    CardWanted = "card_wanted",
    Paid = "paid",
    Agreed = "agreed",
    Refused = "refused",
    Abandoned = "abandoned",
    SteppedAside = "stepped_aside",
    Lapsed = "lapsed",
    TurnedAway = "turned_away",
    Settling = "settling",
    Booked = "booked",
    Settled = "settled",
    SettlementDeclined = "settlement_declined",
    SettlingAgain = "settling_again",
    CaptureKnown = "capture_known",
    Releasing = "releasing",
    Released = "released",
    AutomaticGivenUp = "automatic_given_up",
    Refunding = "refunding",
    RefundAccepted = "refund_accepted",
    Refunded = "refunded",
    RefundDeclined = "refund_declined",
    RefundedElsewhere = "refunded_elsewhere",
    MovedElsewhere = "moved_elsewhere",
    ChargedBack = "charged_back",
});
words!(Origin { Page = "page", WebService = "web_service" });
words!(Recurring { No = "no", WithPayment = "with_payment", Only = "only" });
words!(AutomaticAct { Settle = "settle", Delete = "delete" });
words!(AgreementStage {
    Active = "active",
    Closing = "closing",
    ClosedByShop = "closed_by_shop",
    ClosedAtAmazon = "closed_at_amazon",
});
words!(Reason {
    Abandoned = "abandoned",
    PaymentMethodDeclined = "payment_method_declined",
    Rejected = "rejected",
    ProcessingFailure = "processing_failure",
    TimedOut = "timed_out",
    AuthenticationFailed = "authentication_failed",
    OrderReferenceUnusable = "order_reference_unusable",
    NotDone = "not_done",
    AgreementOver = "agreement_over",
    LimitExceeded = "limit_exceeded",
    Unreachable = "unreachable",
    AccountRefused = "account_refused",
    ChargedBefore = "charged_before",
    CurrencyDiffers = "currency_differs",
});
