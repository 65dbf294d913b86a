//! The live test: an app's own story, by a script of ours in the place of the app.

use maud::{Markup, html};

use crate::pages::assets::CONSOLE_TEST;
use crate::pages::layout::{Frame, page};
use crate::pages::text::console::ConsoleText;

/// Renders it. All that changes is up to the script, which reads the address.
pub fn render(frame: &Frame<'_>) -> Markup {
    let text = ConsoleText::of(frame.language);
    let content = html! {
        p class="lead" { (text.test_lead) }
        noscript { p class="alert" { (text.test_script) } }
        p class="alert" role="alert" id="refused" hidden {}
        p hidden {
            span id="say-state" { (text.test_state_wrong) }
            span id="say-stray" { (text.test_stray) }
            span id="say-refused" { (text.test_refused) }
        }
        section id="start" hidden {
            p { (text.test_ready) }
            pre tabindex="0" { code id="link" {} }
            button type="button" id="go" { (text.test_start) }
        }
        section id="code" hidden {
            h2 { (text.test_step_code) }
            p { (text.test_code) }
            pre tabindex="0" { code id="returned" {} }
            h2 { (text.test_step_token) }
            form id="exchange" method="post" action="/console/test" {
                div id="with-secret" hidden {
                    label for="client_secret" { (text.test_secret) }
                    input id="client_secret" type="password" autocomplete="off" spellcheck="false";
                }
                button type="submit" { (text.test_exchange) }
            }
            (shown("token", text))
        }
        section id="api" hidden {
            h2 { (text.test_step_call) }
            button type="button" id="call" { (text.test_call) }
            (shown("whoami", text))
            p class="done" role="status" id="done" hidden { (text.test_done) }
        }
        nav { a id="again" href="/console" { (text.test_again) } " · " a href="/console" { (text.my_apps) } }
    };
    page(&frame.with_script(&CONSOLE_TEST), text.test_title, &content)
}

/// Where a request and its answer are shown.
fn shown(name: &str, text: &ConsoleText) -> Markup {
    html! {
        div id=(name) aria-live="polite" hidden {
            h3 { (text.test_request) }
            pre tabindex="0" { code id={ (name) "-request" } {} }
            h3 { (text.test_answer) }
            pre tabindex="0" { code id={ (name) "-answer" } {} }
        }
    }
}
