//! A page that says one thing: what happened, and whose turn it is.

use maud::{Markup, html};

use crate::pages::layout::{Frame, page};

/// Who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Whoever reads the page.
    Owner,
    /// Who made the app.
    Developer,
    /// Who runs this server.
    Operator,
}

/// Something went wrong. `id` is in the log too.
pub fn error(frame: &Frame<'_>, sentence: &str, turn: Turn, id: Option<&str>) -> Markup {
    let text = frame.text();
    let whose_turn = match turn {
        Turn::Owner => text.turn_owner,
        Turn::Developer => text.turn_developer,
        Turn::Operator => text.turn_operator,
    };
    let content = html! {
        p class="alert" role="alert" { (sentence) }
        p { (whose_turn) }
        @if let Some(id) = id { p class="hint" { (text.request_id) " " code { (id) } } }
    };
    page(frame, text.cannot_continue, &content)
}
