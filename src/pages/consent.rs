//! The consent page: who asks, for what, for how long, and where the answer goes.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::language::Language;
use crate::model::redirect_uri::Destination;
use crate::pages::Csrf;
use crate::pages::evidence::Evidence;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::consent::{ConsentText, Lasts, allowed_before, lasts};

/// What the owner answered to a scope before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing: this client was never allowed anything.
    Nobody,
    /// It was not asked for.
    New,
    /// Yes.
    Allowed,
    /// No.
    Declined,
}

/// A scope on the page.
#[derive(Debug)]
pub struct ScopeRow<'a> {
    /// The scope token.
    pub name: &'a str,
    /// In a few words.
    pub title: &'a str,
    /// In a sentence.
    pub description: &'a str,
    /// Whether it can be unticked.
    pub optional: bool,
    /// Whether it is ticked.
    pub ticked: bool,
    /// What was answered to it before.
    pub before: Before,
}

/// What the page shows.
#[derive(Debug)]
pub struct ConsentPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The sealed form.
    pub form: &'a str,
    /// Who asks.
    pub client: Evidence<'a>,
    /// Its home page.
    pub client_uri: Option<&'a str>,
    /// Its privacy policy.
    pub policy_uri: Option<&'a str>,
    /// Its terms of service.
    pub tos_uri: Option<&'a str>,
    /// Host or scheme of the redirect URI.
    pub sent_to: &'a str,
    /// What kind of place that is.
    pub destination: Destination,
    /// For what.
    pub scopes: Vec<ScopeRow<'a>>,
    /// For how long.
    pub lasts: Lasts,
    /// When the client was last allowed something.
    pub allowed_at: Option<UnixTime>,
    /// Who is asked.
    pub username: &'a str,
    /// Where to go on as somebody else, with the same request.
    pub other_account: &'a str,
}

/// Renders it.
pub fn render(view: &ConsentPage<'_>) -> Markup {
    let language = view.frame.language;
    let text = ConsentText::of(language);
    let place = match view.destination {
        Destination::Web => None,
        Destination::Loopback => Some(text.this_computer),
        Destination::PrivateUse => Some(text.this_device),
    };
    let asks_new = view.scopes.iter().any(|scope| scope.before == Before::New);
    let links = [
        (view.client_uri, text.home_page),
        (view.policy_uri, text.privacy_policy),
        (view.tos_uri, text.terms_of_service),
    ];
    let content = html! {
        (view.client.show(language, text.asks))
        (who(&view.frame, view.username, view.other_account))
        @if let Some(at) = view.allowed_at { p class="hint" { (allowed_before(language, at, asks_new)) } }
        form method="post" action="/consent" {
            (no_enter())
            (hidden("csrf", view.csrf))
            (hidden("consent", view.form))
            (scope_list(language, &view.scopes))
            dl class="facts" {
                dt { (text.sent_to) }
                dd { strong { bdi { (view.sent_to) } } @if let Some(place) = place { " (" (place) ")" } }
                dt { (text.duration) }
                dd { (lasts(language, view.lasts)) }
                dt { (text.never) }
                dd { (text.password) }
            }
            @if view.client.proven_host.is_some_and(|host| host != view.sent_to) {
                p class="warning" { (text.sent_elsewhere) }
            }
            (choices(language))
        }
        @if links.iter().any(|(uri, _)| uri.is_some()) {
            p class="hint links" {
                @for (uri, label) in links {
                    @if let Some(uri) = uri { a href=(uri) rel="noopener noreferrer nofollow" { (label) } " " }
                }
            }
        }
    };
    page(&view.frame, text.title, &content)
}

/// Keeps Enter from answering: browsers press the first button of a form for it (HTML §4.10.21.2, implicit submission), and
/// this one closes the dialog that it is not in, which is nothing (§4.10.21.3). One that is disabled would be passed over.
/// Whoever ticks a box by keyboard must not allow or deny by accident.
pub fn no_enter() -> Markup {
    html! { button type="submit" formmethod="dialog" hidden {} }
}

/// What is asked for: boxes where it can be unticked.
pub fn scope_list(language: Language, scopes: &[ScopeRow<'_>]) -> Markup {
    let text = ConsentText::of(language);
    let words = |scope: &ScopeRow<'_>| {
        let mark = match scope.before {
            Before::New => Some(("tag new", text.new)),
            Before::Declined => Some(("tag", text.declined)),
            Before::Nobody | Before::Allowed => None,
        };
        html! {
            span {
                strong { (scope.title) }
                @if let Some((class, mark)) = mark { " " span class=(class) { (mark) } }
                @if !scope.optional { " " span class="required" { (text.required) } }
                br; (scope.description)
            }
        }
    };
    html! {
        fieldset class="asked" {
            legend { (text.scopes) }
            ul class="scopes" {
                @for scope in scopes {
                    li {
                        @if scope.optional {
                            label {
                                input type="checkbox" name="scope" value=(scope.name) checked[scope.ticked];
                                (words(scope))
                            }
                        } @else {
                            div { span class="fixed" aria-hidden="true" { "✓" } (words(scope)) }
                        }
                    }
                }
            }
        }
    }
}

/// Yes and no. No comes first where it is read aloud; yes stands out.
pub fn choices(language: Language) -> Markup {
    let text = ConsentText::of(language);
    html! {
        div class="choices" {
            button type="submit" name="decision" value="deny" class="quiet" { (text.deny) }
            button type="submit" name="decision" value="allow" { (text.allow) }
        }
    }
}

/// Who is asked, and the way to be somebody else.
pub fn who(frame: &Frame<'_>, username: &str, other_account: &str) -> Markup {
    html! {
        p class="who" {
            (frame.text().signed_in_as) " " strong { bdi { (username) } } " · "
            a href=(other_account) { (ConsentText::of(frame.language).other_account) }
        }
    }
}
