//! The start page.

use maud::{Markup, html};

use crate::pages::layout::{Frame, page};

/// Renders it.
pub fn render(frame: &Frame<'_>) -> Markup {
    let text = frame.text();
    let documents = [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/demo/whoami",
        "/demo/calendar",
    ];
    let content = html! {
        p class="lead" { (text.start_lead) }
        p class="choices" {
            a class="button" href="/signup" { (text.sign_up) }
            a class="button quiet" href="/signin" { (text.sign_in) }
        }
        h2 { (text.start_story) }
        ol { @for step in text.start_steps { li { (step) } } }
        h2 { (text.start_developers) }
        ul {
            li { a href="/console" { (text.console) } }
            li { a href="/account" { (text.account) } }
            @for document in documents { li { a href=(document) { code { (document) } } } }
        }
    };
    page(frame, &frame.brand.name, &content)
}
