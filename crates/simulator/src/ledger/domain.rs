//! Amazon's payment domains: the ledger that keeps a merchant's orders.

use serde::{Deserialize, Serialize};

/// Where a merchant's account is kept. It has one, whatever the currencies of its charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PaymentDomain {
    #[default]
    EuEur,
    EuGbp,
    NaUsd,
    FeJpy,
}

impl PaymentDomain {
    /// All that `ListOrderReference` takes.
    pub const ALL: [PaymentDomain; 4] =
        [PaymentDomain::EuEur, PaymentDomain::EuGbp, PaymentDomain::NaUsd, PaymentDomain::FeJpy];

    /// As it is on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentDomain::EuEur => "EU_EUR",
            PaymentDomain::EuGbp => "EU_GBP",
            PaymentDomain::NaUsd => "NA_USD",
            PaymentDomain::FeJpy => "FE_JPY",
        }
    }

    pub(crate) fn read(text: &str) -> Option<PaymentDomain> {
        PaymentDomain::ALL.into_iter().find(|domain| domain.as_str() == text)
    }
}
