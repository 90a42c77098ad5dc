//! The form of a new address: what was written, what is wrong with it, what it becomes. Pure; the
//! address book shows and saves it.

use super::countries::Country;
use super::texts::Texts;
use crate::world::AddressView as Address;

#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    /// What is wrong; empty: nothing.
    pub fault: String,
}

impl Choice {
    /// Whether it needs a second look.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        !self.fault.is_empty()
    }
}

#[derive(Debug, Clone)]
pub struct Field {
    /// Name of the field in the form.
    pub id: &'static str,
    pub label: &'static str,
    pub value: String,
    /// What is wrong; empty: nothing.
    pub fault: String,
    /// Under the field; empty: nothing.
    pub hint: &'static str,
    /// Whether it may stay empty.
    pub optional: bool,
    /// `type` of the input.
    pub kind: &'static str,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
    /// Most characters.
    pub longest: usize,
}

impl Field {
    /// Whether it needs a second look.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        !self.fault.is_empty()
    }
}

/// The form as it is shown.
#[derive(Debug, Clone)]
pub struct AddressForm {
    pub country: Choice,
    /// The rest, in order.
    pub texts: Vec<Field>,
}

const NAME: usize = 0;
const LINE1: usize = 1;
const LINE2: usize = 2;
const LINE3: usize = 3;
const CITY: usize = 4;
const POSTAL_CODE: usize = 5;
const STATE: usize = 6;
const PHONE: usize = 7;

impl AddressForm {
    /// An empty form for a country.
    #[must_use]
    pub fn empty(country: &str, t: &'static Texts) -> AddressForm {
        let field = |id, label, autocomplete, longest| Field {
            id,
            label,
            value: String::new(),
            fault: String::new(),
            hint: "",
            optional: false,
            kind: "text",
            autocomplete,
            longest,
        };
        let optional = |field: Field| Field { optional: true, ..field };
        let state_needed = Country::of(country).is_some_and(|country| country.state("").is_none());
        let texts = vec![
            field("name", t.name, "name", 50),
            Field { hint: t.line_hint, ..optional(field("line1", t.line1, "address-line1", 60)) },
            optional(field("line2", t.line2, "address-line2", 60)),
            optional(field("line3", t.line3, "address-line3", 60)),
            field("city", t.city, "address-level2", 50),
            field("postal_code", t.postal_code, "postal-code", 20),
            Field { optional: !state_needed, ..field("state", t.state, "address-level1", 50) },
            Field { kind: "tel", ..optional(field("phone", t.phone, "tel", 20)) },
        ];
        AddressForm { country: Choice { value: country.to_owned(), fault: String::new() }, texts }
    }

    /// The form with what the buyer wrote, `written` giving the value of a field by its name.
    #[must_use]
    pub fn filled(written: impl Fn(&str) -> String, t: &'static Texts) -> AddressForm {
        let mut form = AddressForm::empty(&written("country"), t);
        for field in &mut form.texts {
            field.value = written(field.id).split_whitespace().collect::<Vec<_>>().join(" ");
        }
        form
    }

