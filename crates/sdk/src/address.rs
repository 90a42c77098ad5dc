//! A postal address, readable for any country.

mod customs;

use std::fmt;

use wire::order_reference;

use customs::Town;

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
    /// An address of East Asia in its own script is written the other way round, from the region down to the name; the
    /// country code is last there too.
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
        let mut lines = match self.is_large_to_small() {
            true => self.large_to_small(),
            false => self.small_to_large(),
        };
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

    fn small_to_large(&self) -> Vec<String> {
        let mut lines = vec![self.name.clone()];
        lines.extend(self.street.iter().cloned());
        lines.extend(self.district.clone());
        let town = Town {
            city: self.city.as_deref(),
            region: self.state_or_region.as_deref().or(self.county.as_deref()),
            postcode: self.postal_code.as_deref(),
        };
        lines.extend(customs::lines(&self.country_code, &town));
        lines
    }

    fn large_to_small(&self) -> Vec<String> {
        let postcode = self.postal_code.as_deref().unwrap_or_default();
        let is_korean = self.country_code == "KR";
        let place = [&self.state_or_region, &self.city, &self.district].into_iter().flatten();
        let place: Vec<&str> = place.map(String::as_str).collect();
        let before = if self.country_code == "JP" && !postcode.is_empty() { "\u{3012}" } else { "" };
        let postcode = format!("{before}{postcode}");
        let (first, last) = if is_korean { (String::new(), postcode) } else { (postcode, String::new()) };
        let mut lines = vec![first, place.join(if is_korean { " " } else { "" })];
        lines.extend(self.street.iter().cloned());
        lines.extend([self.name.clone(), last]);
        lines
    }

    fn is_large_to_small(&self) -> bool {
        let place = [&self.city, &self.district, &self.state_or_region].into_iter().flatten();
        let texts = place.chain(&self.street).flat_map(|text| text.chars());
        customs::is_large_to_small(&self.country_code, texts)
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
    fn an_austrian_company_stands_above_its_street() {
        let found = lines(["Firma GmbH", "Stephansplatz 1", "Stiege 2"], ["Wien", "Wien", "1010", "AT"]);
        assert_eq!(found, ["Name", "Firma GmbH", "Stephansplatz 1", "Stiege 2", "1010 Wien", "AT"]);
    }

    #[test]
    fn each_country_has_its_order() {
        for (town, expected) in [
            (["BIELLA", "BI", "13900", "IT"], &["13900 BIELLA (BI)"][..]),
            (["Paris", "Île-de-France", "75001", "FR"], &["75001 Paris"]),
            (["Lugano", "TI", "6900", "CH"], &["6900 Lugano"]),
            (["Getafe", "Madrid", "28901", "ES"], &["28901 Getafe", "Madrid"]),
            (["Madrid", "Madrid", "28013", "ES"], &["28013 Madrid"]),
            (["York", "", "YO1 7HH", "GB"], &["York", "YO1 7HH"]),
            (["Reno", "NV", "89501", "US"], &["Reno NV 89501"]),
            (["Ottawa", "ON", "K1A 0B1", "CA"], &["Ottawa ON K1A 0B1"]),
            (["Auckland", "", "1010", "NZ"], &["Auckland 1010"]),
            (["Singapore", "", "018956", "SG"], &["Singapore 018956"]),
            (["São Paulo", "SP", "01310-100", "BR"], &["São Paulo - SP", "01310-100"]),
            (["Pune", "Maharashtra", "411001", "IN"], &["Pune 411001", "Maharashtra"]),
            (["Kadıköy", "İstanbul", "34710", "TR"], &["34710 Kadıköy/İstanbul"]),
            (["Chiyoda-ku", "Tokyo", "100-0001", "JP"], &["Chiyoda-ku", "Tokyo 100-0001"]),
            (["Central", "Hong Kong Island", "", "HK"], &["Central", "Hong Kong Island"]),
        ] {
            assert_eq!(lines(["1 High St", "", ""], town)[2..], [expected, &[town[3]]].concat(), "{town:?}");
        }
    }

    #[test]
    fn of_a_country_that_is_not_known_nothing_is_left_out() {
        let found = lines(["Calle 1", "", ""], ["Quito", "Pichincha", "170150", "EC"]);
        assert_eq!(found, ["Name", "Calle 1", "170150 Quito", "Pichincha", "EC"]);
        assert_eq!(lines(["x", "", ""], ["y", "z", "1", ""]), ["Name", "x", "1 y", "z"]);
    }

    #[test]
    fn east_asia_writes_from_large_to_small_in_its_own_script() {
        let found = lines(["千代田1-1", "", ""], ["千代田区", "東京都", "100-0001", "JP"]);
        assert_eq!(found, ["〒100-0001", "東京都千代田区", "千代田1-1", "Name", "JP"]);
        let found = lines(["세종대로 110", "", ""], ["중구", "서울특별시", "04524", "KR"]);
        assert_eq!(found, ["서울특별시 중구", "세종대로 110", "Name", "04524", "KR"]);
        let found = lines(["皇后大道中1號", "", ""], ["中環", "香港島", "", "HK"]);
        assert_eq!(found, ["香港島中環", "皇后大道中1號", "Name", "HK"]);
    }

    #[test]
    fn nothing_at_all_is_no_address() {
        assert_eq!(Address::read(&order_reference::Address::default()), None);
    }
}
