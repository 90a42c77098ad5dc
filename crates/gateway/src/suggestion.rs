//! "Did you mean …?": what a refusal adds when a name is not known. For the rules of shops here, and for the program's
//! configuration and command line.

/// The known name that was probably meant.
#[must_use]
pub fn nearest<'k>(wrong: &str, known: &[&'k str]) -> Option<&'k str> {
    let folded = wrong.to_lowercase();
    let near = |name: &str| {
        let name = name.to_lowercase();
        let distance = strsim::damerau_levenshtein(&folded, &name);
        let allowed = (folded.chars().count().max(name.chars().count()) / 3).clamp(1, 3);
        let is_begun = folded.len() >= 3 && name.starts_with(&folded);
        (distance <= allowed || is_begun).then_some(distance)
    };
    known.iter().filter_map(|name| near(name).map(|distance| (distance, *name))).min().map(|(_, name)| name)
}

/// What to put behind a refusal that lists the known names itself.
#[must_use]
pub fn did_you_mean(wrong: &str, known: &[&str]) -> String {
    nearest(wrong, known).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// What to put behind a refusal that does not: the name that was probably meant, or all that are known.
#[must_use]
pub fn suggestion(wrong: &str, known: &[&str]) -> String {
    match nearest(wrong, known) {
        Some(name) => format!("; did you mean {name:?}?"),
        None => format!("; known are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["production", "sandbox", "local", "info", "EUR"];

    #[test]
    fn slips_capitals_and_beginnings_are_seen_through() {
        for (wrong, meant) in [
            ("prod", "production"),
            ("Sandbox", "sandbox"),
            ("sanbdox", "sandbox"),
            ("inof", "info"),
            ("EURO", "EUR"),
            ("lokal", "local"),
        ] {
            assert_eq!(nearest(wrong, KNOWN), Some(meant), "{wrong}");
        }
    }

    #[test]
    fn what_is_near_to_nothing_is_told_all() {
        for wrong in ["", "x", "staging", "USD"] {
            assert_eq!(nearest(wrong, KNOWN), None, "{wrong}");
            assert_eq!(suggestion(wrong, KNOWN), "; known are production, sandbox, local, info, EUR");
            assert_eq!(did_you_mean(wrong, KNOWN), "");
        }
    }
}
