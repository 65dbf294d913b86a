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
    /// Whoever reads the page, with another address.
    Address,
}

/// Something went wrong. `id` is in the log too.
pub fn error(frame: &Frame<'_>, sentence: &str, turn: Turn, id: Option<&str>) -> Markup {
    let text = frame.text();
    let whose_turn = match turn {
        Turn::Owner => text.turn_owner,
        Turn::Developer => text.turn_developer,
        Turn::Operator => text.turn_operator,
        Turn::Address => text.turn_address,
    };
    let content = html! {
        p class="alert" role="alert" { (sentence) }
        p { (whose_turn) }
        p { (start_page(frame)) }
        @if let Some(id) = id { (name_in_log(frame, id)) }
    };
    page(frame, text.cannot_continue, &content)
}

/// The way out.
pub fn start_page(frame: &Frame<'_>) -> Markup {
    html! { a class="button quiet" href="/" { (frame.text().start_page) } }
}

/// What a refusal is called in the log.
pub fn name_in_log(frame: &Frame<'_>, id: &str) -> Markup {
    html! { p class="hint" { (frame.text().request_id) " " code { (id) } } }
}
