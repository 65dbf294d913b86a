//! All accounts, for administrators.

use maud::{Markup, html};

use crate::model::directory_entry::DirectoryEntry;
use crate::model::id::{AccountId, SubjectId};
use crate::pages::Csrf;
use crate::pages::admin::{Room, room, switch, turn_page};
use crate::pages::date;
use crate::pages::layout::{Frame, alert, hidden, status};
use crate::pages::text::admin::AdminText;
use crate::protocol::account::Standing;

/// What the page shows besides the search.
#[derive(Debug)]
pub enum Shown<'a> {
    /// A page of the directory.
    Listed {
        /// The accounts.
        accounts: &'a [DirectoryEntry],
        /// Where the list goes on.
        next: Option<&'a str>,
        /// Whether it begins here.
        first: bool,
    },
    /// The account of the name that was typed.
    Found(AccountId, &'a Standing),
    /// Nobody has that name.
    Nobody,
}

/// What the page shows.
#[derive(Debug)]
pub struct AccountsPage<'a> {
    /// What is around it.
    pub frame: &'a Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The administrator.
    pub own: SubjectId,
    /// The name that was typed.
    pub typed: &'a str,
    /// The rest.
    pub shown: Shown<'a>,
    /// What was done.
    pub done: Option<&'a str>,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &AccountsPage<'_>) -> Markup {
    let (text, common) = (AdminText::of(view.frame.language), view.frame.text());
    let content = html! {
        (alert(view.error))
        (status(view.done))
        form method="get" action="/admin/accounts" role="search" {
            label for="username" { (text.find_account) ": " (common.username) }
            input id="username" name="username" type="search" required autocomplete="off" autocapitalize="none"
                spellcheck="false" value=(view.typed);
            div class="choices" { button type="submit" class="quiet" { (text.find) } }
        }
        @match &view.shown {
            Shown::Nobody => { p role="status" { (text.nobody) } (all(text)) }
            Shown::Found(account, standing) => {
                ul class="apps" { (row(view, &entry(*account, standing))) }
                dl class="facts" {
                    dt { (text.sessions) } dd { (standing.sessions) }
                    dt { (text.grants) } dd { (standing.grants) }
                    dt { (text.own_clients) } dd { (standing.clients) }
                }
                p class="hint" { (text.disable_account_hint) }
                (all(text))
            }
            Shown::Listed { accounts, next, first } => {
                h2 { (text.all_accounts) }
                p class="hint" { (text.disable_account_hint) }
                @if accounts.is_empty() { p { (text.no_accounts) } }
                ul class="apps" { @for account in *accounts { (row(view, account)) } }
                (turn_page(text, Room::Accounts, *next, *first))
            }
        }
    };
    room(view.frame, Room::Accounts, &content)
}

fn all(text: &AdminText) -> Markup {
    html! { p { a href="/admin/accounts" { (text.all_accounts) } } }
}

fn entry(account: AccountId, standing: &Standing) -> DirectoryEntry {
    DirectoryEntry {
        sub: standing.sub,
        account,
        username: standing.username.clone(),
        created_at: standing.created_at,
        disabled: standing.disabled,
    }
}

fn row(view: &AccountsPage<'_>, account: &DirectoryEntry) -> Markup {
    let (text, name) = (AdminText::of(view.frame.language), account.username.to_string());
    html! {
        li {
            div {
                strong { bdi { (name) } }
                @if account.sub == view.own { " " span class="tag" { (text.you) } }
                @if account.disabled { " " span class="tag" { (text.disabled) } }
                p class="hint" {
                    (text.id) " " code { (account.sub) } " · "
                    (text.created_on) " " (date::day(view.frame.language, account.created_at))
                }
            }
            @if account.sub != view.own {
                form method="post" action="/admin/accounts" {
                    (hidden("csrf", view.csrf))
                    (hidden("account", &account.account.0.to_string()))
                    (hidden("sub", &account.sub.to_string()))
                    (switch(text, account.disabled, &name))
                }
            }
        }
    }
}
