//! The owner's page: which clients have access, to what, since when.

use chrono::DateTime;
use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::layout::{Frame, hidden, page};

/// A client with access, or with an approval on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectedApp {
    /// Stands for the client in the form.
    pub client: String,
    /// Its name.
    pub name: String,
    /// What it may do, in words.
    pub scopes: Vec<String>,
    /// Since when.
    pub since: UnixTime,
    /// Whether a grant is alive.
    pub alive: bool,
}

/// What the page shows.
#[derive(Debug)]
pub struct AccountPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Whose.
    pub username: &'a str,
    /// The clients.
    pub apps: &'a [ConnectedApp],
}

/// Renders it.
pub fn render(view: &AccountPage<'_>) -> Markup {
    let text = view.frame.text();
    let content = html! {
        (sections(&view.frame, Section::Apps))
        p { (text.signed_in_as) " " strong { bdi { (view.username) } } }
        h2 { (text.connected_apps) }
        @if view.apps.is_empty() { p { (text.no_connected_apps) } }
        ul class="apps" {
            @for app in view.apps {
                li {
                    div {
                        strong { bdi { (app.name) } }
                        p class="hint" { (app.scopes.join(" · ")) }
                        p class="hint" {
                            (text.since) " " time datetime=(date(app.since)) { (date(app.since)) }
                            @if !app.alive { " · " (text.not_in_use) }
                        }
                    }
                    form method="post" action="/account" {
                        (hidden("csrf", view.csrf))
                        (hidden("client", &app.client))
                        button type="submit" name="action" value="remove" class="quiet" { (text.remove_access) }
                    }
                }
            }
        }
        @if !view.apps.is_empty() { p class="hint" { (text.remove_access_hint) } }
    };
    page(&view.frame, text.account, &content)
}

/// The day of an instant, as 2026-11-23 (UTC).
fn date(at: UnixTime) -> String {
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis).map(|at| at.date_naive().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (u64::MAX, ""),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_795_478_399, "2026-11-23"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(UnixTime::from_seconds(seconds)), day);
        }
    }
}
