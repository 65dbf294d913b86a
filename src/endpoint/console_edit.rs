//! `/console/clients/{client_id}/edit` and `/delete`: an app changes, by the rules of RFC 7592; or goes.

use crate::endpoint::browser::Browser;
use crate::endpoint::console::{Own, done, own, save, show as show_list};
use crate::endpoint::console_client::{Fresh, faults, hold_back, show};
use crate::endpoint::console_form::{editable, metadata, of_metadata, read, scope_choices};
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::client::StoredClient;
use crate::model::event::EventKind;
use crate::pages::console::address;
use crate::pages::console_delete::{self, DeletePage};
use crate::pages::console_form::{FormErrors, FormPage, Typed, render};
use crate::pages::text::console::ConsoleText;
use crate::protocol::account::{AccountCommand, ListedClient};

/// `GET /console/clients/{client_id}/edit`.
pub async fn get(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let browser = Browser::of(world, request);
    let own = own(world, request, &browser, id).await?;
    let client = own.stored(world).await?;
    let typed = of_metadata(world, own.listed.kind, &client.metadata);
    Ok(form_page(world, &browser, 200, &client, &typed, &FormErrors::default()))
}

/// `POST /console/clients/{client_id}/edit`.
pub async fn post(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let own = own(world, request, &browser, id).await?;
    let client = own.stored(world).await?;
    let typed = Typed { kind: Some(own.listed.kind), ..read(&form) };
    let metadata = match metadata(world, &browser, &typed, Some(&client.metadata), client.vouched).await {
        Ok(metadata) => metadata,
        Err(errors) => return Ok(form_page(world, &browser, 400, &client, &typed, &errors)),
    };
    hold_back(world, request, &browser, &client).await?;
    let mut client = StoredClient { metadata, ..client };
    save(world, &browser, &own, &mut client).await?;
    let listed = ListedClient { name: typed.name, ..own.listed };
    let fresh = Fresh { said: Some(ConsoleText::of(browser.language).saved), ..Fresh::default() };
    let faults = faults(world, &client.id).await;
    let page = show(world, &browser, &listed, &client, faults.as_deref(), &fresh);
    Ok(page.with_event(done(EventKind::ClientUpdated, own.by, &client.id)))
}

/// `GET /console/clients/{client_id}/delete`: the question.
pub async fn ask_delete(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let browser = Browser::of(world, request);
    let own = own(world, request, &browser, id).await?;
    let token = browser.page_token(world);
    let page = console_delete::render(&DeletePage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        id: own.listed.id.as_str(),
        name: &own.listed.name,
    });
    Ok(token.attach(Response::page(200, page, None)))
}

/// `POST /console/clients/{client_id}/delete`.
pub async fn delete(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let Own { session, by, listed, mut clients } = own(world, request, &browser, id).await?;
    world.clients.delete(&listed.id).await?;
    world.accounts.send(session.account, AccountCommand::RemoveClient(by, listed.id.hash())).await?;
    clients.retain(|other| other.id != listed.id);
    let said = ConsoleText::of(browser.language).deleted;
    let page = show_list(world, &browser, &clients, Some(said));
    Ok(page.with_event(done(EventKind::ClientDeleted, by, &listed.id)))
}

fn form_page(
    world: &World<'_>,
    browser: &Browser,
    status: u16,
    client: &StoredClient,
    typed: &Typed,
    errors: &FormErrors,
) -> Response {
    let (token, back) = (browser.page_token(world), address(client.id.as_str()));
    let page = render(&FormPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        action: &format!("{back}/edit"),
        back: &back,
        typed,
        errors,
        scopes: scope_choices(world, browser.language),
        machines: false,
        edits: Some(editable(&client.metadata)),
    });
    token.attach(Response::scripted_page(status, page, None))
}
