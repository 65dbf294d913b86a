//! All clients, for administrators.

use maud::{Markup, html};

use crate::model::client::ClientSummary;
use crate::pages::Csrf;
use crate::pages::admin::{Room, room, switch, turn_page};
use crate::pages::date;
use crate::pages::layout::{Frame, alert, hidden, status};
use crate::pages::text::admin::AdminText;

/// What the page shows.
#[derive(Debug)]
pub struct ClientsPage<'a> {
    /// What is around it.
    pub frame: &'a Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The clients.
    pub clients: &'a [ClientSummary],
    /// Where the list goes on.
    pub next: Option<&'a str>,
    /// Whether it begins here.
    pub first: bool,
    /// The client id that was typed.
    pub typed: &'a str,
    /// What was done.
    pub done: Option<&'a str>,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &ClientsPage<'_>) -> Markup {
    let text = AdminText::of(view.frame.language);
    let wrong = view.error.map(|_| "client-wrong");
    let content = html! {
        (status(view.done))
        h2 { (text.client_by_id) }
        form method="post" action="/admin/clients" {
            (hidden("csrf", view.csrf))
            label for="client_id" { (text.client_id) }
            input id="client_id" name="client_id" type="text" required autocomplete="off" spellcheck="false"
                value=(view.typed) aria-invalid=[wrong.map(|_| "true")]
                aria-describedby={ "client-hint" @if let Some(wrong) = wrong { " " (wrong) } };
            div id="client-wrong" { (alert(view.error)) }
            p class="hint" id="client-hint" { (text.client_by_id_hint) }
            div class="choices" {
                button type="submit" name="action" value="disable" class="danger" { (text.disable) }
                button type="submit" name="action" value="enable" class="quiet" { (text.enable) }
            }
        }
        h2 { (text.registered_clients) }
        p class="hint" { (text.disable_client_hint) }
        @if view.clients.is_empty() { p { (text.no_clients) } }
        ul class="apps" { @for client in view.clients { (row(view, client)) } }
        (turn_page(text, Room::Clients, view.next, view.first))
    };
    room(view.frame, Room::Clients, &content)
}

fn row(view: &ClientsPage<'_>, client: &ClientSummary) -> Markup {
    let text = AdminText::of(view.frame.language);
    let name = client.name.as_deref().unwrap_or(view.frame.text().no_name);
    html! {
        li {
            div {
                strong { bdi { (name) } }
                @if client.disabled { " " span class="tag" { (text.disabled) } }
                p class="hint" { code { (client.id) } }
                p class="hint" {
                    (text.registered_on) " " (date::day(view.frame.language, client.issued_at)) " · "
                    @match client.registered_by {
                        Some(sub) => { (text.registered_by) " " code { (sub) } }
                        None => { (text.registered_with_token) }
                    }
                }
            }
            form method="post" action="/admin/clients" {
                (hidden("csrf", view.csrf))
                (hidden("client_id", client.id.as_str()))
                (switch(text, client.disabled, name))
            }
        }
    }
}
