//! The words that enums are kept as. A word, once released, is never changed: it stands in databases.

use payments::{EventKind, Language, Reason};

use crate::shop::Environment;

/// An enum that is kept as a word.
pub(crate) trait Word: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// As kept.
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
    Confirming = "confirming",
    Asked = "asked",
    Declined = "declined",
    Paid = "paid",
    Refused = "refused",
    Abandoned = "abandoned",
    SteppedAside = "stepped_aside",
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
});
