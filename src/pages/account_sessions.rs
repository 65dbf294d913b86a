//! Where the owner is signed in.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::sign_in_method::SignInMethod;
use crate::model::whereabouts::Whereabouts;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::date;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::account::{AccountText, browser};
use crate::pages::text::country::country;

/// A session on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Stands for it in the form.
    pub name: String,
    /// Whether it is the one that looks.
    pub current: bool,
    /// When it began.
    pub since: UnixTime,
    /// How.
    pub method: SignInMethod,
    /// With what, and where.
    pub whereabouts: Whereabouts,
}

/// What the page shows.
#[derive(Debug)]
pub struct SessionsPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The sessions, the newest first.
    pub sessions: &'a [SessionView],
}

/// Renders it.
pub fn render(view: &SessionsPage<'_>) -> Markup {
    let language = view.frame.language;
    let text = AccountText::of(language);
    let content = html! {
        p { (text.sessions_lead) }
        ul class="apps" {
            @for session in view.sessions {
                @let label = format!("s-{}", session.name);
                li {
                    div {
                        strong id=(label) {
                            @match session.whereabouts.agent {
                                Some(agent) => (browser(language, agent)),
                                None => (text.unknown_browser),
                            }
                        }
                        @if session.current { " " span class="tag" { (text.this_browser) } }
                        p class="hint" {
                            (text.signed_in_at) " " (date::moment(language, session.since))
                            @if let Some(place) = &session.whereabouts.place { " · " (country(language, place)) }
                            " · " (text.method(session.method))
                        }
                    }
                    form method="post" action="/account/sessions" {
                        (hidden("csrf", view.csrf))
                        (hidden("session", &session.name))
                        button type="submit" name="action" value="end" class="quiet" aria-describedby=(label) {
                            (text.end_session)
                        }
                    }
                }
            }
        }
        @if view.sessions.len() > 1 {
            form method="post" action="/account/sessions" {
                (hidden("csrf", view.csrf))
                div class="choices" {
                    button type="submit" name="action" value="end_all" class="danger" { (text.end_all) }
                    button type="submit" name="action" value="end_others" { (text.end_others) }
                }
            }
        }
        p class="hint" { (text.sessions_hint) }
    };
    page(&view.frame.among(sections(&view.frame, Section::Sessions)), text.sessions, &content)
}
