//! The languages of pages and texts (`languageId`).

/// A language by the gateway's code list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// 1
    Italian,
    /// 2
    English,
    /// 3
    Spanish,
    /// 4
    French,
    /// 5
    German,
}

impl Lang {
    /// All, in the order of their codes.
    pub const ALL: [Lang; 5] = [Lang::Italian, Lang::English, Lang::Spanish, Lang::French, Lang::German];

    /// The language of a `languageId`.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.id() == id)
    }

    /// The `languageId`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Lang::Italian => "1",
            Lang::English => "2",
            Lang::Spanish => "3",
            Lang::French => "4",
            Lang::German => "5",
        }
    }

    /// The ISO 639-1 code.
    #[must_use]
    pub fn iso(self) -> &'static str {
        match self {
            Lang::Italian => "it",
            Lang::English => "en",
            Lang::Spanish => "es",
            Lang::French => "fr",
            Lang::German => "de",
        }
    }
}
