//! The pages of a device that waits for its owner (RFC 8628 §3.3): which code, what it is about, what came of it.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::consent::{ScopeRow, choices, no_enter, scope_list, who};
use crate::pages::evidence::Evidence;
use crate::pages::layout::{Frame, alert, hidden, page};

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
    pub client: Evidence<'a>,
    /// For what.
    pub scopes: Vec<ScopeRow<'a>>,
    /// Who is asked.
    pub username: &'a str,
    /// Where to go on as somebody else, with the same code.
    pub other_account: &'a str,
}

/// Asks whether the device may.
pub fn confirm(view: &ConfirmPage<'_>) -> Markup {
    let (language, text) = (view.frame.language, view.frame.text());
    let content = html! {
        (view.client.show(language, text.device_asks))
        (who(&view.frame, view.username, view.other_account))
        p class="warning" { strong { (text.device_warning) } }
        p { (text.device_shows) " " strong class="user-code" { (view.user_code) } }
        form method="post" action="/device/confirm" {
            (no_enter())
            (hidden("csrf", view.csrf))
            (hidden("device", view.form))
            (scope_list(language, &view.scopes))
            (choices(language))
        }
    };
    page(&view.frame, text.device, &content)
}

/// Says what came of it.
pub fn done(frame: &Frame<'_>, sentence: &str) -> Markup {
    page(frame, frame.text().device, &html! { p { (sentence) } })
}
