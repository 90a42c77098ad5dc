//! A postal address, readable for any country.

use std::fmt;

use wire::order_reference;

/// A buyer's address as Amazon gives it. Which line holds the street differs by country (a German one often has an
/// empty first line), an Irish one may lack a postcode: do not pick fields, print [`Address::lines`].
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// Whom to deliver to.
    pub name: String,
    /// The lines of street, house, company, care-of: those that are not empty, in order.
    pub street: Vec<String>,
    /// Town.
    pub city: Option<String>,
    /// District of a town.
    pub district: Option<String>,
    /// County.
    pub county: Option<String>,
    /// State, region or province: `BI`, `Bayern`.
    pub state_or_region: Option<String>,
    /// Absent in countries or places that have none.
    pub postal_code: Option<String>,
    /// ISO 3166, two letters, upper case; empty when Amazon gives none.
    pub country_code: String,
    /// As the buyer wrote it.
    pub phone: Option<String>,
}

impl Address {
    /// The lines of a label, from the name down to the country code, without empty ones, as the country writes them.
    ///
    /// ```
    /// let mut address = pagam::Address::default();
    /// address.name = "Anna Schmidt".into();
    /// address.street = vec!["Meininger Strasse 58".into()];
    /// address.city = Some("Neunkirchen".into());
    /// address.postal_code = Some("66538".into());
    /// address.country_code = "DE".into();
    /// assert_eq!(address.lines(), ["Anna Schmidt", "Meininger Strasse 58", "66538 Neunkirchen", "DE"]);
    /// ```
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.name.clone()];
        lines.extend(self.street.iter().cloned());
        lines.extend(self.district.clone());
        lines.extend(self.town());
        lines.push(self.country_code.clone());
        lines.retain(|line| !line.is_empty());
        lines
    }

    pub(crate) fn read(from: &order_reference::Address) -> Option<Address> {
        let text =
            |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let address = Address {
            name: text(&from.name).unwrap_or_default(),
            street: from.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
            city: text(&from.city),
            district: text(&from.district),
            county: text(&from.county),
            state_or_region: text(&from.state_or_region),
            postal_code: text(&from.postal_code),
            country_code: text(&from.country_code).unwrap_or_default().to_ascii_uppercase(),
            phone: text(&from.phone),
        };
        Some(address).filter(|address| !address.lines().is_empty())
    }

    /// Town, postcode and region in the country's order.
    fn town(&self) -> Vec<String> {
        let join = |parts: &[Option<&str>]| parts.iter().flatten().copied().collect::<Vec<_>>().join(" ");
        let (city, postcode) = (self.city.as_deref(), self.postal_code.as_deref());
        let region = self.state_or_region.as_deref().or(self.county.as_deref());
        match self.country_code.as_str() {
            // Postcode last, on a line of its own.
            "GB" | "IE" => [city, region, postcode].into_iter().flatten().map(str::to_owned).collect(),
            "US" | "CA" | "AU" => vec![join(&[city, region, postcode])],
            "IT" => {
                let province = region.map(|region| format!("({region})"));
                vec![join(&[postcode, city, province.as_deref()])]
            }
            "ES" | "PT" => vec![join(&[postcode, city]), region.unwrap_or_default().to_owned()],
            _ => vec![join(&[postcode, city])],
        }
    }
}

impl fmt::Debug for Address {
    /// The country only: an address is personal, and values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("country_code", &self.country_code).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(street: [&str; 3], town: [&str; 4]) -> Vec<String> {
        let [city, region, postcode, country] = town.map(|text| Some(text.to_owned()));
        let [one, two, three] = street.map(|text| Some(text.to_owned()));
        let from = order_reference::Address {
            name: Some("Name".into()),
            address_line_1: one,
            address_line_2: two,
            address_line_3: three,
            city,
            state_or_region: region,
            postal_code: postcode,
            country_code: country,
            ..order_reference::Address::default()
        };
        Address::read(&from).expect("an address").lines()
    }

    #[test]
    fn a_german_street_is_found_below_an_empty_first_line() {
        let found = lines(["", "Meininger Strasse 58", " "], ["Neunkirchen", "", "66538", "de"]);
        assert_eq!(found, ["Name", "Meininger Strasse 58", "66538 Neunkirchen", "DE"]);
    }

    #[test]
    fn an_irish_address_needs_no_postcode() {
        let found = lines(["12 Main Street", "", ""], ["Dingle", "Co. Kerry", "", "IE"]);
        assert_eq!(found, ["Name", "12 Main Street", "Dingle", "Co. Kerry", "IE"]);
    }

    #[test]
    fn each_country_has_its_order() {
        assert_eq!(lines(["via Gobe 15", "", ""], ["BIELLA", "BI", "13900", "IT"])[2], "13900 BIELLA (BI)");
        assert_eq!(lines(["1 High St", "", ""], ["York", "", "YO1 7HH", "GB"])[2..], ["York", "YO1 7HH", "GB"]);
        assert_eq!(lines(["1 Elm St", "", ""], ["Reno", "NV", "89501", "US"])[2], "Reno NV 89501");
    }

    #[test]
    fn nothing_at_all_is_no_address() {
        assert_eq!(Address::read(&order_reference::Address::default()), None);
    }
}
