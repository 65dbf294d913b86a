//! The form with which an app is registered, and edited.

use maud::{Markup, html};

use crate::model::app_kind::AppKind;
use crate::pages::Csrf;
use crate::pages::assets::CONSOLE;
use crate::pages::console::kind_name;
use crate::pages::layout::{Frame, alert, hidden, page};
use crate::pages::text::console::ConsoleText;

/// Names of the links of an app, in the order of the fields.
pub const LINKS: [&str; 4] = ["client_uri", "policy_uri", "tos_uri", "logo_uri"];

/// What is in the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Option<AppKind>,
    /// One URI a line, without that of the console.
    pub redirect_uris: String,
    /// Whether the console is among them.
    pub try_here: bool,
    /// Scope tokens.
    pub scopes: Vec<String>,
    /// Whether refresh tokens are kept.
    pub keep: bool,
    /// [`LINKS`].
    pub links: [String; 4],
}

/// What is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    /// With the name.
    pub name: Option<&'static str>,
    /// With the kind.
    pub kind: Option<&'static str>,
    /// With the redirect URIs, line by line.
    pub redirect_uris: Vec<String>,
    /// With the scopes.
    pub scopes: Option<&'static str>,
    /// With the way refresh tokens are kept.
    pub refresh: Option<&'static str>,
    /// With the links.
    pub links: [Option<&'static str>; 4],
    /// With all of it.
    pub other: Option<String>,
}

/// A scope that can be ticked.
#[derive(Clone, Debug)]
pub struct ScopeChoice<'a> {
    /// Its token.
    pub name: &'a str,
    /// In a few words.
    pub title: &'a str,
    /// In a sentence.
    pub description: &'a str,
}

/// What can be chosen of an app that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Editable {
    /// Whether people are sent to it.
    pub redirects: bool,
    /// Whether its refresh tokens can be kept.
    pub may_keep: bool,
}

/// What the page shows.
#[derive(Debug)]
pub struct FormPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Where it is sent to.
    pub action: &'a str,
    /// Where one goes who does not want to.
    pub back: &'a str,
    /// What is in the fields.
    pub typed: &'a Typed,
    /// What is wrong with them.
    pub errors: &'a FormErrors,
    /// The scopes there are.
    pub scopes: Vec<ScopeChoice<'a>>,
    /// Whether whoever registers may register a machine.
    pub machines: bool,
    /// The app that is edited; none to register one.
    pub edits: Option<Editable>,
}

/// Renders it.
pub fn render(view: &FormPage<'_>) -> Markup {
    let text = ConsoleText::of(view.frame.language);
    let (typed, errors) = (view.typed, view.errors);
    let (title, button) = match view.edits {
        None => (text.register_app, text.register),
        Some(_) => (text.edit, text.save),
    };
    let editable = view.edits.unwrap_or(Editable { redirects: true, may_keep: true });
    let content = html! {
        (alert(errors.other.as_deref()))
        form method="post" action=(view.action) data-console {
            (hidden("csrf", view.csrf))
            label for="client_name" { (text.name) }
            input id="client_name" name="client_name" type="text" required maxlength="100" autocomplete="off"
                autofocus[errors.is_empty() || errors.name.is_some()]
                aria-describedby=(described("name-hint", "name-wrong", errors.name.is_some()))
                aria-invalid=[errors.name.map(|_| "true")] value=(typed.name);
            p class="hint" id="name-hint" { (text.name_hint) }
            (wrong("name-wrong", errors.name))
            @if view.edits.is_none() { (kinds(view, text)) }
            @if editable.redirects { (redirect_uris(view, text)) }
            (scopes(view, text))
            @if editable.may_keep {
                fieldset data-kinds="web" aria-describedby=[errors.refresh.map(|_| "refresh-wrong")] {
                    legend { (text.refresh) }
                    label { input type="radio" name="refresh_tokens" value="rotate" checked[!typed.keep]; span { (text.refresh_rotate) } }
                    label { input type="radio" name="refresh_tokens" value="keep" checked[typed.keep]; span { (text.refresh_keep) } }
                    (wrong("refresh-wrong", errors.refresh))
                }
            }
            @if view.edits.is_some() { (links(view, text)) }
            div class="choices" {
                button type="submit" { (button) }
                a class="button quiet" href=(view.back) { (view.frame.text().back) }
            }
        }
    };
    page(&view.frame.with_script(&CONSOLE), title, &content)
}

