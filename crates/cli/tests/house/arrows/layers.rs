//! Which room of the gateway may use which: `http -> doors -> flow -> rail -> crate amazon`, `background -> flow`.
//!
//! A law is a function from one line of one file to what is wrong with it. Each is checked against
//! the sources, and against made-up lines that break it. A deliberate exception is named here, and
//! refused once nothing needs it any more.

use std::fs;

use crate::sources::{files_in, is_test, production, root};

const ROOMS: &[&str] = &["http", "doors", "flow", "rail", "background", "seal"];

/// What each room may use of the others. Files at the root (settings, caches, ports) are free to be used by all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("http", &[]),
    ("doors", &["http", "flow", "rail", "seal"]),
    ("flow", &["rail", "seal"]),
    ("rail", &[]),
    ("background", &["flow", "rail", "seal"]),
    ("seal", &[]),
];

/// What a door may name of the rail: words of its answers. To ask Amazon for anything is a flow's work.
const RAIL_AT_DOORS: &[&str] = &["Hurdle", "takes", "money_of"];

/// Files outside the rail that use the connector's crate, and for what.
const AMAZON: &[(&str, &str)] = &[
    ("gateway.rs", "builds the connector and the verifier of notifications"),
    ("settings.rs", "endpoints, quotas, retries and trust are settings"),
    ("doors/ipn.rs", "verifies the signature of a notification"),
    ("doors/ipn/act.rs", "reads what a genuine notification is about"),
    ("doors/page/sign_in.rs", "asks whose access token the browser holds"),
];

/// Writes of the store about money, agreements and shops, and the only files that call them.
const WRITES: &[(&str, &str)] = &[
    (".apply(", "flow/merchant.rs"),
    (".apply_agreement(", "flow/merchant.rs"),
    (".save_order_details(", "flow/merchant.rs"),
    (".put_shop(", "flow/shop_settings.rs"),
];

/// Root files that know the background, because they assemble it or hand it out.
const ASSEMBLY: &[&str] = &["gateway.rs", "lib.rs"];

/// A line of production code, without its comment.
struct Line<'a> {
    /// Below `crates/gateway/src`, with slashes.
    file: &'a str,
    number: usize,
    code: &'a str,
}

impl Line<'_> {
    /// The room of the file; none for the files at the root.
    fn room(&self) -> Option<&str> {
        let first = self.file.split('/').next().unwrap_or(self.file);
        let first = first.strip_suffix(".rs").unwrap_or(first);
        ROOMS.contains(&first).then_some(first)
    }

    /// Whether the line names something of a room, its own left out.
    fn uses(&self, room: &str) -> bool {
        if self.room() == Some(room) {
            return false;
        }
        names_after(self.code, "crate::").contains(&room) || names_after(self.code, "super::").contains(&room)
    }
}

/// What a path names right after `prefix`, the members of `prefix{a, b::c}` included.
fn names_after<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(members) => names.extend(members.split([',', '}']).map(|member| word(member.trim()))),
            None => names.push(word(rest)),
        }
    }
    names
}

fn word(text: &str) -> &str {
    text.split(|end: char| !end.is_alphanumeric() && end != '_').next().unwrap_or_default()
}

/// What is wrong with a line, in words.
type Law = fn(&Line) -> Option<String>;

fn uses_only_lower_rooms(line: &Line) -> Option<String> {
    let room = line.room()?;
    let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == room).expect("every room has its arrows");
    let wrong = ROOMS.iter().find(|other| !allowed.contains(other) && line.uses(other))?;
    Some(format!("{room} must not use {wrong}"))
}

fn leaves_the_background_to_assembly(line: &Line) -> Option<String> {
    let is_stranger = !ASSEMBLY.contains(&line.file) && line.uses("background");
    is_stranger.then(|| "only gateway.rs and lib.rs assemble the background".to_owned())
}

fn leaves_amazon_to_the_rail(line: &Line) -> Option<String> {
    let names_it = line.code.match_indices("amazon::").any(|(at, _)| {
        !line.code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
    });
    let is_excepted = AMAZON.iter().any(|(file, _)| *file == line.file);
    (names_it && line.room() != Some("rail") && !is_excepted)
        .then(|| "only the rail uses the crate `amazon`: take it from `crate::rail`".to_owned())
}

fn leaves_asking_amazon_to_the_flows(line: &Line) -> Option<String> {
    if line.room() != Some("doors") {
        return None;
    }
    let names =
        [names_after(line.code, "crate::rail::"), names_after(line.code, " rail::"), names_after(line.code, "!rail::")];
    let wrong = names.into_iter().flatten().find(|name| !name.is_empty() && !RAIL_AT_DOORS.contains(name))?;
    Some(format!("a door must not use `{wrong}` of the rail: a flow asks Amazon"))
}

fn writes_in_one_place(line: &Line) -> Option<String> {
    let (call, owner) = WRITES.iter().find(|(call, owner)| line.code.contains(call) && line.file != *owner)?;
    Some(format!("{call}) is called by {owner} alone"))
}

