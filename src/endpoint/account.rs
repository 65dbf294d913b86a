//! `/account`: which clients have access, from the grants themselves; and the end of that access.

use futures_util::future::try_join;

use crate::endpoint::browser::Browser;
use crate::endpoint::connected::{Connected, connected};
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
use crate::protocol::account::{AccountCommand, AccountReply, Overview};

const HERE: &str = "account";

/// `GET /account`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    let overview = world.accounts.send(session.account, AccountCommand::Overview(by));
    let (reply, consents) = try_join(overview, world.consents.list(by.sub)).await?;
    let AccountReply::Overview(overview) = reply else {
        return Err(browser.session_over(HERE));
    };
    let grants = connected(world, &overview).await;
    let apps = connected_apps(world, &browser, &overview, &grants, &consents);
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
    let (session, by) = browser.signed_in(HERE)?;
    let client = form.value("client").and_then(ClientHash::parse);
    let (Some("remove"), Some(client)) = (form.value("action"), client) else {
        let text = Text::of(browser.language);
        return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request"));
    };
    let remove = AccountCommand::RemoveAccess(by, client.clone());
    match world.accounts.send(session.account, remove).await? {
        AccountReply::Done => {}
        _ => return Err(browser.session_over(HERE)),
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

/// One row a client: what is on file, and what its live grants say.
fn connected_apps(
    world: &World<'_>,
    browser: &Browser,
    overview: &Overview,
    grants: &[Connected<'_>],
    consents: &[ListedConsent],
) -> Vec<ConnectedApp> {
    let titles = |scope: &Scope| -> Vec<String> {
        let entries = world.config.catalogue.entries_of(scope);
        entries.map(|entry| entry.words(browser.language).title.clone()).collect()
    };
    let app = |client: &ClientHash, name: &str, since| ConnectedApp {
        client: client.as_str().to_owned(),
        name: Text::of(browser.language).named(name).to_owned(),
        scopes: Vec::new(),
        since,
        used: None,
        refreshes: 0,
        grants: 0,
    };
    let mut apps: Vec<(&ClientHash, Scope, ConnectedApp)> = Vec::new();
    for ListedConsent { client, consent } in
        consents.iter().filter(|c| overview.honours(&c.client, &c.consent))
    {
        let app = app(client, &consent.client_name, consent.approved_at);
        apps.push((client, consent.approved.clone(), app));
    }
    for grant in grants.iter().filter(|grant| !grant.is_over()) {
        let row = grant.row;
        let at = apps.iter().position(|(client, ..)| *client == grant.client).unwrap_or_else(|| {
            apps.push((grant.client, row.scope.clone(), app(grant.client, &row.client_name, row.created_at)));
            apps.len().saturating_sub(1)
        });
        let Some((_, scope, app)) = apps.get_mut(at) else { continue };
        *scope = scope.or(&row.scope);
        app.since = app.since.min(row.created_at);
        app.grants = app.grants.saturating_add(1);
        if let Some(said) = grant.inspection() {
            app.refreshes = app.refreshes.saturating_add(said.refreshes.into());
            if app.used.is_none_or(|(used_at, _)| used_at < said.used_at) {
                app.used = Some((said.used_at, said.place));
            }
        }
    }
    apps.into_iter().map(|(_, scope, app)| ConnectedApp { scopes: titles(&scope), ..app }).collect()
}
