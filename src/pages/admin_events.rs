//! What happened lately, for administrators.

use maud::{Markup, html};

use crate::pages::admin::{Room, room};
use crate::pages::date;
use crate::pages::layout::Frame;
use crate::pages::text::admin::AdminText;
use crate::pages::text::admin_events::{detail, event};
use crate::protocol::journal::JournalEntry;

/// Renders it.
pub fn render(frame: &Frame<'_>, entries: &[JournalEntry]) -> Markup {
    let (text, common) = (AdminText::of(frame.language), frame.text());
    let content = html! {
        p { (text.events_hint) }
        @if entries.is_empty() { p { (text.no_events) } }
        ol class="apps" {
            @for entry in entries {
                li {
                    div {
                        strong { (event(frame.language, &entry.kind).unwrap_or(&entry.kind)) }
                        p class="hint" { (date::moment(frame.language, entry.at)) " · " code { (entry.path) } }
                        @for (name, said) in &entry.details {
                            p class="hint" { (detail(frame.language, name).unwrap_or(name)) ": " code { (said) } }
                        }
                        @if let Some(id) = &entry.request { p class="hint" { (common.request_id) ": " code { (id) } } }
                    }
                }
            }
        }
    };
    room(frame, Room::Events, &content)
}
