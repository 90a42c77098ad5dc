//! The table of fields: what every operation takes, read once from `fields.txt`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::path::Service;

const TEXT: &str = include_str!("fields.txt");

static CRYPT_DECRYPT: LazyLock<Table> = LazyLock::new(|| read(Service::CryptDecrypt));
static S2S: LazyLock<Table> = LazyLock::new(|| read(Service::S2s));

/// What one service takes.
pub(super) struct Table {
    /// In the order of the description.
    pub operations: Vec<Sequence>,
    /// The structures that the operations use, in the order of the file.
    pub types: Vec<Sequence>,
}

/// A named list of fields: an operation or a structure.
pub(super) struct Sequence {
    pub name: &'static str,
    pub fields: Vec<Field>,
}

pub(super) struct Field {
    pub name: &'static str,
    /// `string`, or the name of a structure.
    pub kind: &'static str,
    /// Stands once and may be nil.
    pub required: bool,
    /// May be repeated.
    pub many: bool,
    /// May be nil without being required.
    pub nillable: bool,
}

enum Section {
    Operation(&'static str),
    Type,
}

pub(super) fn of(service: Service) -> &'static Table {
    match service {
        Service::CryptDecrypt => &CRYPT_DECRYPT,
        Service::S2s => &S2S,
    }
}

fn read(service: Service) -> Table {
    let (mut operations, mut types) = (Vec::new(), Vec::new());
    for (section, sequence) in sections() {
        match section {
            Section::Operation(owner) if owner == service.name() => operations.push(sequence),
            Section::Operation(_) => {}
            Section::Type => types.push(sequence),
        }
    }
    let used = used(&operations, &types);
    types.retain(|sequence| used.contains(sequence.name));
    Table { operations, types }
}

fn sections() -> Vec<(Section, Sequence)> {
    let mut sections: Vec<(Section, Sequence)> = Vec::new();
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&'static str> = line.split(' ').collect();
        match (words.as_slice(), sections.last_mut()) {
            (["operation", service, name], _) => {
                sections.push((Section::Operation(service), Sequence { name, fields: Vec::new() }));
            }
            (["type", name], _) if *name != "string" => {
                sections.push((Section::Type, Sequence { name, fields: Vec::new() }));
            }
            ([name, kind, rest @ ..], Some((_, sequence))) => sequence.fields.push(Field {
                name,
                kind,
                required: rest.contains(&"required"),
                many: rest.contains(&"many"),
                nillable: rest.contains(&"nillable"),
            }),
            _ => {}
        }
    }
    sections
}

/// The structures that the operations reach.
fn used(operations: &[Sequence], types: &[Sequence]) -> BTreeSet<&'static str> {
    let mut used = BTreeSet::new();
    let mut ahead: Vec<&Field> = operations.iter().flat_map(|operation| &operation.fields).collect();
    while let Some(field) = ahead.pop() {
        if used.insert(field.kind) {
            ahead.extend(types.iter().filter(|sequence| sequence.name == field.kind).flat_map(|found| &found.fields));
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood_and_every_structure_exists() {
        let (mut fields, mut names) = (0, BTreeSet::from(["string"]));
        let sections = sections();
        for (_, sequence) in &sections {
            fields += sequence.fields.len();
            names.insert(sequence.name);
        }
        let lines = TEXT.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(lines, fields + sections.len());
        for (_, sequence) in &sections {
            for field in &sequence.fields {
                assert!(names.contains(field.kind), "{} in {}", field.kind, sequence.name);
            }
        }
    }

    #[test]
    fn a_service_describes_only_what_it_uses() {
        let names = |service| of(service).types.iter().map(|found| found.name).collect::<Vec<_>>();
        assert!(names(Service::CryptDecrypt).contains(&"TransDetails"));
        assert!(!names(Service::CryptDecrypt).contains(&"Marketplace"));
        assert!(!names(Service::S2s).contains(&"ConselCustomerInfo"));
    }
}
