//! Signing out: a question, because a link must not sign anyone out.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::message::{name_in_log, start_page};

/// Asks.
pub fn question(frame: &Frame<'_>, csrf: Csrf<'_>) -> Markup {
    let text = frame.text();
    let content = html! {
        p { (text.sign_out_question) }
        form method="post" action="/signout" {
            (hidden("csrf", csrf))
            div class="choices" {
                a class="button quiet" href="/account" { (text.back) }
                button type="submit" { (text.sign_out) }
            }
        }
    };
    page(frame, text.sign_out, &content)
}

/// Asks because a client wants it (RP-Initiated Logout §2).
pub fn asked(frame: &Frame<'_>, csrf: Csrf<'_>, name: &str, request: &str) -> Markup {
    let text = frame.text();
    let content = html! {
        p { (text.sign_out_asked) }
        p { (text.sign_out_question) }
        form method="post" action="/logout/confirm" {
            (hidden("csrf", csrf))
            (hidden(name, request))
            div class="choices" {
                a class="button quiet" href="/account" { (text.stay_signed_in) }
                button type="submit" name="logout" value="yes" { (text.sign_out) }
            }
        }
    };
    page(frame, text.sign_out, &content)
}

/// A client asks in a way that is not followed. The owner can still sign out.
pub fn refused(frame: &Frame<'_>, description: &str, id: &str) -> Markup {
    let text = frame.text();
    let content = html! {
        p class="alert" role="alert" { (text.logout_refused) }
        p { (text.turn_developer) }
        p class="hint" { code { (description) } }
        p class="choices" {
            a class="button" href="/signout" { (text.sign_out) }
            (start_page(frame))
        }
        (name_in_log(frame, id))
    };
    page(frame, text.cannot_continue, &content)
}

/// Says that it is done.
pub fn done(frame: &Frame<'_>) -> Markup {
    let text = frame.text();
    let content = html! {
        p { (text.signed_out_hint) }
        p class="choices" {
            a class="button" href="/signin" { (text.sign_in) }
            a class="button quiet" href="/" { (text.start_page) }
        }
    };
    page(frame, text.signed_out, &content)
}
