//! `/account`: which clients have access, from the grants themselves; and the end of that access.

use futures_util::future::{join_all, try_join};

use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::client_id::ClientHash;
use crate::model::consent::ListedConsent;
use crate::model::event::{Event, EventKind};
use crate::model::scope::Scope;
use crate::pages::account::{AccountPage, ConnectedApp, render};
use crate::pages::text::Text;
use crate::protocol::account::{AccountCommand, AccountReply, GrantRow, Overview};
use crate::protocol::grant::{Command, Reply};

const SIGN_IN: &str = "/signin?next=account";

/// Grants that are asked whether they are alive: the platform allows 50 calls a request.
const MAX_ASKED: usize = 40;

/// `GET /account`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let Some((session, by)) = browser.signed() else {
        return Ok(Response::see_other(SIGN_IN));
    };
    let overview = world.accounts.send(session.account, AccountCommand::Overview(by));
    let (reply, consents) = try_join(overview, world.consents.list(by.sub)).await?;
    let AccountReply::Overview(overview) = reply else {
        return Ok(browser.end_session(Response::see_other(SIGN_IN)));
    };
    let alive = live_grants(world, &overview).await;
    let apps = connected_apps(world, &browser, &overview, &alive, &consents);
    let token = browser.page_token(world);
    let username = overview.username.to_string();
    let page = render(&AccountPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        username: &username,
        apps: &apps,
    });
    Ok(token.attach(Response::page(200, page, None)))
}

/// `POST /account`, `action=remove`: every grant of a client ends, and its approval is forgotten.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let Some((session, by)) = browser.signed() else {
        return Ok(Response::see_other(SIGN_IN));
    };
    let client = form.value("client").and_then(ClientHash::parse);
    let (Some("remove"), Some(client)) = (form.value("action"), client) else {
        let text = Text::of(browser.language);
        return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request"));
    };
    let remove = AccountCommand::RemoveAccess(by, client.clone());
    match world.accounts.send(session.account, remove).await? {
        AccountReply::Done => {}
        _ => return Ok(browser.end_session(Response::see_other(SIGN_IN))),
    }
    // The account has the last word already; KV only has to stop showing it.
    let deleted = world.consents.delete(by.sub, &client).await;
    let event = Event::of(EventKind::AccessRemoved).owner(by.sub).client(&client);
    let response = Response::see_other("/account").with_event(event);
    match deleted {
        Ok(()) => Ok(response),
        Err(error) => Ok(response.because(error)),
    }
}

/// The rows whose grants say that they are alive. Those beyond the limit are believed.
async fn live_grants(world: &World<'_>, overview: &Overview) -> Vec<(ClientHash, GrantRow)> {
    let asked = overview
        .grants
        .iter()
        .rev()
        .take(MAX_ASKED)
        .map(|(_, row)| world.grants.send(row.grant, Command::Inspect));
    let answers = join_all(asked).await;
    let answers = answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
    overview
        .grants
        .iter()
        .rev()
        .zip(answers)
        .filter(|(_, answer)| !matches!(answer, Some(Ok(reply)) if !matches!(reply, Reply::Alive(_))))
        .map(|(row, _)| row.clone())
        .collect()
}

fn connected_apps(
    world: &World<'_>,
    browser: &Browser,
    overview: &Overview,
    alive: &[(ClientHash, GrantRow)],
    consents: &[ListedConsent],
) -> Vec<ConnectedApp> {
    let titles = |scope: &Scope| -> Vec<String> {
        let entries = world.config.catalogue.entries_of(scope);
        entries.map(|entry| entry.words(browser.language).title.clone()).collect()
    };
    let mut apps: Vec<(&ClientHash, Scope, ConnectedApp)> = Vec::new();
    for listed in consents.iter().filter(|c| overview.honours(&c.client, &c.consent)) {
        let consent = &listed.consent;
        let app = ConnectedApp {
            client: listed.client.as_str().to_owned(),
            name: consent.client_name.clone(),
            scopes: Vec::new(),
            since: consent.approved_at,
            alive: false,
        };
        apps.push((&listed.client, consent.approved.clone(), app));
    }
    for (client, row) in alive {
        if let Some((_, scope, app)) = apps.iter_mut().find(|(c, ..)| *c == client) {
            *scope = scope.or(&row.scope);
            app.since = app.since.min(row.created_at);
            app.alive = true;
            continue;
        }
        let (hash, name) = (client.as_str().to_owned(), row.client_name.clone());
        let app = ConnectedApp { client: hash, name, scopes: Vec::new(), since: row.created_at, alive: true };
        apps.push((client, row.scope.clone(), app));
    }
    apps.into_iter().map(|(_, scope, app)| ConnectedApp { scopes: titles(&scope), ..app }).collect()
}
