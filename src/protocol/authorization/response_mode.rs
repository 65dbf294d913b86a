//! How the answer travels (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode).

/// A response mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In a form that the browser posts to it.
    FormPost,
}

impl ResponseMode {
    /// All of them, for discovery.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// From its registered word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// Its registered word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}
