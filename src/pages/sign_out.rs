//! Signing out: a question, because a link must not sign anyone out.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::message::way_out;

/// Asks.
pub fn question(frame: &Frame<'_>, csrf: Csrf<'_>) -> Markup {
    let text = frame.text();
    let content = html! {
        p { (text.sign_out_question) }
        form method="post" action="/signout" {
            (hidden("csrf", csrf))
            button type="submit" { (text.sign_out) }
        }
        p { a href="/account" { (text.back) } }
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
            button type="submit" name="logout" value="yes" { (text.sign_out) }
        }
        p { a href="/account" { (text.stay_signed_in) } }
    };
    page(frame, text.sign_out, &content)
}

/// A client asks in a way that is not followed. The owner can still sign out.
pub fn refused(frame: &Frame<'_>, description: &str, id: &str) -> Markup {
    let text = frame.text();
    let content = html! {
        p class="alert" role="alert" { (text.logout_refused) }
        p { code { (description) } }
        p { (text.turn_developer) }
        p { a href="/signout" { (text.sign_out) } }
        (way_out(frame, Some(id)))
    };
    page(frame, text.cannot_continue, &content)
}

/// Says that it is done.
pub fn done(frame: &Frame<'_>) -> Markup {
    let text = frame.text();
    let content = html! { p { (text.signed_out) } p { a href="/signin" { (text.sign_in) } } };
    page(frame, text.sign_out, &content)
}
