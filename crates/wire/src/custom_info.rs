//! Custom information: `KEY=value*P1*KEY=value`.

use crate::Code;

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
