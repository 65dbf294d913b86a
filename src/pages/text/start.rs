//! What the start page says.

use crate::model::language::Language;
use crate::pages::text::{en, ko};

/// The sentences.
#[derive(Debug)]
pub struct StartText {
    /// What this is.
    pub lead: &'static str,
    /// For who uses apps.
    pub people: &'static str,
    /// Under it.
    pub people_hint: &'static str,
    /// For who makes apps.
    pub developers: &'static str,
    /// Under it.
    pub developers_hint: &'static str,
    /// For who wants to understand.
    pub curious: &'static str,
    /// Under it.
    pub curious_hint: &'static str,
    /// Button.
    pub register: &'static str,
    /// Button.
    pub walk: &'static str,
    /// Heading.
    pub story: &'static str,
    /// One step each: its name, and what happens.
    pub steps: [(&'static str, &'static str); 5],
    /// Heading.
    pub programs: &'static str,
    /// Under it.
    pub programs_hint: &'static str,
    /// Addresses, and what is there.
    pub documents: [(&'static str, &'static str); 3],
    /// Before the APIs to try.
    pub apis_hint: &'static str,
    /// Their addresses, and what is at them: nothing for who comes without a token.
    pub apis: [(&'static str, &'static str); 2],
}

impl StartText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::start::TEXT,
            Language::Ko => &ko::start::TEXT,
        }
    }
}
