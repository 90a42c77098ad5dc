//! An address as Amazon gives it: any part may be missing, and the street may stand in any of the three lines.

use xml::Element;

use super::text;

/// A postal address.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Who receives.
    pub name: Option<String>,
    /// Often empty in Germany and Austria, where the street stands in the second line.
    pub address_line_1: Option<String>,
    /// Second line.
    pub address_line_2: Option<String>,
    /// Third line.
    pub address_line_3: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// County.
    pub county: Option<String>,
    /// District.
    pub district: Option<String>,
    /// State, province or region.
    pub state_or_region: Option<String>,
    /// Missing where there are none, as in parts of Ireland.
    pub postal_code: Option<String>,
    /// ISO 3166, two letters.
    pub country_code: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Address {
    /// The country only: an address is personal, and values like this end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address").field("country_code", &self.country_code).finish_non_exhaustive()
    }
}

impl Address {
    /// The lines that say something, in order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        [&self.address_line_1, &self.address_line_2, &self.address_line_3]
            .into_iter()
            .filter_map(|line| line.as_deref())
    }

    pub(super) fn read(element: Element<'_>) -> Address {
        let text = |name| text(element, name);
        Address {
            name: text("Name"),
            address_line_1: text("AddressLine1"),
            address_line_2: text("AddressLine2"),
            address_line_3: text("AddressLine3"),
            city: text("City"),
            county: text("County"),
            district: text("District"),
            state_or_region: text("StateOrRegion"),
            postal_code: text("PostalCode"),
            country_code: text("CountryCode"),
            phone: text("Phone"),
        }
    }
}
