//! Members of an element by name: the readers of this module are written with these few words.

use xml::Element;

use crate::Environment;

/// Why an answer, although well-formed, is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not XML, or a member is given twice.
    #[error(transparent)]
    Xml(#[from] xml::Error),
    /// Another document than the one asked for.
    #[error("the document is a {0:?}")]
    OtherDocument(String),
    /// A member without which the rest says nothing.
    #[error("the member {0:?} is missing")]
    Missing(&'static str),
    /// A member that is neither `true` nor `false`.
    #[error("the member {0:?} is neither true nor false")]
    NotBoolean(&'static str),
    /// The answer is about something else than the request.
    #[error("the answer has another {0} than the request")]
    OtherThanAsked(&'static str),
}

/// The member of this name, in the namespace of its parent.
pub(super) fn member<'d>(parent: Element<'d>, name: &str) -> Result<Option<Element<'d>>, ReadError> {
    Ok(parent.only(parent.namespace(), name)?)
}

/// The trimmed text of a member; absent and empty are the same.
pub(super) fn text(parent: Element<'_>, name: &str) -> Result<Option<String>, ReadError> {
    Ok(parent.field(parent.namespace(), name)?)
}

/// The text of a member that must be there.
pub(super) fn required(parent: Element<'_>, name: &'static str) -> Result<String, ReadError> {
    text(parent, name)?.ok_or(ReadError::Missing(name))
}

/// A member read by `read`, when it is there.
pub(super) fn part<'d, T>(
    parent: Element<'d>,
    name: &str,
    read: impl FnOnce(Element<'d>) -> Result<T, ReadError>,
) -> Result<Option<T>, ReadError> {
    member(parent, name)?.map(read).transpose()
}

/// `true` or `false`, when it is there.
pub(super) fn boolean(parent: Element<'_>, name: &'static str) -> Result<Option<bool>, ReadError> {
    match text(parent, name)?.as_deref() {
        None => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err(ReadError::NotBoolean(name)),
    }
}

/// The texts of the items in a list: `<IdList><member>…</member></IdList>`. An absent list is an empty one.
pub(super) fn list(parent: Element<'_>, name: &str, items: &[&str]) -> Result<Vec<String>, ReadError> {
    let Some(list) = member(parent, name)? else { return Ok(Vec::new()) };
    Ok(list
        .children()
        .filter(|child| items.contains(&child.local()))
        .map(|child| child.text().trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect())
}

/// `ReleaseEnvironment`, when it is there and known.
pub(super) fn environment(parent: Element<'_>) -> Result<Option<Environment>, ReadError> {
    Ok(match text(parent, "ReleaseEnvironment")?.as_deref() {
        Some("Sandbox") => Some(Environment::Sandbox),
        Some("Live") => Some(Environment::Live),
        _ => None,
    })
}

/// `true` or `false` as Amazon writes it.
pub(super) fn spelled(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// `<name/>` when the list is empty, else one `item` for each text.
pub(super) fn write_list(writer: &mut xml::Writer, name: &str, item: &str, texts: &[String]) {
    if texts.is_empty() {
        writer.empty(name, &[]);
        return;
    }
    writer.open(name);
    for text in texts {
        writer.leaf(item, text);
    }
    writer.close();
}
