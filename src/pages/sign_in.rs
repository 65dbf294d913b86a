//! Signing in and signing up: two pages of one shape.

use maud::{Markup, html};

use crate::base::form::encode_pairs;
use crate::model::password;
use crate::pages::Csrf;
use crate::pages::assets::PASSKEY;
use crate::pages::layout::{Frame, alert, hidden, page};
use crate::pages::passkeys::{PasskeyCeremony, sign_in_form};
use crate::pages::text::credentials::CredentialsText;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sign in.
    SignIn,
    /// Sign up.
    SignUp,
}

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// All of it.
    Form,
    /// The user name.
    Username,
    /// The password.
    Password,
}

/// What the page shows.
#[derive(Debug)]
pub struct SignInPage<'a> {
    /// Sign in or sign up.
    pub purpose: Purpose,
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// What goes along: the sealed request that waits, and where to go if there is none.
    pub carried: [(&'a str, Option<&'a str>); 2],
    /// Who sent the owner here.
    pub client_name: Option<&'a str>,
    /// Whether that wants a passkey.
    pub passkey_needed: bool,
    /// What a passkey signs.
    pub ceremony: PasskeyCeremony<'a>,
    /// Whoever is signed in, and where to go on as that one.
    pub continue_as: Option<(&'a str, &'a str)>,
    /// What was typed before.
    pub username: &'a str,
    /// What went wrong, and with what.
    pub error: Option<(Field, &'a str)>,
    /// Whether sign-up is open.
    pub sign_up_open: bool,
}

/// Renders it.
pub fn render(view: &SignInPage<'_>) -> Markup {
    let (text, ways) = (view.frame.text(), CredentialsText::of(view.frame.language));
    let (title, action, other, autocomplete) = match view.purpose {
        Purpose::SignIn => (text.sign_in, "/signin", "/signup", "current-password"),
        Purpose::SignUp => (text.sign_up, "/signup", "/signin", "new-password"),
    };
    let is_new = view.purpose == Purpose::SignUp;
    let min_length = is_new.then_some(password::MIN_LENGTH);
    let query = encode_pairs(view.carried.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    let to = |path: &str| if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let wrong = |field: Field| view.error.filter(|(at, _)| *at == field).map(|(_, sentence)| sentence);
    let (name_wrong, password_wrong) = (wrong(Field::Username), wrong(Field::Password));
    let described = match (password_wrong.is_some(), is_new) {
        (true, true) => Some("password-wrong password-hint"),
        (true, false) => Some("password-wrong"),
        (false, true) => Some("password-hint"),
        (false, false) => None,
    };
    let content = html! {
        @if let Some(name) = view.client_name { p class="lead" { (text.continue_to) " " strong { bdi { (name) } } } }
        @if view.passkey_needed { p class="warning" { (ways.passkey_needed) } }
        @if let Some((username, address)) = view.continue_as {
            p { a class="button" href=(address) { (text.continue_as) " " bdi { (username) } } }
        }
        (alert(wrong(Field::Form)))
        form method="post" action=(action) {
            (hidden("csrf", view.csrf))
            @for (name, value) in view.carried { @if let Some(value) = value { (hidden(name, value)) } }
            label for="username" { (text.username) }
            // Passkeys are offered in this field, where the browser can.
            input id="username" name="username" type="text" autocomplete=(if is_new { "username" } else { "username webauthn" })
                autocapitalize="none" spellcheck="false" required autofocus[view.username.is_empty() || name_wrong.is_some()]
                value=(view.username) aria-invalid=[name_wrong.map(|_| "true")]
                aria-describedby=[name_wrong.map(|_| "username-wrong")];
            @if let Some(sentence) = name_wrong { p class="wrong" id="username-wrong" role="alert" { (sentence) } }
            label for="password" { (text.password) }
            input id="password" name="password" type="password" autocomplete=(autocomplete) required
                autofocus[!view.username.is_empty() && name_wrong.is_none()] minlength=[min_length]
                aria-invalid=[password_wrong.map(|_| "true")] aria-describedby=[described];
            @if let Some(sentence) = password_wrong { p class="wrong" id="password-wrong" role="alert" { (sentence) } }
            @if is_new { p class="hint" id="password-hint" { (text.password_hint) } }
            button type="submit" class="full" { (title) }
        }
        @if !is_new { (sign_in_form(ways, view.ceremony, view.csrf, &view.carried)) }
        ul class="links" {
            @if is_new || view.sign_up_open {
                li { a href=(to(other)) { (if is_new { text.have_account } else { text.no_account }) } }
            }
            @if !is_new { li { a href=(to("/signin/recovery")) { (ways.use_recovery_code) } } }
        }
    };
    let frame = if is_new { view.frame.clone() } else { view.frame.with_script(&PASSKEY) };
    page(&frame, title, &content)
}
