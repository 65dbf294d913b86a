//! What is kept of an owner: to take it along, or to end it.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::pages::account_sections::{Section, sections};
use crate::pages::date;
use crate::pages::layout::{Frame, page};
use crate::pages::text::account::AccountText;

/// What the page shows.
#[derive(Debug)]
pub struct DataPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The owner's name.
    pub username: &'a str,
    /// The owner's subject.
    pub id: &'a str,
    /// When the account was made.
    pub made_at: UnixTime,
}

/// Renders it.
pub fn render(view: &DataPage<'_>) -> Markup {
    let text = AccountText::of(view.frame.language);
    let content = html! {
        dl class="facts" {
            dt { (view.frame.text().username) } dd { bdi { (view.username) } }
            dt { (text.your_id) }
            dd { code id="id" { (view.id) } p class="hint" { (text.your_id_hint) } }
            dt { (text.made_at) } dd { (date::day(view.frame.language, view.made_at)) }
        }
        h2 { (text.download) }
        p { (text.download_lead) }
        a class="button" href="/account/data.json" { (text.download_button) }
        h2 { (text.delete_account) }
        p { (text.delete_lead) }
        a class="button danger" href="/account/delete" { (text.delete_continue) }
    };
    page(&view.frame.among(sections(&view.frame, Section::Data)), text.data, &content)
}
