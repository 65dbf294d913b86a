//! Before an app is deleted: the question, once more.

use maud::{Markup, html};

use crate::pages::Csrf;
use crate::pages::console::address;
use crate::pages::layout::{Frame, hidden, page};
use crate::pages::text::console::ConsoleText;

/// What the page shows.
#[derive(Debug)]
pub struct DeletePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The id of the app.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Renders it.
pub fn render(view: &DeletePage<'_>) -> Markup {
    let text = ConsoleText::of(view.frame.language);
    let content = html! {
        p class="lead" { strong { bdi { (view.name) } } }
        p class="warning" { (text.delete_hint) }
        form method="post" action={ (address(view.id)) "/delete" } {
            (hidden("csrf", view.csrf))
            div class="choices" {
                a class="button quiet" href=(address(view.id)) { (text.cancel) }
                button type="submit" class="danger" { (text.delete_yes) }
            }
        }
    };
    page(&view.frame, text.delete_question, &content)
}
