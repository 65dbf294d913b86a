//! Signing in and signing up: two pages of one shape.

use maud::{Markup, html};

use crate::model::password;
use crate::pages::Csrf;
use crate::pages::layout::{Frame, alert, hidden, page};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sign in.
    SignIn,
    /// Sign up.
    SignUp,
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
    /// The sealed request that waits, if there is one.
    pub request: Option<&'a str>,
    /// Who sent the owner here.
    pub client_name: Option<&'a str>,
    /// Where to go after, if no request waits.
    pub next: Option<&'a str>,
    /// Whoever is signed in, and where to go on as that one.
    pub continue_as: Option<(&'a str, &'a str)>,
    /// What was typed before.
    pub username: &'a str,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// Whether sign-up is open.
    pub sign_up_open: bool,
}

/// Renders it.
pub fn render(view: &SignInPage<'_>) -> Markup {
    let text = view.frame.text();
    let (title, action, other, autocomplete) = match view.purpose {
        Purpose::SignIn => (text.sign_in, "/signin", "/signup", "current-password"),
        Purpose::SignUp => (text.sign_up, "/signup", "/signin", "new-password"),
    };
    let is_new = view.purpose == Purpose::SignUp;
    let min_length = is_new.then_some(password::MIN_LENGTH);
    let carried = [("authorization_request", view.request), ("next", view.next)];
    let query =
        crate::base::form::encode_pairs(carried.iter().filter_map(|(name, value)| value.map(|v| (*name, v))));
    let other = if query.is_empty() { other.to_owned() } else { format!("{other}?{query}") };
    let content = html! {
        @if let Some(name) = view.client_name { p class="lead" { (text.continue_to) " " strong { bdi { (name) } } } }
        @if let Some((username, address)) = view.continue_as {
            p { a class="button" href=(address) { (text.continue_as) " " bdi { (username) } } }
        }
        (alert(view.error))
        form method="post" action=(action) {
            (hidden("csrf", view.csrf))
            @for (name, value) in carried { @if let Some(value) = value { (hidden(name, value)) } }
            label for="username" { (text.username) }
            input id="username" name="username" type="text" autocomplete="username" autocapitalize="none"
                spellcheck="false" required autofocus[view.username.is_empty()] value=(view.username);
            label for="password" { (text.password) }
            input id="password" name="password" type="password" autocomplete=(autocomplete) required
                autofocus[!view.username.is_empty()] minlength=[min_length] aria-describedby=[is_new.then_some("password-hint")];
            @if is_new { p class="hint" id="password-hint" { (text.password_hint) } }
            button type="submit" { (title) }
        }
        @if is_new || view.sign_up_open {
            p { a href=(other) { (if is_new { text.have_account } else { text.no_account }) } }
        }
    };
    page(&view.frame, title, &content)
}
