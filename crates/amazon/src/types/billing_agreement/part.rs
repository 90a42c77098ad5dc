//! The parts of an agreement that no other object has: the month's limits, the merchant's own words.

use xml::{Element, Writer};

use crate::types::Price;
use crate::types::field::{ReadError, part, text};

/// What may be charged in one calendar month, which begins and ends at midnight UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BillingAgreementLimits {
    /// First instant of the month, without milliseconds: `2019-08-01T00:00:00Z`.
    pub time_period_start_date: Option<String>,
    /// What is left of it.
    pub current_remaining_balance: Option<Price>,
    /// The whole of it.
    pub amount_limit_per_time_period: Option<Price>,
    /// First instant of the next month.
    pub time_period_end_date: Option<String>,
}

/// The merchant's own words for an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SellerBillingAgreementAttributes {
    /// Name of the shop.
    pub store_name: Option<String>,
    /// Free text.
    pub custom_information: Option<String>,
    /// The merchant's number of it.
    pub seller_billing_agreement_id: Option<String>,
}

impl BillingAgreementLimits {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(BillingAgreementLimits {
            time_period_start_date: text(element, "TimePeriodStartDate")?,
            current_remaining_balance: part(element, "CurrentRemainingBalance", Price::read)?,
            amount_limit_per_time_period: part(element, "AmountLimitPerTimePeriod", Price::read)?,
            time_period_end_date: text(element, "TimePeriodEndDate")?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.open("BillingAgreementLimits").leaf_if("TimePeriodStartDate", self.time_period_start_date.as_deref());
        if let Some(balance) = &self.current_remaining_balance {
            balance.write("CurrentRemainingBalance", writer);
        }
        if let Some(limit) = &self.amount_limit_per_time_period {
            limit.write("AmountLimitPerTimePeriod", writer);
        }
        writer.leaf_if("TimePeriodEndDate", self.time_period_end_date.as_deref()).close();
    }
}

impl SellerBillingAgreementAttributes {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(SellerBillingAgreementAttributes {
            store_name: text(element, "StoreName")?,
            custom_information: text(element, "CustomInformation")?,
            seller_billing_agreement_id: text(element, "SellerBillingAgreementId")?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        if *self == SellerBillingAgreementAttributes::default() {
            writer.empty("SellerBillingAgreementAttributes", &[]);
            return;
        }
        writer
            .open("SellerBillingAgreementAttributes")
            .leaf_if("StoreName", self.store_name.as_deref())
            .leaf_if("CustomInformation", self.custom_information.as_deref())
            .leaf_if("SellerBillingAgreementId", self.seller_billing_agreement_id.as_deref())
            .close();
    }
}
