//! The rooms of the account, and the way between them.

use maud::{Markup, html};

use crate::pages::layout::Frame;
use crate::pages::text::account::AccountText;

/// A room of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Connected apps.
    Apps,
    /// What clients that may see it are told.
    Profile,
    /// Passkeys.
    Passkeys,
    /// The password.
    Password,
    /// Recovery codes.
    Recovery,
    /// Where the owner is signed in.
    Sessions,
    /// What is kept, and the end of it.
    Data,
}

impl Section {
    /// All of them, in the order they are shown.
    const ALL: [Self; 7] = [
        Self::Apps,
        Self::Profile,
        Self::Passkeys,
        Self::Password,
        Self::Recovery,
        Self::Sessions,
        Self::Data,
    ];

    const fn address(self) -> &'static str {
        match self {
            Self::Apps => "/account",
            Self::Profile => "/account/profile",
            Self::Passkeys => "/account/passkeys",
            Self::Password => "/account/password",
            Self::Recovery => "/account/recovery",
            Self::Sessions => "/account/sessions",
            Self::Data => "/account/data",
        }
    }

    const fn name(self, text: &'static AccountText) -> &'static str {
        match self {
            Self::Apps => text.connected_apps,
            Self::Profile => text.profile,
            Self::Passkeys => text.passkeys,
            Self::Password => text.password,
            Self::Recovery => text.recovery,
            Self::Sessions => text.sessions,
            Self::Data => text.data,
        }
    }
}

/// The way to the other rooms.
pub fn sections(frame: &Frame<'_>, current: Section) -> Markup {
    let text = AccountText::of(frame.language);
    html! {
        nav class="sections" aria-label=(text.sections) {
            @for section in Section::ALL {
                a href=(section.address()) aria-current=[(section == current).then_some("page")] { (section.name(text)) }
            }
        }
    }
}
