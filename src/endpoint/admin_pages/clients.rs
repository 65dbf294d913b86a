//! `/admin/clients`: all registered clients, and a switch for each; for every other client by its id.

use crate::base::form::Form;
use crate::endpoint::admin_pages::{Act, Administrator, actor, cursor, malformed, seal_cursor, visitor};
use crate::endpoint::register::event;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::client::StoredClient;
use crate::model::client_id::{ClientId, ProvenClientId};
use crate::model::event::EventKind;
use crate::pages::admin::Room;
use crate::pages::admin_clients::{ClientsPage, render};
use crate::pages::text::admin::AdminText;
use crate::store::Unavailable;

/// `GET /admin/clients`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let admin = visitor(world, request, Room::Clients).await?;
    let query = Form::parse(&request.query).unwrap_or_default();
    show(world, &admin, &query, 200, None).await
}

/// `POST /admin/clients`: a client no longer works, or works again.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (admin, form) = actor(world, request, Room::Clients).await?;
    let (Some(act), Some(typed)) = (Act::of(&form), form.value("client_id")) else {
        return Ok(malformed(world, request, &admin.browser));
    };
    let Some(id) = switch(world, act, typed.trim()).await? else {
        let text = AdminText::of(admin.browser.language);
        let page = show(world, &admin, &form, 404, Some(text.client_unknown)).await?;
        return Ok(page.because(format_args!("UnknownClient")));
    };
    let kind = match act {
        Act::Disable => EventKind::ClientDenied,
        Act::Enable => EventKind::ClientAllowed,
    };
    let response = Response::see_other(&format!("/admin/clients?done={}", act.done()));
    Ok(response.with_event(event(kind, &id).by(admin.sub)))
}

/// Switches the client of that id, if there is one: what is stored says it itself, what is not is on a list.
async fn switch(world: &World<'_>, act: Act, id: &str) -> Result<Option<ClientId>, Unavailable> {
    let disabled = act == Act::Disable;
    match (ClientId::prove(world.keyring, id), act) {
        (None, _) => Ok(None),
        (Some(ProvenClientId::Stored(id)), _) => {
            let Some(client) = world.clients.find(&id).await? else { return Ok(None) };
            // In both places: whoever changes the client at this moment has read the one, and asks the other. And also where
            // it says so already: what was read may be a minute old, and be about to say the opposite.
            match act {
                Act::Disable => world.clients.deny(&id).await?,
                Act::Enable => world.clients.allow(&id).await?,
            }
            world.clients.save(&StoredClient { disabled, ..client }).await?;
            Ok(Some(id))
        }
        (Some(ProvenClientId::Sealed { id, .. } | ProvenClientId::Url(id)), Act::Disable) => {
            world.clients.deny(&id).await?;
            Ok(Some(id))
        }
        (Some(ProvenClientId::Sealed { id, .. } | ProvenClientId::Url(id)), Act::Enable) => {
            world.clients.allow(&id).await?;
            Ok(Some(id))
        }
    }
}

/// The page. `said` is the query, or the form that was refused.
async fn show(
    world: &World<'_>,
    admin: &Administrator,
    said: &Form,
    status: u16,
    error: Option<&str>,
) -> Handled {
    let from = cursor(world, Room::Clients, said);
    let page = world.clients.list(from.as_deref()).await?;
    let next = seal_cursor(world, Room::Clients, page.next);
    let text = AdminText::of(admin.browser.language);
    let done = Act::was_done(said).map(|act| match act {
        Act::Disable => text.client_disabled,
        Act::Enable => text.client_enabled,
    });
    let token = admin.browser.page_token(world);
    let markup = render(&ClientsPage {
        frame: &admin.browser.frame(world),
        csrf: &token.csrf,
        clients: &page.entries,
        next: next.as_deref(),
        first: from.is_none(),
        typed: said.value("client_id").unwrap_or_default(),
        done,
        error,
    });
    Ok(token.attach(Response::page(status, markup, None)))
}
