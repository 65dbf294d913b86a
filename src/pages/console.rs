//! The developer's apps.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::app_kind::AppKind;
use crate::pages::date::day;
use crate::pages::evidence::face;
use crate::pages::layout::{Frame, page, status};
use crate::pages::text::console::ConsoleText;

/// An app on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: AppKind,
    /// When it was registered.
    pub registered_at: UnixTime,
}

/// What the page shows.
#[derive(Debug)]
pub struct ConsolePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The developer's apps.
    pub apps: &'a [AppRow],
    /// What was just done.
    pub said: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &ConsolePage<'_>) -> Markup {
    let text = ConsoleText::of(view.frame.language);
    let content = html! {
        (status(view.said))
        p { (text.lead) }
        h2 { (text.my_apps) }
        @if view.apps.is_empty() { p { (text.no_apps) } }
        ul class="apps" {
            @for app in view.apps {
                li {
                    (face(&app.name, None))
                    div {
                        a href=(address(&app.id)) { strong { bdi { (app.name) } } }
                        p class="hint" {
                            (kind_name(text, app.kind)) " · " (text.registered_on) " " (day(view.frame.language, app.registered_at))
                        }
                    }
                }
            }
        }
        p { a class="button" href="/console/register" { (text.register_app) } }
        p class="hint" { (text.limit_hint) }
    };
    page(&view.frame, view.frame.text().console, &content)
}

/// Where the page of an app is.
pub fn address(id: &str) -> String {
    format!("/console/clients/{id}")
}

/// What a kind of app is called.
pub const fn kind_name(text: &ConsoleText, kind: AppKind) -> &'static str {
    match kind {
        AppKind::Web => text.kind_web,
        AppKind::Page => text.kind_page,
        AppKind::Native => text.kind_native,
        AppKind::Machine => text.kind_machine,
    }
}