impl FormErrors {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn kinds(view: &FormPage<'_>, text: &ConsoleText) -> Markup {
    let error = view.errors.kind;
    html! {
        fieldset aria-describedby=[error.map(|_| "kind-wrong")] {
            legend { (text.kind) }
            @for kind in AppKind::ALL {
                @let closed = kind == AppKind::Machine && !view.machines;
                label {
                    input type="radio" name="kind" value=(kind.word()) checked[view.typed.kind == Some(kind)] disabled[closed]
                        autofocus[error.is_some() && kind == AppKind::Web];
                    span {
                        strong { (kind_name(text, kind)) }
                        span class="hint block" {
                            (kind_hint(text, kind))
                            @if closed { " " (text.machine_ask) }
                        }
                    }
                }
            }
            (wrong("kind-wrong", error))
        }
    }
}

const fn kind_hint(text: &ConsoleText, kind: AppKind) -> &'static str {
    match kind {
        AppKind::Web => text.kind_web_hint,
        AppKind::Page => text.kind_page_hint,
        AppKind::Native => text.kind_native_hint,
        AppKind::Machine => text.kind_machine_hint,
    }
}

fn redirect_uris(view: &FormPage<'_>, text: &ConsoleText) -> Markup {
    let errors = &view.errors.redirect_uris;
    html! {
        div data-kinds="web page native" {
            label for="redirect_uris" { (text.redirect_uris) }
            textarea id="redirect_uris" name="redirect_uris" rows="3" spellcheck="false" autocapitalize="off" data-check
                autofocus[view.errors.name.is_none() && !errors.is_empty()]
                aria-describedby="redirect-hint redirect-wrong" aria-invalid=[(!errors.is_empty()).then_some("true")] {
                (view.typed.redirect_uris)
            }
            p class="hint" id="redirect-hint" { (text.redirect_uris_hint) }
            div id="redirect-wrong" aria-live="polite" data-good=(text.uris_good) {
                @for error in errors { p class="wrong" { (error) } }
            }
            label class="box" {
                input type="checkbox" name="try_here" value="yes" checked[view.typed.try_here];
                span { (text.try_here) span class="hint block" { (text.try_here_hint) } }
            }
        }
    }
}

fn scopes(view: &FormPage<'_>, text: &ConsoleText) -> Markup {
    html! {
        fieldset aria-describedby=[view.errors.scopes.map(|_| "scope-wrong")] {
            legend { (text.scopes) }
            @for scope in &view.scopes {
                label {
                    input type="checkbox" name="scope" value=(scope.name)
                        checked[view.typed.scopes.iter().any(|ticked| ticked == scope.name)];
                    span {
                        (scope.title) " " code { (scope.name) }
                        span class="hint block" { (scope.description) }
                    }
                }
            }
            (wrong("scope-wrong", view.errors.scopes))
        }
    }
}

fn links(view: &FormPage<'_>, text: &ConsoleText) -> Markup {
    let labels = [text.client_uri, text.policy_uri, text.tos_uri, text.logo_uri];
    let fields = LINKS.into_iter().zip(labels).zip(&view.typed.links).zip(view.errors.links);
    html! {
        fieldset {
            legend { (text.links) }
            @for (((name, label), value), error) in fields {
                @let id = format!("{name}-wrong");
                label class="over" for=(name) { (label) }
                input id=(name) name=(name) type="text" inputmode="url" autocomplete="off" value=(value)
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| id.clone())];
                (wrong(&id, error))
            }
        }
    }
}

fn described(hint: &str, error: &str, wrong: bool) -> String {
    if wrong { format!("{hint} {error}") } else { hint.to_owned() }
}

/// What is wrong with a field, beside it.
fn wrong(id: &str, error: Option<&str>) -> Markup {
    html! { @if let Some(error) = error { p class="wrong" id=(id) role="alert" { (error) } } }
}
