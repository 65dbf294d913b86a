//! `/console`: an owner registers clients, sees id and secret once, lists and deletes them.

use serde_json::{Map, Value, json};

use crate::base::form::{Form, encode_pairs};
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::published::registered_metadata;
use crate::endpoint::register::{event, new_client};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, limits};
use crate::model::client_id::ClientId;
use crate::model::client_metadata::{ClientMetadata, MetadataError};
use crate::model::config::Registration;
use crate::model::event::{Event, EventKind};
use crate::model::session::Session;
use crate::pages::console::{ClientRow, ConsolePage, RegisteredPage, Typed, registered, render};
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, ListedClient, Overview, Signed};
use crate::store::rate_limits::{PERIOD, RateLimit};

const SIGN_IN: &str = "/signin?next=console";

/// `GET /console`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    show(world, &browser, 200, &Typed::default(), None).await
}

/// `POST /console`: registers a client.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let text = Text::of(browser.language);
    let Some((session, by)) = browser.signed() else { return Ok(Response::see_other(SIGN_IN)) };
    if world.config.registration == Registration::Closed {
        return Ok(browser.refuse(world, request, 403, text.registration_closed, "access_denied"));
    }
    let value = |name: &str| form.value(name).unwrap_or_default().to_owned();
    let typed = Typed { client_name: value("client_name"), redirect_uris: value("redirect_uris") };
    let metadata = match registered_metadata(world, &to_document(&form)).await {
        Ok(metadata) => metadata,
        Err(MetadataError::RedirectUri(reason) | MetadataError::Metadata(reason)) => {
            return show(world, &browser, 400, &typed, Some(&reason)).await;
        }
    };
    if !limits::admits(world, request, RateLimit::Registration).await {
        let sentence = try_again_in(browser.language, PERIOD);
        let page = browser.refuse(world, request, 429, &sentence, "temporarily_unavailable");
        return Ok(limits::over(RateLimit::Registration, None, page));
    }
    let new = new_client(world, metadata, Some(by.sub));
    // Listed first: the account counts to 20, and a client that nobody lists could not be deleted.
    let name = typed.client_name.clone();
    let listed = ListedClient { id: new.client.id.clone(), name, registered_at: world.now };
    match world.accounts.send(session.account, AccountCommand::AddClient(by, listed)).await? {
        AccountReply::Done => {}
        AccountReply::TooManyClients => {
            return show(world, &browser, 403, &typed, Some(text.too_many_clients)).await;
        }
        _ => return Ok(browser.end_session(Response::see_other(SIGN_IN))),
    }
    world.clients.save(&new.client).await?;
    let link = authorize_link(world, &new.client.id, &new.client.metadata);
    let event = owned(EventKind::ClientRegistered, by, &new.client.id).kept("stored");
    let page = registered(&RegisteredPage {
        frame: browser.frame(world),
        name: &typed.client_name,
        id: new.client.id.as_str(),
        secret: new.secret.as_ref().map(|secret| secret.expose().as_str()),
        registration_token: new.registration_token.expose(),
        authorize_link: &link,
    });
    Ok(Response::page(200, page, None).with_event(event))
}

/// `POST /console/delete`.
pub async fn delete(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let Some((session, by)) = browser.signed() else { return Ok(Response::see_other(SIGN_IN)) };
    let Some(overview) = overview(world, session, by).await? else {
        return Ok(browser.end_session(Response::see_other(SIGN_IN)));
    };
    // Found on the list, not by its MAC: a client whose root key was removed can still be deleted.
    let Some(own) =
        overview.clients.iter().find(|listed| form.value("client_id") == Some(listed.id.as_str()))
    else {
        let text = Text::of(browser.language);
        return Ok(browser
            .refuse(world, request, 404, text.not_found, "invalid_request")
            .because(format_args!("NotOwnClient")));
    };
    world.clients.delete(&own.id).await?;
    world.accounts.send(session.account, AccountCommand::RemoveClient(by, own.id.hash())).await?;
    Ok(Response::see_other("/console").with_event(owned(EventKind::ClientDeleted, by, &own.id)))
}

fn owned(kind: EventKind, by: Signed, id: &ClientId) -> Event {
    event(kind, id).owner(by.sub)
}

async fn show(
    world: &World<'_>,
    browser: &Browser,
    status: u16,
    typed: &Typed,
    error: Option<&str>,
) -> Handled {
    let Some((session, by)) = browser.signed() else { return Ok(Response::see_other(SIGN_IN)) };
    let Some(overview) = overview(world, session, by).await? else {
        return Ok(browser.end_session(Response::see_other(SIGN_IN)));
    };
    let clients: Vec<_> =
        overview.clients.iter().map(|c| ClientRow { id: c.id.to_string(), name: c.name.clone() }).collect();
    let entries = world.config.catalogue.entries().iter();
    let scopes = entries.map(|e| (e.name.as_str(), e.words(browser.language).title.as_str())).collect();
    let token = browser.page_token(world);
    let frame = browser.frame(world);
    let page = render(&ConsolePage { frame, csrf: &token.csrf, clients: &clients, scopes, typed, error });
    Ok(token.attach(Response::page(status, page, None)))
}

async fn overview(
    world: &World<'_>,
    session: Session,
    by: Signed,
) -> Result<Option<Overview>, crate::store::Unavailable> {
    match world.accounts.send(session.account, AccountCommand::Overview(by)).await? {
        AccountReply::Overview(overview) => Ok(Some(*overview)),
        _ => Ok(None),
    }
}

/// The form as the metadata document it stands for: one set of checks for both ways in.
fn to_document(form: &Form) -> Map<String, Value> {
    let redirect_uris: Vec<&str> = form
        .value("redirect_uris")
        .unwrap_or_default()
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let method = match form.value("kind") {
        Some("public") => "none",
        _ => "client_secret_basic",
    };
    let scopes: Vec<&str> = form.values("scope").collect();
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("client_name", json!(form.value("client_name").unwrap_or("(no name)")));
    put("redirect_uris", json!(redirect_uris));
    put("token_endpoint_auth_method", json!(method));
    put("grant_types", json!(["authorization_code", "refresh_token"]));
    put("refresh_tokens", json!(form.value("refresh_tokens").unwrap_or("rotate")));
    // No box ticked is no scope, which is refused; it must not turn into all of them.
    put("scope", json!(if scopes.is_empty() { " ".to_owned() } else { scopes.join(" ") }));
    document
}

fn authorize_link(world: &World<'_>, id: &ClientId, metadata: &ClientMetadata) -> String {
    let redirect_uri = metadata.redirect_uris.first().map(|uri| uri.as_str()).unwrap_or_default();
    let scope = metadata.allowed_scope(&world.config.catalogue).to_string();
    let query = encode_pairs([
        ("response_type", "code"),
        ("client_id", id.as_str()),
        ("redirect_uri", redirect_uri),
        ("scope", &scope),
        ("code_challenge_method", "S256"),
    ]);
    format!("{}/authorize?{query}&code_challenge=…&state=…", world.issuer)
}
