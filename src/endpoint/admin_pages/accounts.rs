//! `/admin/accounts`: all accounts from the directory, one by its name from the account itself, and a switch for each.

use crate::base::form::{Form, encode_pairs};
use crate::base::opaque::Opaque;
use crate::endpoint::admin_pages::{Act, Administrator, actor, cursor, malformed, seal_cursor, visitor};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::directory_entry::DirectoryEntry;
use crate::model::event::{Event, EventKind};
use crate::model::id::{AccountId, SubjectId};
use crate::model::username::Username;
use crate::pages::admin::Room;
use crate::pages::admin_accounts::{AccountsPage, Shown, render};
use crate::pages::text::admin::AdminText;
use crate::protocol::account::{AccountCommand, AccountReply, AdminAct, Standing};
use crate::store::Unavailable;

/// `GET /admin/accounts`; with `username`, the account of that name.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let admin = visitor(world, request, Room::Accounts).await?;
    let query = Form::parse(&request.query).unwrap_or_default();
    let Some(typed) = query.value("username").filter(|typed| !typed.trim().is_empty()) else {
        return list(world, &admin, &query, 200, None).await;
    };
    let found = look(world, typed).await?;
    let text = AdminText::of(admin.browser.language);
    let done = Act::was_done(&query).filter(|_| found.is_some()).map(|act| match act {
        Act::Disable => text.account_disabled,
        Act::Enable => text.account_enabled,
    });
    let shown = match &found {
        Some((account, standing)) => Shown::Found(*account, standing),
        None => Shown::Nobody,
    };
    Ok(page(world, &admin, 200, View { typed, shown, done, error: None }))
}

/// `POST /admin/accounts`: an account is stopped, or goes on.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (admin, form) = actor(world, request, Room::Accounts).await?;
    let account = form.value("account").and_then(Opaque::parse).map(AccountId);
    let sub = form.value("sub").and_then(Opaque::parse).map(SubjectId);
    let (Some(act), Some(account), Some(sub)) = (Act::of(&form), account, sub) else {
        return Ok(malformed(world, request, &admin.browser));
    };
    let text = AdminText::of(admin.browser.language);
    // Or nobody might be left to undo it.
    if act == Act::Disable && sub == admin.sub {
        let refused = list(world, &admin, &form, 409, Some(text.not_yourself)).await?;
        return Ok(refused.because(format_args!("NotYourself")));
    }
    let (asked, kind) = match act {
        Act::Disable => (AdminAct::Disable(sub), EventKind::AccountDisabled),
        Act::Enable => (AdminAct::Enable(sub), EventKind::AccountEnabled),
    };
    let reply = world.accounts.send(account, AccountCommand::Administer(asked)).await?;
    let AccountReply::Standing(standing) = reply else {
        world.directory.remove(sub).await?;
        let refused = list(world, &admin, &form, 404, Some(text.account_gone)).await?;
        return Ok(refused.because(format_args!("NoAccount")));
    };
    let name = standing.username.to_string();
    let query = encode_pairs([("username", name.as_str()), ("done", act.done())]);
    let response = Response::see_other(&format!("/admin/accounts?{query}"));
    let response = response.with_event(Event::of(kind).owner(sub).by(admin.sub));
    // The account has decided; the directory only has to show it.
    let Standing { username, created_at, disabled, .. } = *standing;
    let entry = DirectoryEntry { sub, account, username, created_at, disabled };
    Ok(match world.directory.save(&entry).await {
        Ok(()) => response,
        Err(error) => response.because(error),
    })
}

/// The account of a name, from itself: the directory may lack it, or lag behind.
async fn look(world: &World<'_>, typed: &str) -> Result<Option<(AccountId, Standing)>, Unavailable> {
    let Some(username) = Username::parse(typed) else { return Ok(None) };
    let account = world.accounts.address(&username)?;
    match world.accounts.send(account, AccountCommand::Administer(AdminAct::Look)).await? {
        AccountReply::Standing(standing) => Ok(Some((account, *standing))),
        _ => Ok(None),
    }
}

async fn list(
    world: &World<'_>,
    admin: &Administrator,
    said: &Form,
    status: u16,
    error: Option<&str>,
) -> Handled {
    let from = cursor(world, Room::Accounts, said);
    let listed = world.directory.list(from.as_deref()).await?;
    let next = seal_cursor(world, Room::Accounts, listed.next);
    let (next, first) = (next.as_deref(), from.is_none());
    let shown = Shown::Listed { accounts: &listed.entries, next, first };
    Ok(page(world, admin, status, View { typed: "", shown, done: None, error }))
}

struct View<'a> {
    typed: &'a str,
    shown: Shown<'a>,
    done: Option<&'a str>,
    error: Option<&'a str>,
}

fn page(world: &World<'_>, admin: &Administrator, status: u16, view: View<'_>) -> Response {
    let token = admin.browser.page_token(world);
    let markup = render(&AccountsPage {
        frame: &admin.browser.frame(world),
        csrf: &token.csrf,
        own: admin.sub,
        typed: view.typed,
        shown: view.shown,
        done: view.done,
        error: view.error,
    });
    token.attach(Response::page(status, markup, None))
}
