//! How a postal address is written in its country: pure, for the address book and for Seller
//! Central.

use super::countries::Country;
use super::texts::Language;
use crate::world::AddressView as Address;

/// What a label is made of; any part may be empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// The three lines.
    pub lines: [&'a str; 3],
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    /// ISO code.
    pub country: &'a str,
    pub phone: &'a str,
}

impl<'a> Parts<'a> {
    /// Of an address of the book.
    #[must_use]
    pub fn of(address: &'a Address) -> Parts<'a> {
        Parts {
            lines: [&address.lines[0], &address.lines[1], &address.lines[2]],
            city: &address.city,
            state: &address.state,
            postal_code: &address.postal_code,
            country: &address.country,
            phone: &address.phone,
        }
    }
}

/// The lines below the name, none of them empty. An unknown country is shown by its code.
#[must_use]
pub fn lines(parts: &Parts<'_>, language: Language) -> Vec<String> {
    let mut written: Vec<String> = parts.lines.iter().map(|line| (*line).to_owned()).collect();
    written.extend(place(parts));
    written.push(Country::of(parts.country).map_or(parts.country, |country| country.name(language)).to_owned());
    written.push(parts.phone.to_owned());
    written.retain(|line| !line.is_empty());
    written
}

/// Town, state and postal code in the country's order.
fn place(parts: &Parts<'_>) -> Vec<String> {
    let Parts { city, state, postal_code, .. } = *parts;
    match parts.country {
        "IT" => vec![joined(&[postal_code, city, &bracketed(state)])],
        "US" | "CA" | "AU" => {
            let state_and_code = joined(&[state, postal_code]);
            let comma = if city.is_empty() || state_and_code.is_empty() { "" } else { ", " };
            vec![format!("{city}{comma}{state_and_code}")]
        }
        "GB" | "IE" => vec![city.to_owned(), state.to_owned(), postal_code.to_owned()],
        "JP" => vec![postal_code.to_owned(), joined(&[city, state])],
        "BR" => vec![joined(&[city, &bracketed(state)]), postal_code.to_owned()],
        _ => vec![joined(&[postal_code, city]), state.to_owned()],
    }
}

fn bracketed(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("({text})") }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_is_written_in_its_own_order_and_without_empty_lines() {
        let italian = Parts {
            lines: ["Via Italia 1", "", ""],
            city: "Biella",
            state: "BI",
            postal_code: "13900",
            country: "IT",
            phone: "",
        };
        assert_eq!(lines(&italian, Language::Italian), ["Via Italia 1", "13900 Biella (BI)", "Italia"]);
        let american = Parts {
            lines: ["1 Main St", "", ""],
            city: "Seattle",
            state: "WA",
            postal_code: "98109",
            country: "US",
            phone: "",
        };
        assert_eq!(lines(&american, Language::English), ["1 Main St", "Seattle, WA 98109", "United States"]);
        let irish = Parts { lines: ["", "2 Quay", ""], city: "Galway", country: "IE", ..Parts::default() };
        assert_eq!(lines(&irish, Language::English), ["2 Quay", "Galway", "Ireland"]);
        let unknown = Parts { city: "Lima", country: "PE", ..Parts::default() };
        assert_eq!(lines(&unknown, Language::English), ["Lima", "PE"]);
    }
}
