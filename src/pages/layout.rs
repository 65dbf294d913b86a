//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use crate::model::language::Language;
use crate::pages::text::Text;

/// A page around `content`.
pub fn page(language: Language, title: &str, content: &Markup) -> Markup {
    let text = Text::of(language);
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · Postern" }
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/static/postern.css";
            }
            body {
                header { a class="brand" href="/" { img src="/static/icon.svg" alt="" width="28" height="28"; "Postern" } }
                main { h1 { (title) } (content) }
                footer { (text.tagline) }
            }
        }
    }
}

/// A sentence that says what went wrong.
pub fn alert(message: Option<&str>) -> Markup {
    html! { @if let Some(message) = message { p class="alert" role="alert" { (message) } } }
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
