//! `GetRefundDetails`: how a refund stands. Every one begins as `Pending`, so every one is asked about.

use super::shape::reading;

reading! {
    /// Which refund.
    GetRefundDetails -> RefundDetails {
        /// Amazon's id, `S02-8274313-3487267-R019346`.
        refund_id = "AmazonRefundId", answered in amazon_refund_id,
    }
}
