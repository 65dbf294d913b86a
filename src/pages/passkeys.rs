//! Passkeys: the button that signs in with one, and the page on which their owner keeps them.

use maud::{Markup, html};

use crate::model::passkey::Passkey;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::date::day;
use crate::pages::layout::{Frame, alert, hidden, page, status};
use crate::pages::text::credentials::CredentialsText;

/// What a ceremony is about.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyCeremony<'a> {
    /// Sealed, and good once.
    pub challenge: &'a str,
    /// Where passkeys work.
    pub rp_id: &'a str,
}

/// The button that signs in. It shows where the browser has passkeys; `carried` goes along.
pub fn sign_in_form(
    text: &CredentialsText,
    ceremony: PasskeyCeremony<'_>,
    csrf: Csrf<'_>,
    carried: &[(&str, Option<&str>)],
) -> Markup {
    html! {
        form method="post" action="/signin/passkey" data-passkey="get" data-challenge=(ceremony.challenge)
            data-rp-id=(ceremony.rp_id) hidden {
            (hidden("csrf", csrf))
            @for (name, value) in carried { @if let Some(value) = value { (hidden(name, value)) } }
            @for name in ["id", "user_handle", "client_data", "authenticator_data", "signature"] { (hidden(name, "")) }
            p class="or" { (text.or) }
            button type="submit" class="quiet full" { (text.sign_in_with_passkey) }
            p class="wrong" role="alert" data-failed="" hidden { (text.passkey_not_used) }
        }
    }
}

/// What the page shows.
#[derive(Debug)]
pub struct PasskeysPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The passkeys.
    pub passkeys: &'a [Passkey],
    /// What a new one is made with, where the owner may change something.
    pub ceremony: Option<PasskeyCeremony<'a>>,
    /// Whose it will be.
    pub user_handle: &'a str,
    /// As people know it.
    pub username: &'a str,
    /// What a new one is called until its owner says something else.
    pub new_name: Option<&'a str>,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// What was done.
    pub done: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &PasskeysPage<'_>) -> Markup {
    let text = CredentialsText::of(view.frame.language);
    let may_change = view.ceremony.is_some();
    let content = html! {
        p { (text.passkeys_hint) }
        (alert(view.error))
        (status(view.done))
        @if view.passkeys.is_empty() { p class="hint" { (text.no_passkeys) } }
        ul class="apps" {
            @for (at, passkey) in view.passkeys.iter().enumerate() { (row(view, text, at, passkey, may_change)) }
        }
        @match view.ceremony {
            Some(ceremony) => { (add_form(view, text, ceremony)) }
            None => { (sign_in_again(text, "account/passkeys")) }
        }
    };
    let frame = view.frame.among(sections(&view.frame, Section::Passkeys));
    page(&frame.with_script(&crate::pages::assets::PASSKEY), text.passkeys, &content)
}

fn row(
    view: &PasskeysPage<'_>,
    text: &CredentialsText,
    at: usize,
    passkey: &Passkey,
    may_change: bool,
) -> Markup {
    let language = view.frame.language;
    let name = passkey.name.as_str();
    let field = format!("name-{at}");
    html! {
        li {
            div {
                strong { bdi { (name) } }
                @if passkey.synced { " " span class="tag" { (text.passkey_synced) } }
                p class="hint" {
                    (text.passkey_created) " " (day(language, passkey.created_at)) " · "
                    @match passkey.used_at {
                        Some(at) => { (text.passkey_used) " " (day(language, at)) }
                        None => { (text.passkey_unused) }
                    }
                }
                @if may_change {
                    details {
                        summary { (text.rename) }
                        form method="post" action="/account/passkeys" {
                            (hidden("csrf", view.csrf))
                            (hidden("id", passkey.id.as_str()))
                            label for=(field) { (text.passkey_name) }
                            input id=(field) name="name" type="text" required maxlength="60" value=(name);
                            button type="submit" name="action" value="rename" { (text.rename) }
                        }
                    }
                }
            }
            @if may_change {
                form method="post" action="/account/passkeys" {
                    (hidden("csrf", view.csrf))
                    (hidden("id", passkey.id.as_str()))
                    button type="submit" name="action" value="remove" class="danger" aria-label={ (text.remove) ": " (name) } {
                        (text.remove)
                    }
                }
            }
        }
    }
}

fn add_form(view: &PasskeysPage<'_>, text: &CredentialsText, ceremony: PasskeyCeremony<'_>) -> Markup {
    let known: Vec<&str> = view.passkeys.iter().map(|passkey| passkey.id.as_str()).collect();
    html! {
        h2 { (text.add_passkey) }
        p class="hint" data-without-passkeys="" { (text.add_passkey_unsupported) }
        form method="post" action="/account/passkeys" data-passkey="create" data-challenge=(ceremony.challenge)
            data-rp-id=(ceremony.rp_id) data-rp-name=(view.frame.brand.name) data-user-handle=(view.user_handle)
            data-username=(view.username) data-known=(known.join(" ")) hidden {
            (hidden("csrf", view.csrf))
            (hidden("action", "add"))
            @for name in ["client_data", "attestation"] { (hidden(name, "")) }
            label for="name" { (text.passkey_name) }
            input id="name" name="name" type="text" required maxlength="60" aria-describedby="name-hint"
                value=(view.new_name.unwrap_or(text.passkey_default_name));
            p class="hint" id="name-hint" { (text.passkey_name_hint) }
            button type="submit" { (text.add_passkey) }
            p class="wrong" role="alert" data-failed="" hidden { (text.passkey_not_used) }
        }
    }
}

/// The way to a change that needs a fresh sign-in.
pub fn sign_in_again(text: &CredentialsText, next: &str) -> Markup {
    html! {
        p class="hint" { (text.sign_in_again_hint) }
        p { a class="button" href={ "/signin?next=" (next) } { (text.sign_in_again) } }
    }
}
