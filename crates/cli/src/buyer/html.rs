//! What a buyer without a browser sees of a page: forms, links, and the data that scripts would read.

use scraper::{ElementRef, Html, Selector};

/// A page's parts, taken out of its HTML.
#[derive(Debug, Default, Clone)]
pub struct Sight {
    /// Text of the title.
    pub title: String,
    /// Text of the first heading.
    pub heading: String,
    /// The forms in order.
    pub forms: Vec<Form>,
    /// `data-*` attributes of the body.
    pub body_data: Vec<(String, String)>,
    /// Sources of the scripts in order.
    pub scripts: Vec<String>,
    /// The JSON that the page keeps for its script (`#payment`).
    pub payment: Option<String>,
    /// Where the page's script leads to sign in at Amazon (`#leaving`).
    pub sign_in: Option<String>,
    /// Whether the page asks to be loaded again by itself.
    pub refreshes: bool,
    /// Text of an element that announces an error.
    pub alert: String,
    /// The last line of a story that the page tells (the shop's order page does).
    pub last_event: String,
}

/// A form as the buyer would send it.
#[derive(Debug, Default, Clone)]
pub struct Form {
    /// Where it goes, as written.
    pub action: String,
    /// Names and values: hidden and text fields, checked boxes, chosen options.
    pub fields: Vec<(String, String)>,
    /// What may be chosen: radio buttons and submit buttons, with the text beside them.
    pub choices: Vec<Choice>,
}

/// One radio button or submit button.
#[derive(Debug, Default, Clone)]
pub struct Choice {
    /// Name of the field.
    pub name: String,
    /// Value sent.
    pub value: String,
    /// Text that the buyer reads.
    pub label: String,
}

impl Sight {
    /// Reads a page.
    #[must_use]
    pub fn of(html: &str) -> Sight {
        let page = Html::parse_document(html);
        let text = |css: &str| all(&page, css).first().map(|e| words(*e)).unwrap_or_default();
        Sight {
            title: text("title"),
            heading: text("h1"),
            forms: all(&page, "form").into_iter().map(|form| read_form(form, &page)).collect(),
            body_data: all(&page, "body").first().map(|body| data(*body)).unwrap_or_default(),
            scripts: all(&page, "script[src]")
                .iter()
                .filter_map(|e| e.value().attr("src").map(str::to_owned))
                .collect(),
            payment: all(&page, "script#payment").first().map(|e| e.text().collect()),
            sign_in: all(&page, "#leaving").first().and_then(|e| e.value().attr("data-address").map(str::to_owned)),
            refreshes: !all(&page, "meta[http-equiv='refresh' i]").is_empty(),
            alert: text("[role='alert']"),
            last_event: text(".timeline li:last-child"),
        }
    }

    /// The form whose action ends so (query left aside).
    #[must_use]
    pub fn form(&self, action_end: &str) -> Option<&Form> {
        self.forms
            .iter()
            .find(|form| form.action.split(['?', '#']).next().is_some_and(|path| path.ends_with(action_end)))
    }

    /// A `data-` attribute of the body, empty when absent.
    #[must_use]
    pub fn data(&self, name: &str) -> &str {
        self.body_data.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl Form {
    /// The fields with one set (added when it was not there).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Form {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The choice of field `name` whose value is `wanted`, else whose label contains it, ignoring case.
    #[must_use]
    pub fn choice(&self, name: &str, wanted: &str) -> Option<&Choice> {
        let of_name = || self.choices.iter().filter(|choice| choice.name == name);
        let wanted = wanted.to_lowercase();
        of_name()
            .find(|choice| choice.value.to_lowercase() == wanted)
            .or_else(|| of_name().find(|choice| choice.label.to_lowercase().contains(&wanted)))
    }

    /// What can be wanted in a field, as people would say it.
    pub fn offered(&self, name: &str) -> Vec<&str> {
        let of_name = self.choices.iter().filter(|choice| choice.name == name);
        of_name.map(|choice| if name == "card" { &*choice.value } else { &*choice.label }).collect()
    }
}

fn all<'p>(page: &'p Html, css: &str) -> Vec<ElementRef<'p>> {
    Selector::parse(css).map(|selector| page.select(&selector).collect()).unwrap_or_default()
}

fn within<'p>(element: ElementRef<'p>, css: &str) -> Vec<ElementRef<'p>> {
    Selector::parse(css).map(|selector| element.select(&selector).collect()).unwrap_or_default()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn data(element: ElementRef<'_>) -> Vec<(String, String)> {
    element
        .value()
        .attrs()
        .filter_map(|(name, value)| Some((name.strip_prefix("data-")?.to_owned(), value.to_owned())))
        .collect()
}

fn read_form(form: ElementRef<'_>, page: &Html) -> Form {
    let mut read = Form { action: form.value().attr("action").unwrap_or_default().to_owned(), ..Form::default() };
    for field in within(form, "input[name], button[name], select[name], textarea[name]") {
        let element = field.value();
        let name = element.attr("name").unwrap_or_default().to_owned();
        let value = element.attr("value").unwrap_or_default().to_owned();
        let kind = if element.name() == "button" { "submit" } else { element.attr("type").unwrap_or("text") };
        match (element.name(), kind) {
            ("select", _) => {
                let chosen = within(field, "option[selected]").into_iter().chain(within(field, "option")).next();
                let value = chosen.and_then(|option| option.value().attr("value")).unwrap_or_default();
                read.fields.push((name, value.to_owned()));
            }
            ("textarea", _) => read.fields.push((name, words(field))),
            (_, "radio" | "submit") => {
                if kind == "radio" && element.attr("checked").is_some() {
                    read.fields.push((name.clone(), value.clone()));
                }
                read.choices.push(Choice { name, value, label: label(field, page) });
            }
            (_, "checkbox") if element.attr("checked").is_none() => {}
            _ => read.fields.push((name, value)),
        }
    }
    read
}

/// What the buyer reads beside a control: its own text, the label around it, or the label that names it.
fn label(control: ElementRef<'_>, page: &Html) -> String {
    let own = words(control);
    if !own.is_empty() {
        return own;
    }
    let around = control.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "label");
    let named = control
        .value()
        .attr("id")
        .and_then(|id| all(page, "label[for]").into_iter().find(|label| label.value().attr("for") == Some(id)));
    around.or(named).map(words).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_a_buyer_would_send_them() {
        let sight = Sight::of(
            "<title>T</title><body data-order-reference='S02'><form action='/a/select?x=1'>\
             <input type=hidden name=h value=1><label><input type=radio name=card value=ok checked> Visa</label>\
             <input type=radio name=card value=no id=n><label for=n>Master Declined</label>\
             <button name=decision value=allow>Allow</button></form>",
        );
        let form = sight.form("/select").expect("the form");
        assert_eq!(
            form.fields,
            [("h".into(), "1".into()), ("card".into(), "ok".into())],
            "the hidden field and the card that is checked are sent"
        );
        assert_eq!(form.choice("card", "declined").expect("by label").value, "no");
        assert_eq!(form.choice("decision", "allow").expect("by value").label, "Allow");
        assert_eq!(
            (sight.data("order-reference"), sight.title.as_str()),
            ("S02", "T"),
            "the page's order reference and title are read"
        );
    }
}
