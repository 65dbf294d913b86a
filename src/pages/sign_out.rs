//! Signing out: a question, because a link must not sign anyone out.

use maud::{Markup, html};

use crate::model::language::Language;
use crate::pages::Csrf;
use crate::pages::layout::{hidden, page};
use crate::pages::text::Text;

/// Asks.
pub fn question(language: Language, csrf: Csrf<'_>) -> Markup {
    let text = Text::of(language);
    let content = html! {
        p { (text.sign_out_question) }
        form method="post" action="/signout" {
            (hidden("csrf", csrf))
            button type="submit" { (text.sign_out) }
        }
        p { a href="/account" { (text.back) } }
    };
    page(language, text.sign_out, &content)
}

/// Asks because a client wants it (RP-Initiated Logout §2).
pub fn asked(language: Language, csrf: Csrf<'_>, name: &str, request: &str) -> Markup {
    let text = Text::of(language);
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
    page(language, text.sign_out, &content)
}

/// A client asks in a way that is not followed. The owner can still sign out.
pub fn refused(language: Language, description: &str) -> Markup {
    let text = Text::of(language);
    let content = html! {
        p class="alert" role="alert" { (text.logout_refused) }
        p { code { (description) } }
        p { a href="/signout" { (text.sign_out) } }
    };
    page(language, text.cannot_continue, &content)
}

/// Says that it is done.
pub fn done(language: Language) -> Markup {
    let text = Text::of(language);
    let content = html! { p { (text.signed_out) } p { a href="/signin" { (text.sign_in) } } };
    page(language, text.sign_out, &content)
}
