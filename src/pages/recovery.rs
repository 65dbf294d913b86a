//! Recovery codes: made, shown once, and used.

use maud::{Markup, html};

use crate::base::secret::Secret;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::passkeys::sign_in_again;
use crate::pages::text::credentials::{CredentialsText, codes_left};

/// What the page shows.
#[derive(Debug)]
pub struct RecoveryPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Codes that were not used yet.
    pub left: usize,
    /// New ones, shown this once.
    pub codes: &'a [Secret<String>],
    /// Whether the owner may change something now.
    pub may_change: bool,
}

/// Renders it.
pub fn render(view: &RecoveryPage<'_>) -> Markup {
    let text = CredentialsText::of(view.frame.language);
    let content = html! {
        p { (text.recovery_hint) }
        @if !view.codes.is_empty() {
            p class="warning" role="status" { (text.recovery_codes_once) }
            ol class="codes" { @for code in view.codes { li { code { (code.expose()) } } } }
            p { a class="button" href="/account/recovery" { (text.recovery_codes_kept) } }
        } @else {
            p { @if view.left == 0 { (text.no_recovery_codes) } @else { (codes_left(view.frame.language, view.left)) } }
            @if view.may_change {
                form method="post" action="/account/recovery" {
                    (hidden("csrf", view.csrf))
                    button type="submit" name="action" value="make" {
                        (if view.left == 0 { text.make_recovery_codes } else { text.replace_recovery_codes })
                    }
                }
            } @else { (sign_in_again(text, "account/recovery")) }
        }
    };
    page(&view.frame.among(sections(&view.frame, Section::Recovery)), text.recovery, &content)
}

/// What the sign-in page for who lost everything else shows.
#[derive(Debug)]
pub struct RecoverySignInPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// What goes along: the request that waits, or a page of ours.
    pub carried: [(&'a str, Option<&'a str>); 2],
    /// What was typed before.
    pub username: &'a str,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// The way back to the sign-in page.
    pub back: &'a str,
}

/// Renders it.
pub fn sign_in(view: &RecoverySignInPage<'_>) -> Markup {
    let (text, common) = (CredentialsText::of(view.frame.language), view.frame.text());
    let wrong = view.error.map(|_| "true");
    let content = html! {
        form method="post" action="/signin/recovery" {
            (hidden("csrf", view.csrf))
            @for (name, value) in view.carried { @if let Some(value) = value { (hidden(name, value)) } }
            label for="username" { (common.username) }
            input id="username" name="username" type="text" autocomplete="username" autocapitalize="none"
                spellcheck="false" required value=(view.username);
            label for="code" { (text.recovery_code) }
            input id="code" name="code" type="text" class="mono" autocomplete="one-time-code" autocapitalize="none"
                spellcheck="false" required maxlength="64" placeholder="xxxx-xxxx-xxxx-xxxx" aria-invalid=[wrong]
                aria-describedby=(if wrong.is_some() { "code-wrong code-hint" } else { "code-hint" });
            @if let Some(error) = view.error { p class="wrong" id="code-wrong" role="alert" { (error) } }
            p class="hint" id="code-hint" { (text.recovery_code_hint) }
            button type="submit" class="full" { (common.sign_in) }
        }
        p { a href=(view.back) { (text.back_to_sign_in) } }
    };
    page(&view.frame, text.recovery_sign_in, &content)
}
