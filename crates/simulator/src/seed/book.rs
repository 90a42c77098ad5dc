//! Marco and Anna, and the addresses that have caught integrations out: a street in the second
//! line, a country without postcodes, a province of two letters, no telephone.

use super::{SeedAddress, SeedBuyer};

pub(super) fn buyers() -> Vec<SeedBuyer> {
    vec![marco(), anna()]
}

fn marco() -> SeedBuyer {
    let name = || "Marco Rossi".to_owned();
    SeedBuyer {
        id: "marco".to_owned(),
        name: name(),
        email: "marco.rossi@example.it".to_owned(),
        language: "it-IT".to_owned(),
        addresses: vec![
            SeedAddress {
                name: name(),
                lines: lines("Via Esempio 15", "", ""),
                city: "Biella".to_owned(),
                state: "BI".to_owned(),
                postal_code: "13900".to_owned(),
                country: "IT".to_owned(),
                phone: "+39 015 5550100".to_owned(),
            },
            SeedAddress {
                name: name(),
                lines: lines("Piazza dell’Esempio 1", "Scala B", "Interno 4"),
                city: "Milano".to_owned(),
                state: "MI".to_owned(),
                postal_code: "20121".to_owned(),
                country: "IT".to_owned(),
                phone: String::new(),
            },
            SeedAddress {
                name: "Marco Rossi c/o Schmidt".to_owned(),
                lines: lines("", "Beispielstraße 7", ""),
                city: "München".to_owned(),
                state: String::new(),
                postal_code: "80331".to_owned(),
                country: "DE".to_owned(),
                phone: "+49 89 5550100".to_owned(),
            },
            SeedAddress {
                name: name(),
                lines: lines("Sample House", "2 Example Quay", ""),
                city: "Galway".to_owned(),
                state: "County Galway".to_owned(),
                postal_code: String::new(),
                country: "IE".to_owned(),
                phone: "+353 91 555010".to_owned(),
            },
        ],
    }
}

fn anna() -> SeedBuyer {
    SeedBuyer {
        id: "anna".to_owned(),
        name: "Anna Schmidt".to_owned(),
        email: "anna.schmidt@example.de".to_owned(),
        language: "de-DE".to_owned(),
        addresses: vec![
            SeedAddress {
                name: "Anna Schmidt".to_owned(),
                lines: lines("Beispiel GmbH", "Musterstraße 1", "2. OG"),
                city: "Freiburg".to_owned(),
                state: "Baden-Württemberg".to_owned(),
                postal_code: "79098".to_owned(),
                country: "DE".to_owned(),
                phone: "+49 761 5550100".to_owned(),
            },
            SeedAddress {
                name: "Anna Schmidt".to_owned(),
                lines: lines("Mustergasse 3/12", "", ""),
                city: "Wien".to_owned(),
                state: String::new(),
                postal_code: "1010".to_owned(),
                country: "AT".to_owned(),
                phone: String::new(),
            },
        ],
    }
}

fn lines(first: &str, second: &str, third: &str) -> [String; 3] {
    [first, second, third].map(str::to_owned)
}
