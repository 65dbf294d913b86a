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
        (way_out(frame, id))
    };
    page(frame, text.cannot_continue, &content)
}

/// The end of a page that refuses: the way to the start page, and what the refusal is called in the log.
pub fn way_out(frame: &Frame<'_>, id: Option<&str>) -> Markup {
    let text = frame.text();
    html! {
        p { a href="/" { (text.start_page) } }
        @if let Some(id) = id { p class="hint" { (text.request_id) " " code { (id) } } }
    }
}
