//! The owner's page: which clients have access, to what, since when.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::country::Country;
use crate::model::language::Language;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::date;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::Text;
use crate::pages::text::account::{AccountText, connections, refreshes};
use crate::pages::text::country::country;

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
    /// When it last fetched tokens, and where it was, as far as its grants told.
    pub used: Option<(UnixTime, Option<Country>)>,
    /// How often it has renewed access tokens.
    pub refreshes: u64,
    /// How many of its grants are alive.
    pub grants: usize,
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
    let (text, own) = (view.frame.text(), AccountText::of(view.frame.language));
    let content = html! {
        p { (text.signed_in_as) " " strong { bdi { (view.username) } } }
        h2 { (own.connected_apps) }
        @if view.apps.is_empty() {
            p { (text.no_connected_apps) }
            p class="hint" { (own.apps_to_come) }
            @if view.frame.playground { p { a class="button quiet" href="/playground" { (own.apps_try) } } }
        } @else { p { (own.apps_lead) } }
        ul class="apps" {
            @for app in view.apps {
                li {
                    div {
                        strong id={ "a-" (app.client) } { bdi { (app.name) } }
                        p class="hint" { (app.scopes.join(" · ")) }
                        (history(view.frame.language, app))
                    }
                    form method="post" action="/account" {
                        (hidden("csrf", view.csrf))
                        (hidden("client", &app.client))
                        button type="submit" name="action" value="remove" class="quiet" aria-describedby={ "a-" (app.client) } {
                            (text.remove_access)
                        }
                    }
                }
            }
        }
        @if !view.apps.is_empty() { p class="hint" { (text.remove_access_hint) } }
    };
    page(&view.frame.among(sections(&view.frame, Section::Apps)), text.account, &content)
}

/// Since when, and how it was used.
fn history(language: Language, app: &ConnectedApp) -> Markup {
    let (text, own) = (Text::of(language), AccountText::of(language));
    html! {
        p class="hint" {
            (own.since) " " (date::day(language, app.since))
            @if app.grants == 0 { " · " (text.not_in_use) }
            @if app.grants > 1 { " · " (connections(language, app.grants)) }
        }
        @if let Some((used_at, place)) = &app.used {
            p class="hint" {
                (own.last_used) " " (date::moment(language, *used_at))
                @if let Some(place) = place { " · " (own.from) " " (country(language, place)) }
                " · " (refreshes(language, app.refreshes))
            }
        }
    }
}
