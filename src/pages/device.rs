//! The pages of a device that waits for its owner (RFC 8628 §3.3): which code, what it is about, what came of it.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::consent::{ScopeRow, choices, scope_list};
use crate::pages::layout::{Frame, alert, hidden, page};
use crate::pages::text::published_by;

/// Asks for the code. That it stands there already answers nothing: it may have come in a link that somebody sent
/// (RFC 8628 §5.4).
pub fn ask(frame: &Frame<'_>, csrf: Csrf<'_>, typed: &str, error: Option<&str>) -> Markup {
    let text = frame.text();
    let content = html! {
        p { (text.device_hint) }
        (alert(error))
        form method="post" action="/device" {
            (hidden("csrf", csrf))
            label for="user_code" { (text.user_code) }
            input id="user_code" name="user_code" type="text" autocomplete="off" autocapitalize="characters"
                spellcheck="false" placeholder="XXXX-XXXX" maxlength="64" required
                autofocus[typed.is_empty()] value=(typed);
            button type="submit" { (text.device_continue) }
        }
    };
    page(frame, text.device, &content)
}

/// What the confirmation shows.
#[derive(Debug)]
pub struct ConfirmPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The sealed form.
    pub form: &'a str,
    /// The code, to be compared.
    pub user_code: &'a str,
    /// Who asks.
    pub client_name: &'a str,
    /// The host that published it, if it did.
    pub proven_host: Option<&'a str>,
    /// Whether nobody vouched for it.
    pub anonymous: bool,
    /// For what.
    pub scopes: Vec<ScopeRow<'a>>,
    /// Who is asked.
    pub username: &'a str,
}

/// Asks whether the device may.
pub fn confirm(view: &ConfirmPage<'_>) -> Markup {
    let text = view.frame.text();
    let content = html! {
        p class="lead" { strong class="client" { bdi { (view.client_name) } } " " (text.device_asks) }
        @if let Some(host) = view.proven_host { p { strong { (published_by(view.frame.language, host)) } } }
        @if view.anonymous { p class="warning" { (text.consent_anonymous) } }
        p class="warning" { strong { (text.device_warning) } }
        p { (text.device_shows) " " strong class="user-code" { (view.user_code) } }
        form method="post" action="/device/confirm" {
            (hidden("csrf", view.csrf))
            (hidden("device", view.form))
            (scope_list(text, &view.scopes))
            (choices(text))
        }
        p class="hint" { (text.signed_in_as) " " bdi { (view.username) } " · " a href="/signout" { (text.sign_out) } }
    };
    page(&view.frame, text.device, &content)
}

/// Says what came of it.
pub fn done(frame: &Frame<'_>, sentence: &str) -> Markup {
    page(frame, frame.text().device, &html! { p { (sentence) } })
}
