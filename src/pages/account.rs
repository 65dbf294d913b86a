//! The owner's page: which clients have access, to what, since when.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::language::Language;
use crate::pages::Csrf;
use crate::pages::layout::{hidden, page};
use crate::pages::text::Text;

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
    /// The language.
    pub language: Language,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Whose.
    pub username: &'a str,
    /// The clients.
    pub apps: &'a [ConnectedApp],
}

/// Renders it.
pub fn render(view: &AccountPage<'_>) -> Markup {
    let text = Text::of(view.language);
    let content = html! {
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
        nav { a href="/console" { (text.console) } " · " a href="/signout" { (text.sign_out) } }
    };
    page(view.language, text.account, &content)
}

/// The day of an instant, as 2026-11-23 (UTC): days since the epoch to the civil calendar.
fn date(at: UnixTime) -> String {
    let days = at.seconds() / 86_400;
    let (mut year, mut rest) = (1970_u64, days);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while rest >= if leap(year) { 366 } else { 365 } {
        rest = rest.saturating_sub(if leap(year) { 366 } else { 365 });
        year = year.saturating_add(1);
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1_u64;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < length {
            break;
        }
        rest = rest.saturating_sub(length);
        month = month.saturating_add(1);
    }
    format!("{year}-{month:02}-{:02}", rest.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_795_478_399, "2026-11-23"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(UnixTime::from_seconds(seconds)), day);
        }
    }
}
