//! The start page: what this is, and three ways on.

use maud::{Markup, html};

use crate::pages::layout::{Frame, page};
use crate::pages::text::start::StartText;

/// Renders it.
pub fn render(frame: &Frame<'_>, sign_up_open: bool) -> Markup {
    let (common, text) = (frame.text(), StartText::of(frame.language));
    let content = html! {
        p class="lead" { (text.lead) }
        ul class="doors" {
            li {
                h2 { (text.people) }
                p { (text.people_hint) }
                p class="choices" {
                    @if frame.signed_in {
                        a class="button" href="/account" { (common.account) }
                    } @else {
                        a class="button" href="/signin" { (common.sign_in) }
                        @if sign_up_open { a class="button quiet" href="/signup" { (common.sign_up) } }
                    }
                }
            }
            li {
                h2 { (text.developers) }
                p { (text.developers_hint) }
                p class="choices" { a class="button quiet" href="/console" { (text.register) } }
            }
            @if frame.playground {
                li {
                    h2 { (text.curious) }
                    p { (text.curious_hint) }
                    p class="choices" { a class="button quiet" href="/playground" { (text.walk) } }
                }
            }
        }
        h2 { (text.story) }
        ol class="steps" { @for (name, what) in text.steps { li { strong { (name) } br; (what) } } }
        h2 { (text.programs) }
        p { (text.programs_hint) }
        ul { @for (address, what) in text.documents { li { a href=(address) { code { (address) } } " " (what) } } }
        p { (text.apis_hint) }
        ul { @for (address, what) in text.apis { li { code { (address) } " " (what) } } }
    };
    page(&frame.wide(), &frame.brand.name, &content)
}
