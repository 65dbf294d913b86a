//! The password: another one, a first one, or none.

use maud::{Markup, html};

use crate::model::password::MIN_LENGTH;
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::layout::{Frame, alert, hidden, page, status};
use crate::pages::passkeys::sign_in_again;
use crate::pages::text::credentials::CredentialsText;

/// What the page shows.
#[derive(Debug)]
pub struct PasswordPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// Whose, for password managers.
    pub username: &'a str,
    /// Whether there is one.
    pub has_password: bool,
    /// Whether there need not be one.
    pub dispensable: bool,
    /// Whether the owner may change something now.
    pub may_change: bool,
    /// What is wrong with the current password.
    pub current_wrong: Option<&'a str>,
    /// What is wrong with the new one.
    pub new_wrong: Option<&'a str>,
    /// What went wrong otherwise.
    pub error: Option<&'a str>,
    /// What was done.
    pub done: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &PasswordPage<'_>) -> Markup {
    let (text, common) = (CredentialsText::of(view.frame.language), view.frame.text());
    let title = if view.has_password { text.change_password } else { text.set_password };
    let content = html! {
        @if !view.has_password { p { (text.no_password) } }
        (alert(view.error))
        (status(view.done))
        @if !view.may_change { (sign_in_again(text, "account/password")) } @else {
            form method="post" action="/account/password" {
                (hidden("csrf", view.csrf))
                // Password managers file the new password under it.
                input type="text" name="username" autocomplete="username" value=(view.username) readonly hidden;
                @if view.has_password {
                    (field("current", text.current_password, "current-password", None, view.current_wrong, None))
                }
                (field("new", text.new_password, "new-password", Some(MIN_LENGTH), view.new_wrong, Some(common.password_hint)))
                p class="hint" { (text.change_password_hint) }
                button type="submit" name="action" value="change" { (title) }
            }
            @if view.has_password {
                h2 { (text.remove_password) }
                @if view.dispensable {
                    p { (text.remove_password_hint) }
                    form method="post" action="/account/password" {
                        (hidden("csrf", view.csrf))
                        button type="submit" name="action" value="remove" class="danger" { (text.remove_password_button) }
                    }
                } @else {
                    p class="hint" { (text.remove_password_not_yet) }
                }
            }
        }
    };
    page(&view.frame.among(sections(&view.frame, Section::Password)), title, &content)
}

/// A password field, with what is wrong beside it.
fn field(
    name: &str,
    label: &str,
    autocomplete: &str,
    min_length: Option<usize>,
    wrong: Option<&str>,
    hint: Option<&str>,
) -> Markup {
    let (wrong_id, hint_id) = (format!("{name}-wrong"), format!("{name}-hint"));
    let described = [wrong.map(|_| wrong_id.as_str()), hint.map(|_| hint_id.as_str())];
    let described: Vec<&str> = described.into_iter().flatten().collect();
    html! {
        label for=(name) { (label) }
        input id=(name) name=(name) type="password" autocomplete=(autocomplete) required minlength=[min_length]
            aria-invalid=[wrong.map(|_| "true")] aria-describedby=[(!described.is_empty()).then(|| described.join(" "))];
        @if let Some(wrong) = wrong { p class="wrong" id=(wrong_id) role="alert" { (wrong) } }
        @if let Some(hint) = hint { p class="hint" id=(hint_id) { (hint) } }
    }
}
