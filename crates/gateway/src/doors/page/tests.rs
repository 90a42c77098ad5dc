//! Every page of every language, rendered from its sample and checked for what a reader of the page needs.

use askama::Template;
use payments::{Language, Recurring};

use super::texts;
use super::view::{Arriving, Home, Leaving, Message, MethodList, Tone, Wallet};

fn pages(language: Language) -> Vec<(String, String)> {
    let tones = [Tone::Bad, Tone::Good, Tone::Plain, Tone::Waiting];
    let message = texts::of(language).wallet.declined;
    let mut pages = vec![
        ("methods".to_owned(), MethodList::sample(language).render()),
        ("wallet".to_owned(), Wallet::sample(language, "").render()),
        ("wallet-declined".to_owned(), Wallet::sample(language, message).render()),
        ("wallet-recurring".to_owned(), Wallet::recurring_sample(language, Recurring::WithPayment).render()),
        ("wallet-token".to_owned(), Wallet::recurring_sample(language, Recurring::Only).render()),
        ("leaving".to_owned(), Leaving::sample(language).render()),
        ("arriving".to_owned(), Arriving::sample(language).render()),
        ("home".to_owned(), Home::sample(language).render()),
    ];
    pages.extend(
        tones.map(|tone| (format!("message-{tone:?}").to_lowercase(), Message::sample(language, tone).render())),
    );
    let pages: Vec<_> = pages.into_iter().map(|(name, html)| (name, html.expect("rendered"))).collect();
    keep(&pages, texts::of(language).lang);
    pages
}

/// With `PAGAM_PAGES` set to a folder the pages are kept there, to be looked at.
fn keep(pages: &[(String, String)], lang: &str) {
    let Ok(folder) = std::env::var("PAGAM_PAGES") else { return };
    for (name, html) in pages {
        let html = html.replace("/pagam/assets/", "");
        std::fs::write(format!("{folder}/{name}-{lang}.html"), html).expect("the folder can be written");
    }
}

fn times(html: &str, part: &str) -> usize {
    html.matches(part).count()
}

#[test]
fn every_page_is_whole_in_every_language() {
    for language in texts::ALL {
        for (name, html) in pages(language) {
            let lang = texts::of(language).lang;
            let is = |what: &str, holds: bool| assert!(holds, "{name} in {lang}: {what}\n{html}");
            is("says its language", html.contains(&format!("<html lang=\"{lang}\">")));
            is("has one title", times(&html, "<title>") == 1 && !html.contains("<title></title>"));
            is("has one h1", times(&html, "<h1") == 1 && !html.contains("<h1></h1>"));
            is("has landmarks", ["<header", "<main", "<footer"].iter().all(|part| times(&html, part) == 1));
            is("can be skipped into", html.contains("href=\"#content\"") && html.contains("id=\"content\""));
            is("leaves no placeholder", !html.contains("{shop}") && !html.contains("{amount}"));
            is("escapes the shop's name", !html.contains("<del>"));
        }
    }
}

#[test]
fn no_page_has_inline_script_or_style() {
    for (name, html) in texts::ALL.into_iter().flat_map(pages) {
        let inline = ["<style", " style=", " onclick=", " onload=", " onsubmit=", "javascript:"];
        assert!(!inline.iter().any(|part| html.contains(part)), "{name}: {html}");
        for script in html.split("<script").skip(1) {
            let opening = script.split('>').next().unwrap_or_default();
            assert!(opening.contains("src=") || opening.contains("application/json"), "{name}: {opening}");
        }
    }
}

#[test]
fn every_choice_has_a_label() {
    for (name, html) in texts::ALL.into_iter().flat_map(pages) {
        for input in html.split("<input").skip(1) {
            let tag = input.split('>').next().unwrap_or_default();
            if tag.contains("type=\"hidden\"") {
                continue;
            }
            let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
            assert!(html.contains(&format!("<label for=\"{id}\">")), "{name}: {id}");
        }
    }
}

#[test]
fn data_for_the_script_cannot_end_its_element() {
    let html = Wallet::sample(Language::English, "").render().expect("rendered");
    let json = html.split("id=\"payment\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("data");
    let data: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(data["payment"], "abc123</script>");
}

#[test]
fn what_the_buyer_allows_is_said_beside_the_box_and_with_the_button() {
    for (language, recurring) in
        texts::ALL.into_iter().flat_map(|l| [(l, Recurring::WithPayment), (l, Recurring::Only)])
    {
        let html = Wallet::recurring_sample(language, recurring).render().expect("rendered");
        let terms = html.split("id=\"terms\">").nth(1).and_then(|rest| rest.split("</p>").next()).expect("terms");
        let pays_now = terms.contains("24,21");
        assert_eq!(pays_now, recurring == Recurring::WithPayment, "{terms}");
        assert!(terms.contains("Bottega del Corso"), "{terms}");
        assert!(html.contains("aria-describedby=\"status terms\"") && html.contains("id=\"consent\""), "{html}");
    }
    let single = Wallet::sample(Language::English, "").render().expect("rendered");
    assert!(!single.contains("id=\"terms\"") && !single.contains("id=\"consent\""), "{single}");
}
