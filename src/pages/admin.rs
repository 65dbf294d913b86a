//! What administrators see: the overview, and what all their pages have in common.

use maud::{Markup, html};

use crate::model::config::{Config, Registration, SignUp};
use crate::model::id::SubjectId;
use crate::pages::layout::{Frame, page};
use crate::pages::text::admin::AdminText;

/// A room of the administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// What there is.
    Overview,
    /// All clients.
    Clients,
    /// All accounts.
    Accounts,
    /// What happened.
    Events,
    /// The keys.
    Keys,
}

impl Room {
    const ALL: [Self; 5] = [Self::Overview, Self::Clients, Self::Accounts, Self::Events, Self::Keys];

    /// Its address, without the slash before it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overview => "admin",
            Self::Clients => "admin/clients",
            Self::Accounts => "admin/accounts",
            Self::Events => "admin/events",
            Self::Keys => "admin/keys",
        }
    }

    const fn name(self, text: &'static AdminText) -> &'static str {
        match self {
            Self::Overview => text.overview,
            Self::Clients => text.clients,
            Self::Accounts => text.accounts,
            Self::Events => text.events,
            Self::Keys => text.keys,
        }
    }
}

/// A page of the administration around `content`.
pub(super) fn room(frame: &Frame<'_>, current: Room, content: &Markup) -> Markup {
    let text = AdminText::of(frame.language);
    let title = if current == Room::Overview { text.administration } else { current.name(text) };
    let rooms = html! {
        nav class="sections" aria-label=(text.administration) {
            @for room in Room::ALL {
                a href={ "/" (room.word()) } aria-current=[(room == current).then_some("page")] { (room.name(text)) }
            }
        }
    };
    page(&frame.wide().among(rooms), title, content)
}

/// The overview.
pub fn overview(frame: &Frame<'_>, config: &Config, own: SubjectId) -> Markup {
    let text = AdminText::of(frame.language);
    let rooms = [
        (Room::Clients, text.clients_hint),
        (Room::Accounts, text.accounts_hint),
        (Room::Events, text.events_hint),
        (Room::Keys, text.keys_hint),
    ];
    let sign_up = match config.sign_up {
        SignUp::Open => text.anybody,
        SignUp::Closed => text.no_one,
    };
    let registration = match config.registration {
        Registration::Open => text.anybody,
        Registration::Token => text.with_token,
        Registration::Closed => text.no_one,
    };
    let content = html! {
        p { (text.lead) }
        ul class="apps" {
            @for (room, hint) in rooms {
                li { div { a href={ "/" (room.word()) } { strong { (room.name(text)) } } p class="hint" { (hint) } } }
            }
        }
        h2 { (text.settings) }
        dl class="facts" {
            dt { (text.sign_up) } dd { (sign_up) }
            dt { (text.registration) } dd { (registration) }
            dt { (text.administrators) }
            @for admin in &config.admins {
                dd { code { (admin) } @if *admin == own { " " span class="tag" { (text.you) } } }
            }
        }
    };
    room(frame, Room::Overview, &content)
}

/// A list that goes on elsewhere, or has begun there. `next` is where it goes on.
pub(super) fn turn_page(text: &AdminText, current: Room, next: Option<&str>, first: bool) -> Markup {
    html! {
        p class="hint" { (text.list_lags) }
        @if !first || next.is_some() {
            p class="choices" {
                @if !first { a href={ "/" (current.word()) } { (text.first_page) } }
                @if let Some(next) = next { a href={ "/" (current.word()) "?from=" (next) } rel="next" { (text.next_page) } }
            }
        }
    }
}

/// The button that stops something, or lets it go on. `of` is its name, for who does not see what it stands beside.
pub(super) fn switch(text: &AdminText, disabled: bool, of: &str) -> Markup {
    let (value, label) = if disabled { ("enable", text.enable) } else { ("disable", text.disable) };
    html! {
        button type="submit" name="action" value=(value) class=(if disabled { "quiet" } else { "danger" })
            aria-label={ (label) ": " (of) } { (label) }
    }
}
