//! The page of one app: what it proves itself with, how to try it, programs to paste, and what it did wrong lately.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::app_kind::AppKind;
use crate::model::language::Language;
use crate::pages::Csrf;
use crate::pages::assets::CONSOLE;
use crate::pages::console::{address, kind_name};
use crate::pages::console_snippets::{Snippet, SnippetSecret, SnippetValues, snippets};
use crate::pages::date::moment;
use crate::pages::layout::{Frame, hidden, page, status};
use crate::pages::text::console::ConsoleText;
use crate::pages::text::faults::fault;
use crate::protocol::journal::JournalEntry;

/// How an app can be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trial {
    /// On a page of the console, at this address.
    Here(String),
    /// By the app itself: this begins it.
    Own(String),
    /// Nobody can be sent to it.
    None,
}

/// What the page shows.
#[derive(Debug)]
pub struct ClientPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: AppKind,
    /// Whether an administrator stopped it.
    pub stopped: bool,
    /// When each of its secrets was made, the newest first.
    pub secrets_made: Vec<UnixTime>,
    /// What manages it, where it was just made.
    pub registration_token: Option<&'a str>,
    /// Its redirect URIs.
    pub redirect_uris: Vec<&'a str>,
    /// What it may ask for.
    pub allowed_scope: &'a str,
    /// How it can be tried.
    pub trial: Trial,
    /// What goes into the programs: its id, and its secret where it was just made.
    pub values: SnippetValues<'a>,
    /// What it did wrong, the newest first; none where that cannot be had.
    pub faults: Option<&'a [JournalEntry]>,
    /// What was just done.
    pub said: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &ClientPage<'_>) -> Markup {
    let text = ConsoleText::of(view.frame.language);
    let id = view.values.client_id;
    let content = html! {
        (status(view.said))
        p class="hint" { (kind_name(text, view.kind)) }
        @if view.stopped { p class="warning" { (text.stopped) } }
        h2 { (text.credentials) }
        dl {
            dt { (text.client_id) }
            dd { (copyable(text, "client_id", id)) }
            @if let SnippetSecret::Shown(secret) = view.values.secret {
                dt { (text.client_secret) }
                dd { (copyable(text, "client_secret", secret)) p class="warning" { (text.secret_once) } }
            }
            @if let Some(token) = view.registration_token {
                dt { (text.registration_token) }
                dd { (copyable(text, "registration_access_token", token)) }
            }
        }
        (secrets(view, text))
        (trial(view, text))
        (programs(view, text))
        (recent(view, text))
        h2 { (text.settings) }
        dl {
            @if !view.redirect_uris.is_empty() {
                dt { (text.redirect_uris) }
                @for uri in &view.redirect_uris { dd { code { (uri) } } }
            }
            dt { (text.scopes) }
            dd { code { (view.allowed_scope) } }
        }
        div class="choices" {
            a class="button quiet" href={ (address(id)) "/edit" } { (text.edit) }
            a class="button danger" href={ (address(id)) "/delete" } { (text.delete) }
        }
        nav { a href="/console" { (text.my_apps) } }
    };
    page(&view.frame.with_script(&CONSOLE), view.name, &content)
}

/// A text that a button copies, where scripts run; elsewhere one marks it.
fn copyable(text: &ConsoleText, id: &str, value: &str) -> Markup {
    html! {
        div class="copyable" {
            code id=(id) { (value) }
            (copy_button(text, id))
        }
    }
}

fn copy_button(text: &ConsoleText, id: &str) -> Markup {
    html! {
        button type="button" class="quiet small" data-copy=(id) data-done=(text.copied) aria-describedby=(id) hidden { (text.copy) }
        span class="hint" role="status" {}
    }
}

fn secrets(view: &ClientPage<'_>, text: &ConsoleText) -> Markup {
    let here = address(view.values.client_id);
    let made = &view.secrets_made;
    html! {
        @match made.first() {
            None => p class="hint" { (text.secret_none) },
            Some(newest) => {
                @let two = made.len() > 1;
                p { (if two { text.secret_two } else { text.secret_one }) " " (moment(view.frame.language, *newest)) }
                div class="choices" {
                    form method="post" action={ (here) "/secret" } {
                        (hidden("csrf", view.csrf))
                        button type="submit" class="quiet small" { (text.secret_add) }
                    }
                    @if two {
                        form method="post" action={ (here) "/secret/retire" } {
                            (hidden("csrf", view.csrf))
                            button type="submit" class="danger small" { (text.secret_retire) }
                        }
                    }
                }
                p class="hint" { (if two { text.secret_add_third } else { text.secret_add_hint }) }
            }
        }
    }
}

fn trial(view: &ClientPage<'_>, text: &ConsoleText) -> Markup {
    let (link, hint) = match &view.trial {
        Trial::Here(link) => (link, text.try_hint),
        Trial::Own(link) => (link, text.try_own),
        Trial::None => return html! {},
    };
    html! {
        h2 { (text.try_it) }
        p { a class="button" id="try" href=(link) { (text.try_button) } }
        p class="hint" { (hint) }
    }
}

fn programs(view: &ClientPage<'_>, text: &ConsoleText) -> Markup {
    html! {
        h2 { (text.snippets) }
        p class="hint" {
            (text.snippets_hint)
            @if view.values.secret == SnippetSecret::Environment { " " (text.snippets_secret) }
        }
        @for (at, snippet) in snippets(&view.values).iter().enumerate() {
            details name="snippet" open[at == 0] {
                summary { (snippet.title) }
                (program(text, snippet))
            }
        }
    }
}

fn program(text: &ConsoleText, snippet: &Snippet) -> Markup {
    let setup = format!("setup-{}", snippet.id);
    let code = format!("snippet-{}", snippet.id);
    html! {
        @if let Some(lines) = snippet.setup {
            p class="hint" { (text.snippet_setup) }
            pre tabindex="0" { code id=(setup) { (lines) } }
            (copy_button(text, &setup))
        }
        pre tabindex="0" { code id=(code) { (snippet.code) } }
        (copy_button(text, &code))
    }
}

fn recent(view: &ClientPage<'_>, text: &ConsoleText) -> Markup {
    let language = view.frame.language;
    html! {
        h2 { (text.recent) }
        @match view.faults {
            None => p class="warning" { (text.recent_down) },
            Some([]) => p { (text.recent_none) },
            Some(faults) => ol class="apps" id="faults" {
                @for entry in faults { li { div { (explained(language, text, entry)) } } }
            },
        }
        p class="hint" { (text.recent_hint) }
    }
}

/// In words; a word that has none is shown as it is.
fn explained(language: Language, text: &ConsoleText, entry: &JournalEntry) -> Markup {
    html! {
        p class="hint" { code { (entry.path) } " · " (moment(language, entry.at)) }
        @match fault(language, &entry.kind) {
            Some(words) => (words),
            None => code { (entry.kind) },
        }
        @for sent in ["sent", "quoted"].into_iter().filter_map(|name| entry.detail(name)) {
            p class="hint" { (text.sent) " " code { bdi { (sent) } } }
        }
        @if let Some(id) = &entry.request { p class="hint" { (text.request) " " code { (id) } } }
    }
}
