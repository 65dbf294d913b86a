//! A page that says one thing: what happened, and whose turn it is.

use maud::{Markup, html};

use crate::model::language::Language;
use crate::pages::layout::page;
use crate::pages::text::Text;

/// Something went wrong.
pub fn error(language: Language, sentence: &str, whose_turn: Option<&str>) -> Markup {
    let content = html! {
        p class="alert" role="alert" { (sentence) }
        @if let Some(whose_turn) = whose_turn { p { (whose_turn) } }
    };
    page(language, Text::of(language).cannot_continue, &content)
}
