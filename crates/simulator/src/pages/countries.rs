//! What an address must look like in each country the address book offers: pure rules, used by the
//! form of a new address. Never asks the network, and never refuses the lines themselves: streets
//! are written too differently.

mod table;

use super::texts::Language;

pub use table::COUNTRIES;

/// One country of the list.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1, two letters.
    pub code: &'static str,
    /// English, Italian, Spanish, French, German.
    names: [&'static str; 5],
    /// Accepted shapes of a postal code (`9` digit, `A` letter, `*` either, else itself); none: the
    /// country has no postal codes.
    postal: &'static [&'static str],
    /// Whether an empty postal code passes.
    postal_needed: bool,
    /// An example for the error text.
    pub postal_example: &'static str,
    /// Codes of `StateOrRegion` that are accepted, parted by spaces; empty: free text, may stay
    /// empty.
    states: &'static str,
}

impl Country {
    /// By ISO code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Country> {
        COUNTRIES.iter().find(|country| country.code == code)
    }

    /// Its name in a language.
    #[must_use]
    pub const fn name(&self, language: Language) -> &'static str {
        self.names[match language {
            Language::English => 0,
            Language::Italian => 1,
            Language::Spanish => 2,
            Language::French => 3,
            Language::German => 4,
        }]
    }

    /// The countries in the order of their names, as the list shows them.
    #[must_use]
    pub fn sorted(language: Language) -> Vec<&'static Country> {
        let mut countries: Vec<_> = COUNTRIES.iter().collect();
        countries.sort_by_key(|country| plain(country.name(language)));
        countries
    }

    /// The postal code as it is written there, or nothing when it is none of that country. Spaces
    /// and case are mended.
    #[must_use]
    pub fn postal_code(&self, written: &str) -> Option<String> {
        let tidy = written.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        if tidy.is_empty() {
            return (!self.postal_needed).then_some(tidy);
        }
        if self.postal.is_empty() {
            return Some(tidy);
        }
        self.postal.iter().find_map(|shape| fit(shape, &tidy))
    }

    /// The state as it is written there, or nothing when that country has a list and it is not on
    /// it.
    #[must_use]
    pub fn state(&self, written: &str) -> Option<String> {
        let tidy = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.states.is_empty() {
            return Some(tidy);
        }
        let code = tidy.to_uppercase();
        self.states.split(' ').any(|state| state == code).then_some(code)
    }

    /// A state for the error text.
    #[must_use]
    pub fn state_example(&self) -> &'static str {
        self.states.split(' ').next().unwrap_or_default()
    }
}

/// Puts the letters and digits of a code into a shape; spaces and hyphens of the writer do not
/// matter.
fn fit(shape: &str, written: &str) -> Option<String> {
    let mut given = written.chars().filter(|c| !matches!(c, ' ' | '-'));
    let mut fitted = String::with_capacity(shape.len());
    for place in shape.chars() {
        match place {
            ' ' | '-' => fitted.push(place),
            '9' => fitted.push(given.next().filter(char::is_ascii_digit)?),
            'A' => fitted.push(given.next().filter(char::is_ascii_uppercase)?),
            '*' => fitted.push(given.next().filter(|c| c.is_ascii_digit() || c.is_ascii_uppercase())?),
            literal => fitted.push(given.next().filter(|c| *c == literal)?),
        }
    }
    given.next().is_none().then_some(fitted)
}

/// For sorting: Österreich stands by O, not after Z.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'Ä' | 'Á' | 'À' => 'A',
        'É' | 'È' | 'Ê' => 'E',
        'Î' | 'Í' => 'I',
        'Ö' | 'Ó' => 'O',
        'Ü' | 'Ú' => 'U',
        other => other,
    };
    name.chars().map(letter).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> &'static Country {
        Country::of(code).expect("in the table")
    }

    #[test]
    fn every_example_passes_its_own_rule() {
        for country in COUNTRIES {
            assert!(country.postal_code(country.postal_example).is_some(), "{}", country.code);
            assert!(country.state(country.state_example()).is_some(), "{}", country.code);
        }
    }

    #[test]
    fn a_code_is_there_once() {
        for country in COUNTRIES {
            assert_eq!(COUNTRIES.iter().filter(|other| other.code == country.code).count(), 1, "{}", country.code);
        }
    }

    #[test]
    fn a_postal_code_is_written_as_its_country_writes_it() {
        assert_eq!(country("GB").postal_code("sw1a1aa"), Some("SW1A 1AA".into()));
        assert_eq!(country("PT").postal_code("1000 205"), Some("1000-205".into()));
        assert_eq!(country("IT").postal_code(" 13900 "), Some("13900".into()));
        assert_eq!(country("IT").postal_code("1390"), None);
        assert_eq!(country("DE").postal_code("ABCDE"), None);
    }

    #[test]
    fn ireland_may_leave_the_postal_code_empty_and_italy_may_not() {
        assert_eq!(country("IE").postal_code(""), Some(String::new()));
        assert_eq!(country("IT").postal_code(""), None);
    }

    #[test]
    fn an_italian_province_is_one_of_the_two_letter_codes() {
        assert_eq!(country("IT").state("bi"), Some("BI".into()));
        assert_eq!(country("IT").state("Biella"), None);
        assert_eq!(country("DE").state("Bayern"), Some("Bayern".into()));
    }
}
