//! The developer's page: register an app, see its id and secret once, list and delete.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::layout::{Frame, alert, hidden, page};

/// A client on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What was typed before, when something was wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Name.
    pub client_name: String,
    /// One URI a line.
    pub redirect_uris: String,
}

/// What the page shows.
#[derive(Debug)]
pub struct ConsolePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The owner's clients.
    pub clients: &'a [ClientRow],
    /// The scopes there are: token and title.
    pub scopes: Vec<(&'a str, &'a str)>,
    /// What was typed.
    pub typed: &'a Typed,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &ConsolePage<'_>) -> Markup {
    let text = view.frame.text();
    let content = html! {
        (alert(view.error))
        h2 { (text.my_clients) }
        @if view.clients.is_empty() { p { (text.no_clients) } }
        ul class="apps" {
            @for client in view.clients {
                li {
                    div { strong { bdi { (client.name) } } p class="hint" { code { (client.id) } } }
                    form method="post" action="/console/delete" {
                        (hidden("csrf", view.csrf))
                        (hidden("client_id", &client.id))
                        button type="submit" class="quiet" { (text.delete) }
                    }
                }
            }
        }
        h2 { (text.register_client) }
        form method="post" action="/console" {
            (hidden("csrf", view.csrf))
            label for="client_name" { (text.client_name) }
            input id="client_name" name="client_name" type="text" required maxlength="100" value=(view.typed.client_name);
            label for="redirect_uris" { (text.redirect_uris) }
            textarea id="redirect_uris" name="redirect_uris" rows="3" required spellcheck="false"
                aria-describedby="redirect-hint" { (view.typed.redirect_uris) }
            p class="hint" id="redirect-hint" { (text.redirect_uris_hint) }
            (choice("kind", text.client_kind, &[("confidential", text.kind_confidential), ("public", text.kind_public)]))
            fieldset {
                legend { (text.scopes) }
                @for (name, title) in &view.scopes {
                    label { input type="checkbox" name="scope" value=(name) checked; span { (title) " " code { (name) } } }
                }
            }
            (choice("refresh_tokens", text.refresh_tokens, &[("rotate", text.refresh_rotate), ("keep", text.refresh_keep)]))
            button type="submit" { (text.register) }
        }
        nav { a href="/account" { (text.account) } " · " a href="/signout" { (text.sign_out) } }
    };
    page(&view.frame, text.console, &content)
}

/// What is shown once.
#[derive(Debug)]
pub struct RegisteredPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The client's name.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its secret, if it has one.
    pub secret: Option<&'a str>,
    /// Its registration access token.
    pub registration_token: &'a str,
    /// A link that starts the story.
    pub authorize_link: &'a str,
}

/// Renders it.
pub fn registered(view: &RegisteredPage<'_>) -> Markup {
    let text = view.frame.text();
    let content = html! {
        p class="lead" { strong { bdi { (view.name) } } }
        dl {
            dt { (text.client_id) } dd { code id="client_id" { (view.id) } }
            @if let Some(secret) = view.secret {
                dt { (text.client_secret) } dd { code id="client_secret" { (secret) } }
            }
            dt { (text.registration_token) } dd { code id="registration_access_token" { (view.registration_token) } }
            dt { (text.authorize_link) } dd { code { (view.authorize_link) } }
        }
        @if view.secret.is_some() { p class="warning" { (text.client_secret_once) } }
        nav { a href="/console" { (text.back) } }
    };
    page(&view.frame, text.client_registered, &content)
}

fn choice(name: &str, legend: &str, choices: &[(&str, &str)]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (at, (value, label)) in choices.iter().enumerate() {
                label { input type="radio" name=(name) value=(value) checked[at == 0]; span { (label) } }
            }
        }
    }
}
