//! Custom information: `KEY=value*P1*KEY=value`, and in the answers of WSs2s an element for every key.

use xml::{Element, Writer};

use crate::{Code, answer};

/// Between two parameters.
pub const SEPARATOR: &str = "*P1*";

/// Longest whole, in characters.
pub const MAX_LENGTH: usize = 1_000;

/// Longest single parameter, in characters.
pub const MAX_PARAMETER: usize = 300;

/// Splits the text into keys and values, in order; a part without `=` is a key without value.
#[must_use]
pub fn parse(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split(SEPARATOR).filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect()
}

/// The text with its keys in upper case and its values untouched, as Decrypt gives it back.
#[must_use]
pub fn normalize(text: &str) -> String {
    let parts: Vec<String> = parse(text).iter().map(|(key, value)| format!("{}={value}", key.to_uppercase())).collect();
    parts.join(SEPARATOR)
}

/// An element for every key, as callPagamS2S answers.
///
/// A key may have characters that no element's name can have. They are written as the service's framework writes
/// them, `MY KEY` as `MY_x0020_KEY`; that the service does so was never seen.
pub(crate) fn write(writer: &mut Writer, parameters: &[(String, String)]) {
    // A value without a key, which only a request that is refused can have, has no element.
    for (key, value) in parameters.iter().filter(|(key, _)| !key.is_empty()) {
        writer.leaf(&element_name(key), value);
    }
}

/// The other direction: keys and values in order, values untouched.
pub(crate) fn read(element: Element<'_>) -> Vec<(String, String)> {
    element.children().map(|child| (key_of(child.local()), answer::bare(child.text()).to_owned())).collect()
}

fn element_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for (at, c) in key.char_indices() {
        let starts_an_escape = c == '_' && escape_at(&key[at..]).is_some();
        let is_plain = c.is_ascii_alphabetic() || c == '_' || (at > 0 && (c.is_ascii_digit() || c == '-' || c == '.'));
        match u32::from(c) {
            _ if is_plain && !starts_an_escape => name.push(c),
            number @ 0x1_0000.. => name.push_str(&format!("_x{number:08X}_")),
            number => name.push_str(&format!("_x{number:04X}_")),
        }
    }
    name
}

fn key_of(name: &str) -> String {
    let (mut key, mut ahead) = (String::with_capacity(name.len()), name);
    while let Some(c) = ahead.chars().next() {
        let (c, length) = escape_at(ahead).unwrap_or((c, c.len_utf8()));
        key.push(c);
        ahead = &ahead[length..];
    }
    key
}

/// The character that the text begins with when it begins with an escape, and the escape's length.
fn escape_at(text: &str) -> Option<(char, usize)> {
    let (digits, _) = text.strip_prefix("_x")?.split_once('_')?;
    let is_hexadecimal = matches!(digits.len(), 4 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let c = u32::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal).and_then(char::from_u32)?;
    Some((c, digits.len() + 3))
}

/// Checks the syntax and, when the shop lists its keys, that no other is used (`allowed` empty: any key).
///
/// # Errors
/// [`Code::PARAMETERS_TOO_LONG`], [`Code::PARAMETER_TOO_LONG`], [`Code::PARAMETER_SEPARATOR_LAST`],
/// [`Code::PARAMETER_SYNTAX`], [`Code::PARAMETER_NAME_MISSING`], [`Code::PARAMETER_NAME_INVALID`],
/// [`Code::PARAMETER_REPEATED`], [`Code::PARAMETER_UNEXPECTED`], [`Code::PARAMETER_INVALID`].
pub fn validate(text: &str, allowed: &[String]) -> Result<(), Code> {
    if text.chars().count() > MAX_LENGTH {
        return Err(Code::PARAMETERS_TOO_LONG);
    }
    if text.ends_with(SEPARATOR) {
        return Err(Code::PARAMETER_SEPARATOR_LAST);
    }
    let mut seen: Vec<String> = Vec::new();
    for part in text.split(SEPARATOR) {
        let (key, value) = part.split_once('=').ok_or(Code::PARAMETER_SYNTAX)?;
        if part.chars().count() > MAX_PARAMETER {
            return Err(Code::PARAMETER_TOO_LONG);
        }
        let key = key.to_uppercase();
        match key.as_str() {
            "" => return Err(Code::PARAMETER_NAME_MISSING),
            key if !key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ' || c == '-' || c == '.') => {
                return Err(Code::PARAMETER_NAME_INVALID);
            }
            key if seen.iter().any(|before| before == key) => return Err(Code::PARAMETER_REPEATED),
            key if !allowed.is_empty() && !allowed.iter().any(|name| name.eq_ignore_ascii_case(key)) => {
                return Err(Code::PARAMETER_UNEXPECTED);
            }
            _ if value.contains(char::is_control) => return Err(Code::PARAMETER_INVALID),
            _ => seen.push(key),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_in_upper_case_and_values_untouched() {
        assert_eq!(normalize("store_id=1*P1*Store_Name=Negozio%2BAbc=x"), "STORE_ID=1*P1*STORE_NAME=Negozio%2BAbc=x");
        assert_eq!(normalize(""), "");
    }

    #[test]
    fn every_key_has_an_element_and_comes_back() {
        for (key, name) in [
            ("PAYMENT_ID", "PAYMENT_ID"),
            ("MY KEY", "MY_x0020_KEY"),
            ("1A-1.B", "_x0031_A-1.B"),
            ("-A", "_x002D_A"),
            ("_x0020_", "_x005F_x0020_"),
            ("_X0020_", "_X0020_"),
            ("STRAßE", "STRA_x00DF_E"),
            ("\u{20BB7}", "_x00020BB7_"),
        ] {
            assert_eq!(
                (element_name(key).as_str(), key_of(name).as_str()),
                (name, key),
                "a key becomes its element name and comes back the same"
            );
        }
        assert_eq!(key_of("_xD800_"), "_xD800_", "no character");
    }

    #[test]
    fn each_fault_has_its_code() {
        let long = format!("A={}", "x".repeat(300));
        for (text, code) in [
            ("A=1*P1*", Code::PARAMETER_SEPARATOR_LAST),
            ("A", Code::PARAMETER_SYNTAX),
            ("=1", Code::PARAMETER_NAME_MISSING),
            ("A?=1", Code::PARAMETER_NAME_INVALID),
            ("A=1*P1*a=2", Code::PARAMETER_REPEATED),
            ("B=1", Code::PARAMETER_UNEXPECTED),
            ("A=1\n2", Code::PARAMETER_INVALID),
            (&long, Code::PARAMETER_TOO_LONG),
            (&"x".repeat(1001), Code::PARAMETERS_TOO_LONG),
        ] {
            assert_eq!(validate(text, &["A".to_owned()]), Err(code), "{text}");
        }
        assert_eq!(validate("a=1*P1*B=", &[]), Ok(()));
    }
}
