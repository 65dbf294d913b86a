//! `/account/delete`: the owner leaves for good.
//!
//! What is kept elsewhere goes first and the account last, so that whoever was cut short can do it again: answers on file,
//! perhaps in several passes; then clients that the owner registered, the calendar, the row of the directory; then the
//! account, which tells its grants and the clients of its sessions, again and again until all have heard.

use std::collections::BTreeSet;

use futures_util::future::{try_join, try_join_all};

use crate::base::time::Seconds;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::sign_in::event;
use crate::endpoint::{Handled, World};
use crate::model::client_id::ClientHash;
use crate::model::consent::ListedConsent;
use crate::model::event::{Event, EventKind};
use crate::model::username::Username;
use crate::pages::account_delete::{DeletePage, done, question};
use crate::pages::text::account::AccountText;
use crate::protocol::account::{AccountCommand, AccountReply, Overview};
use crate::protocol::calendar::CalendarCommand;

const HERE: &str = "account/delete";

/// What is deleted at once from KV: the platform allows 50 calls a request.
const ONE_PASS: usize = 40;
/// How long a new answer may be missing from a list of KV.
const UNLISTED: Seconds = Seconds::minutes(2);
/// Clients that answers are looked for beside the list.
const MAX_UNLISTED: usize = 10;

/// `GET /account/delete`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.recent(world, HERE)?;
    match world.accounts.send(session.account, AccountCommand::Overview(by)).await? {
        AccountReply::Overview(overview) => Ok(ask(world, &browser, 200, &overview, None)),
        _ => Err(browser.session_over(HERE)),
    }
}

/// `POST /account/delete`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.recent(world, HERE)?;
    let overview = world.accounts.send(session.account, AccountCommand::Overview(by));
    let (reply, consents) = try_join(overview, world.consents.list(by.sub)).await?;
    let AccountReply::Overview(overview) = reply else {
        return Err(browser.session_over(HERE));
    };
    let text = AccountText::of(browser.language);
    let typed = form.value("username").and_then(Username::parse);
    if typed.is_none_or(|typed| typed.account_name() != overview.username.account_name()) {
        let page = ask(world, &browser, 403, &overview, Some(text.delete_wrong_name));
        return Ok(page.because(format_args!("OtherName")));
    }
    let (answered, all) = answered(world, &overview, &consents);
    try_join_all(answered.iter().map(|client| world.consents.delete(by.sub, client))).await?;
    if !all {
        return Ok(ask(world, &browser, 202, &overview, Some(text.delete_unfinished)));
    }
    try_join_all(overview.clients.iter().map(|client| world.clients.delete(&client.id))).await?;
    world.calendars.send(&by.sub.to_string(), CalendarCommand::Clear).await?;
    world.directory.remove(by.sub).await?;
    match world.accounts.send(session.account, AccountCommand::Leave(by)).await? {
        AccountReply::Done => {}
        _ => return Err(browser.session_over(HERE)),
    }
    let mut frame = browser.at(world, "/");
    frame.signed_in = false;
    let response = browser.forget(Response::page(200, done(&frame), None));
    let gone = overview.clients.iter().map(|client| {
        let deleted = Event::of(EventKind::ClientDeleted);
        deleted.client(&client.id.hash()).owner(by.sub)
    });
    let left = event(world, EventKind::AccountDeleted, session.account).owner(by.sub);
    Ok(gone.chain([left]).fold(response, Response::with_event))
}

/// The clients whose answers are deleted now, and whether that is all. A list of KV may miss what was just written: of what
/// was approved within the last minutes, or removed since, the account's own lists know better.
fn answered<'a>(
    world: &World<'_>,
    overview: &'a Overview,
    consents: &'a [ListedConsent],
) -> (BTreeSet<&'a ClientHash>, bool) {
    let room = ONE_PASS.saturating_sub(overview.clients.len()).saturating_sub(MAX_UNLISTED);
    let approved = overview.grants.iter().rev().map(|(client, row)| (client, row.created_at));
    // Removing access deletes the answer too, but it counts as done without.
    let removed = overview.removals.iter().rev().map(|(client, at)| (client, *at));
    let new = approved.chain(removed).filter(|(_, at)| world.now < at.plus(UNLISTED));
    let mut answered = BTreeSet::new();
    for (client, _) in new {
        if answered.len() < MAX_UNLISTED {
            answered.insert(client);
        }
    }
    answered.extend(consents.iter().map(|listed| &listed.client).take(room));
    (answered, consents.len() <= room)
}

fn ask(
    world: &World<'_>,
    browser: &Browser,
    status: u16,
    overview: &Overview,
    error: Option<&str>,
) -> Response {
    let token = browser.page_token(world);
    let username = overview.username.to_string();
    let page =
        question(&DeletePage { frame: browser.frame(world), csrf: &token.csrf, username: &username, error });
    token.attach(Response::page(status, page, None))
}
