//! The consent page: who asks, for what, and where the answer goes.

use maud::{Markup, html};

use crate::model::redirect_uri::Destination;
use crate::pages::Csrf;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::{Text, published_by};

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
    pub client_name: &'a str,
    /// Its home page.
    pub client_uri: Option<&'a str>,
    /// Its privacy policy.
    pub policy_uri: Option<&'a str>,
    /// Its terms of service.
    pub tos_uri: Option<&'a str>,
    /// Whether nobody vouched for it.
    pub anonymous: bool,
    /// The host that published its metadata, where that is its id.
    pub proven_host: Option<&'a str>,
    /// Host or scheme of the redirect URI.
    pub sent_to: &'a str,
    /// What kind of place that is.
    pub destination: Destination,
    /// For what.
    pub scopes: Vec<ScopeRow<'a>>,
    /// Who is asked.
    pub username: &'a str,
}

/// Renders it.
pub fn render(view: &ConsentPage<'_>) -> Markup {
    let text = view.frame.text();
    let place = match view.destination {
        Destination::Web => None,
        Destination::Loopback => Some(text.consent_this_computer),
        Destination::PrivateUse => Some(text.consent_this_device),
    };
    let content = html! {
        p class="lead" { strong class="client" { bdi { (view.client_name) } } " " (text.consent_asks) }
        @if let Some(host) = view.proven_host { p { strong { (published_by(view.frame.language, host)) } } }
        @if view.anonymous { p class="warning" { (text.consent_anonymous) } }
        form method="post" action="/consent" {
            (hidden("csrf", view.csrf))
            (hidden("consent", view.form))
            (scope_list(text, &view.scopes))
            p class="destination" {
                (text.consent_sent_to) " " strong { (view.sent_to) }
                @if let Some(place) = place { " (" (place) ")" }
            }
            @if view.proven_host.is_some_and(|host| host != view.sent_to) {
                p class="warning" { (text.consent_sent_elsewhere) }
            }
            (choices(text))
        }
        p class="hint" { (text.signed_in_as) " " bdi { (view.username) } " · " a href="/signout" { (text.sign_out) } }
        @for (uri, label) in [(view.client_uri, view.client_name), (view.policy_uri, text.privacy_policy), (view.tos_uri, text.terms_of_service)] {
            @if let Some(uri) = uri { p class="hint" { a href=(uri) rel="noopener noreferrer nofollow" { bdi { (label) } } } }
        }
    };
    page(&view.frame, view.client_name, &content)
}

/// What is asked for: boxes where it can be unticked.
pub fn scope_list(text: &Text, scopes: &[ScopeRow<'_>]) -> Markup {
    html! {
        ul class="scopes" {
            @for scope in scopes {
                li {
                    @if scope.optional {
                        label {
                            input type="checkbox" name="scope" value=(scope.name) checked[scope.ticked];
                            span { strong { (scope.title) } br; (scope.description) }
                        }
                    } @else {
                        div {
                            span class="required" { (text.required) }
                            span { strong { (scope.title) } br; (scope.description) }
                        }
                    }
                }
            }
        }
    }
}

/// Yes and no.
pub fn choices(text: &Text) -> Markup {
    html! {
        div class="choices" {
            button type="submit" name="decision" value="deny" class="quiet" { (text.deny) }
            button type="submit" name="decision" value="allow" { (text.allow) }
        }
    }
}