fn breaches(law: Law, file: &str, text: &str) -> Vec<String> {
    let lines = production(text).enumerate().map(|(index, code)| Line {
        file,
        number: index + 1,
        code: code.split("//").next().unwrap_or_default(),
    });
    let breach = |line: Line| law(&line).map(|wrong| format!("crates/gateway/src/{file}:{}: {wrong}", line.number));
    lines.filter_map(breach).collect()
}

/// Every production file of the gateway: its path below `src`, and its text.
fn gateway() -> Vec<(String, String)> {
    let source = root().join("crates/gateway/src");
    let files = files_in(&source, "rs").into_iter().filter(|path| !is_test(path));
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(&source).expect("it lies in src").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).expect("a source is text"))
    };
    files.map(read).collect()
}

fn assert_kept(law: Law) {
    let wrong: Vec<String> = gateway().iter().flat_map(|(file, text)| breaches(law, file, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_room_uses_only_rooms_below_it() {
    assert_kept(uses_only_lower_rooms);
}

#[test]
fn only_assembly_knows_the_background() {
    assert_kept(leaves_the_background_to_assembly);
}

#[test]
fn only_the_rail_uses_the_connector() {
    assert_kept(leaves_amazon_to_the_rail);
}

#[test]
fn doors_do_not_ask_amazon() {
    assert_kept(leaves_asking_amazon_to_the_flows);
}

#[test]
fn each_kind_of_write_has_one_place() {
    assert_kept(writes_in_one_place);
}

#[test]
fn every_exception_is_needed() {
    let files = gateway();
    let text_of = |file: &str| {
        let found = files.iter().find(|(name, _)| name == file);
        found.unwrap_or_else(|| panic!("{file} is named in a law and does not exist")).1.clone()
    };
    for (file, why) in AMAZON {
        assert!(text_of(file).contains("amazon::"), "{file} no longer {why}: take the exception away");
    }
    for (call, owner) in WRITES {
        assert!(text_of(owner).contains(call), "{owner} does not call {call}): the law names the wrong file");
    }
    for name in RAIL_AT_DOORS {
        let is_used = files.iter().any(|(file, text)| file.starts_with("doors/") && text.contains(name));
        assert!(is_used, "no door uses `{name}` of the rail any more: take the exception away");
    }
}

#[test]
fn a_breach_is_found_with_file_and_line() {
    let cases: &[(Law, &str, &str)] = &[
        (uses_only_lower_rooms, "flow/visit.rs", "use crate::doors::page::texts;"),
        (uses_only_lower_rooms, "flow/visit.rs", "use crate::{Gateway, http::client_address};"),
        (uses_only_lower_rooms, "rail/mws.rs", "    let row = crate::flow::merchant::commit(gateway, change);"),
        (uses_only_lower_rooms, "rail.rs", "use super::background;"),
        (uses_only_lower_rooms, "background/notices.rs", "use crate::doors::soap;"),
        (uses_only_lower_rooms, "http/serve.rs", "use crate::flow::visit;"),
        (leaves_the_background_to_assembly, "settings.rs", "use crate::background::leases;"),
        (leaves_the_background_to_assembly, "doors/ipn.rs", "use crate::background::janitor::Janitor;"),
        (leaves_amazon_to_the_rail, "flow/settlement.rs", "use amazon::{Capture, Error};"),
        (leaves_amazon_to_the_rail, "background/janitor.rs", "fn of(error: &amazon::Error) {}"),
        (leaves_asking_amazon_to_the_flows, "doors/soap/pagam.rs", "use crate::rail::{Hurdle, Rail};"),
        (leaves_asking_amazon_to_the_flows, "doors/soap/pagam.rs", "    let asked = rail::Rail::of(gateway, shop);"),
        (writes_in_one_place, "doors/page/entry.rs", "    gateway.store().apply(change).await?;"),
        (writes_in_one_place, "background/janitor.rs", "    store.apply_agreement(&change).await?;"),
        (writes_in_one_place, "doors/page/visit.rs", "    store.put_shop(&shop, author, now).await?;"),
    ];
    for (law, file, breach) in cases {
        let found = breaches(*law, file, &format!("//! A file.\n\n{breach}\n"));
        assert_eq!(found.len(), 1, "`{breach}` in {file} breaks one law, found: {found:?}");
        assert!(found[0].starts_with(&format!("crates/gateway/src/{file}:3: ")), "file and line are named: {found:?}");
    }
}

#[test]
fn comments_tests_and_lawful_lines_are_no_breach() {
    let lawful =
        "//! See crate::doors::page.\nuse crate::rail::Found; // not crate::doors\n#[cfg(test)]\nuse amazon::Error;\n";
    let laws: [Law; 5] = [
        uses_only_lower_rooms,
        leaves_the_background_to_assembly,
        leaves_amazon_to_the_rail,
        leaves_asking_amazon_to_the_flows,
        writes_in_one_place,
    ];
    for law in laws {
        assert_eq!(breaches(law, "flow/visit.rs", lawful), Vec::<String>::new(), "nothing in it breaks a law");
    }
}
