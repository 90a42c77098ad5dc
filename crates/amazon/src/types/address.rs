//! A postal address, of a buyer or of his bank.

use xml::{Element, Writer};

use super::field::{ReadError, member, part, text};

/// An address. Which line holds the street varies by country: all three are kept, empty ones are none.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Province, region, state; two letters in Italy.
    pub state_or_region: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// ISO 3166, two letters.
    pub country_code: Option<String>,
    /// Some countries have none.
    pub postal_code: Option<String>,
    /// The addressee.
    pub name: Option<String>,
    /// First line.
    pub address_line1: Option<String>,
    /// Second line; in Germany and Austria often the street.
    pub address_line2: Option<String>,
    /// Third line.
    pub address_line3: Option<String>,
    /// County.
    pub county: Option<String>,
    /// District.
    pub district: Option<String>,
}

impl Address {
    /// Reads the members of an element; every one may be absent.
    ///
    /// # Errors
    /// [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<Address, ReadError> {
        Ok(Address {
            state_or_region: text(element, "StateOrRegion")?,
            phone: text(element, "Phone")?,
            city: text(element, "City")?,
            country_code: text(element, "CountryCode")?,
            postal_code: text(element, "PostalCode")?,
            name: text(element, "Name")?,
            address_line1: text(element, "AddressLine1")?,
            address_line2: text(element, "AddressLine2")?,
            address_line3: text(element, "AddressLine3")?,
            county: text(element, "County")?,
            district: text(element, "District")?,
        })
    }

    /// Writes an element of this name.
    pub fn write(&self, name: &str, writer: &mut Writer) {
        writer
            .open(name)
            .leaf_if("StateOrRegion", self.state_or_region.as_deref())
            .leaf_if("Phone", self.phone.as_deref())
            .leaf_if("City", self.city.as_deref())
            .leaf_if("CountryCode", self.country_code.as_deref())
            .leaf_if("PostalCode", self.postal_code.as_deref())
            .leaf_if("Name", self.name.as_deref())
            .leaf_if("AddressLine1", self.address_line1.as_deref())
            .leaf_if("AddressLine2", self.address_line2.as_deref())
            .leaf_if("AddressLine3", self.address_line3.as_deref())
            .leaf_if("County", self.county.as_deref())
            .leaf_if("District", self.district.as_deref())
            .close();
    }

    /// Reads `BillingAddress/PhysicalAddress` of an order reference or agreement.
    pub(super) fn read_billing(parent: Element<'_>) -> Result<Option<Address>, ReadError> {
        match member(parent, "BillingAddress")? {
            Some(billing) => part(billing, "PhysicalAddress", Address::read),
            None => Ok(None),
        }
    }

    /// Writes the element `BillingAddress`.
    pub(super) fn write_billing(&self, writer: &mut Writer) {
        writer.open("BillingAddress");
        self.write("PhysicalAddress", writer);
        writer.leaf("AddressType", "Physical").close();
    }
}

impl std::fmt::Debug for Address {
    /// Only the country: an address is personal, and values like this end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address").field("country_code", &self.country_code).finish_non_exhaustive()
    }
}
