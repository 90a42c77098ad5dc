//! The words for states and reasons, as they are on the wire.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($word:ident)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($word,)+ }

        impl $name {
            /// As it is on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$word => stringify!($word),)+ }
            }
        }
    };
}

words! {
    State { Draft Open Suspended Canceled Closed Pending Declined Completed }
}

words! {
    Reason {
        InvalidPaymentMethod AmazonRejected ProcessingFailure TransactionTimedOut
        SellerCanceled Stale SellerClosed BuyerClosed AmazonClosed Expired ExpiredUnused OrderReferenceCanceled
        MaxAmountCharged MaxAuthorizationsCaptured MaxCapturesProcessed MaxAmountRefunded MaxRefundsProcessed
    }
}
