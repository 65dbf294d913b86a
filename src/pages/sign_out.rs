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

/// Says that it is done.
pub fn done(language: Language) -> Markup {
    let text = Text::of(language);
    let content = html! { p { (text.signed_out) } p { a href="/signin" { (text.sign_in) } } };
    page(language, text.sign_out, &content)
}
