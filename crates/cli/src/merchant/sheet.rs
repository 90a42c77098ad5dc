//! What a verb tells people: a headline, rows of label and value, and blocks below. Colours only where a terminal shows
//! them.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use clap::builder::styling::{AnsiColor, Style};

const LABEL_WIDTH: usize = 15;

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done, paid.
    Good,
    /// Refused, not paid.
    Bad,
    /// Not known yet.
    Open,
}

/// A result on one screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    headline: String,
    tone: Tone,
    rows: Vec<(&'static str, String)>,
    blocks: Vec<(&'static str, Vec<String>)>,
}

impl Sheet {
    pub fn new(tone: Tone, headline: impl Into<String>) -> Sheet {
        Sheet { headline: headline.into(), tone, rows: Vec::new(), blocks: Vec::new() }
    }

    /// A row; none for an empty value.
    pub fn row(mut self, label: &'static str, value: impl Into<String>) -> Sheet {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push((label, value));
        }
        self
    }

    /// A row when there is a value.
    pub fn row_if(self, label: &'static str, value: Option<impl Into<String>>) -> Sheet {
        match value {
            Some(value) => self.row(label, value),
            None => self,
        }
    }

    /// Lines under a heading; none without lines.
    pub fn block(mut self, heading: &'static str, lines: Vec<String>) -> Sheet {
        if !lines.is_empty() {
            self.blocks.push((heading, lines));
        }
        self
    }

    /// The whole, ending with a line break; coloured when stdout is a terminal and nobody forbids it.
    pub fn text(&self) -> String {
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        self.render(std::io::stdout().is_terminal() && !is_plain)
    }

    fn render(&self, in_colour: bool) -> String {
        let style = |style: Style| if in_colour { style } else { Style::new() };
        let head = style(match self.tone {
            Tone::Good => AnsiColor::Green.on_default().bold(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Open => AnsiColor::Yellow.on_default().bold(),
        });
        let (label, bold) = (style(Style::new().dimmed()), style(Style::new().bold()));
        let mut out = format!("{head}{}{head:#}\n", printable(&self.headline));
        for (name, value) in &self.rows {
            let _ = writeln!(out, "  {label}{name:<LABEL_WIDTH$}{label:#} {}", printable(value));
        }
        for (heading, lines) in &self.blocks {
            let _ = writeln!(out, "\n{bold}{heading}{bold:#}");
            for line in lines {
                let _ = writeln!(out, "  {}", printable(line));
            }
        }
        out
    }
}

/// What buyers and gateways wrote must not move the cursor or colour the screen.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet::new(Tone::Good, "Paid")
            .row("Order", "order-42-1")
            .row("Bank number", "")
            .row_if("Token", None::<String>)
            .block("Ship to", vec!["Anna\u{1b}[31m".into(), "Köln".into()])
            .block("Bill to", Vec::new())
    }

    #[test]
    fn rows_line_up_and_what_is_empty_is_left_out() {
        assert_eq!(
            sheet().render(false),
            "Paid\n  Order           order-42-1\n\nShip to\n  Anna\u{FFFD}[31m\n  Köln\n"
        );
    }

    #[test]
    fn a_terminal_gets_colours_of_ours_only() {
        let text = sheet().render(true);
        assert!(text.starts_with("\u{1b}[1m\u{1b}[32mPaid\u{1b}[0m\n"), "{text:?}");
        assert!(!text.contains("\u{1b}[31m"), "{text:?}");
    }
}
