//! Leaving for good: what will happen, in words, and the name typed.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::account::AccountText;

/// What the page shows.
#[derive(Debug)]
pub struct DeletePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The name to type.
    pub username: &'a str,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Asks.
pub fn question(view: &DeletePage<'_>) -> Markup {
    let text = AccountText::of(view.frame.language);
    let described = if view.error.is_some() { "delete-error" } else { "delete-warning" };
    let content = html! {
        @if let Some(error) = view.error { p class="alert" role="alert" id="delete-error" { (error) } }
        p class="warning" id="delete-warning" { (text.delete_warning) }
        ul { @for consequence in text.delete_consequences { li { (consequence) } } }
        form method="post" action="/account/delete" {
            (hidden("csrf", view.csrf))
            label for="username" { (text.delete_type) " " bdi { (view.username) } }
            input id="username" name="username" type="text" required autocomplete="off" autocapitalize="none"
                spellcheck="false" aria-invalid=[view.error.map(|_| "true")] aria-describedby=(described);
            div class="choices" {
                a class="button quiet" href="/account/data" { (text.keep_account) }
                button type="submit" class="danger" { (text.delete_account) }
            }
        }
    };
    page(&view.frame.among(sections(&view.frame, Section::Data)), text.delete_account, &content)
}

/// Says that it is done.
pub fn done(frame: &Frame<'_>) -> Markup {
    let text = AccountText::of(frame.language);
    let content = html! {
        p role="status" { (text.deleted_lead) }
        p { a class="button quiet" href="/" { (frame.text().start_page) } }
    };
    page(frame, text.deleted, &content)
}