    /// Whether any field needs a second look.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.country.is_faulty() || self.texts.iter().any(Field::is_faulty)
    }

    /// The address, or the same form with the faults beside their fields.
    ///
    /// # Errors
    /// The form itself when a field is missing, too long, or not as its country writes it.
    pub fn check(mut self, t: &'static Texts) -> Result<Address, AddressForm> {
        for field in &mut self.texts {
            if field.value.chars().count() > field.longest {
                field.fault = t.fault_too_long.to_owned();
            } else if field.value.is_empty() && matches!(field.id, "name" | "city") {
                field.fault = t.fault_missing.to_owned();
            }
        }
        if [LINE1, LINE2, LINE3].iter().all(|line| self.texts[*line].value.is_empty()) {
            self.texts[LINE1].fault = t.fault_no_line.to_owned();
        }
        if !is_phone(&self.texts[PHONE].value) {
            self.texts[PHONE].fault = t.fault_phone.to_owned();
        }
        let places = self.places(t);
        match places {
            Some((postal_code, state)) if !self.is_faulty() => Ok(self.address(postal_code, state)),
            _ => Err(self),
        }
    }

    /// Postal code and state as the country writes them.
    fn places(&mut self, t: &'static Texts) -> Option<(String, String)> {
        let Some(country) = Country::of(&self.country.value) else {
            self.country.fault = t.fault_country.to_owned();
            return None;
        };
        let postal_code = country.postal_code(&self.texts[POSTAL_CODE].value);
        if postal_code.is_none() {
            self.texts[POSTAL_CODE].fault = format!("{} {}", t.fault_postal_code, country.postal_example);
        }
        let state = country.state(&self.texts[STATE].value);
        if state.is_none() {
            self.texts[STATE].fault = format!("{} {}", t.fault_state, country.state_example());
        }
        postal_code.zip(state)
    }

    fn address(&self, postal_code: String, state: String) -> Address {
        let text = |at: usize| self.texts[at].value.clone();
        Address {
            id: String::new(),
            country: self.country.value.clone(),
            name: text(NAME),
            lines: [text(LINE1), text(LINE2), text(LINE3)],
            city: text(CITY),
            state,
            postal_code,
            phone: text(PHONE),
        }
    }
}

/// Empty, or 5 to 20 digits with the signs people write between them.
fn is_phone(written: &str) -> bool {
    let digits = written.chars().filter(char::is_ascii_digit).count();
    let known = written.chars().all(|c| c.is_ascii_digit() || " +().-/".contains(c));
    written.is_empty() || (known && (5..=20).contains(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::texts::Language;

    fn form(written: &[(&str, &str)]) -> AddressForm {
        let value =
            |id: &str| written.iter().find(|(name, _)| *name == id).map_or(String::new(), |(_, v)| (*v).to_owned());
        AddressForm::filled(value, Language::English.texts())
    }

    fn faults(form: &AddressForm) -> Vec<&'static str> {
        form.texts.iter().filter(|field| field.is_faulty()).map(|field| field.id).collect()
    }

    const BIELLA: &[(&str, &str)] = &[
        ("country", "IT"),
        ("name", "Marco  Rossi"),
        ("line1", "Via Italia 1"),
        ("city", "Biella"),
        ("postal_code", "13900"),
        ("state", "bi"),
    ];

    #[test]
    fn an_italian_address_passes_and_is_tidied() {
        let address = form(BIELLA).check(Language::English.texts()).expect("a good address");
        assert_eq!(
            (address.name.as_str(), address.state.as_str()),
            ("Marco Rossi", "BI"),
            "the name is tidied, and the province is written as its two letters"
        );
    }

    #[test]
    fn every_empty_field_that_is_needed_has_its_own_fault() {
        let refused = form(&[("country", "IT")]).check(Language::English.texts()).expect_err("empty");
        assert_eq!(faults(&refused), ["name", "line1", "city", "postal_code", "state"]);
    }

    #[test]
    fn a_german_address_may_have_its_street_in_the_second_line() {
        let written = [
            ("country", "DE"),
            ("name", "Anna Schmidt"),
            ("line2", "Hauptstraße 5"),
            ("city", "Berlin"),
            ("postal_code", "10115"),
        ];
        let address = form(&written).check(Language::German.texts()).expect("a good address");
        assert_eq!(address.lines, [String::new(), "Hauptstraße 5".into(), String::new()]);
    }

    #[test]
    fn a_country_off_the_list_and_a_word_as_phone_are_refused() {
        let mut written = BIELLA.to_vec();
        written[0] = ("country", "XX");
        written.push(("phone", "call me"));
        let refused = form(&written).check(Language::English.texts()).expect_err("no such country");
        assert!(refused.country.is_faulty());
        assert_eq!(faults(&refused), ["phone"]);
    }
}
