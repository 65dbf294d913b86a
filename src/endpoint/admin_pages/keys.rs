//! `/admin/keys`: which keys there are and when each of them counts; and new ones.

use crate::base::form::Form;
use crate::endpoint::admin_pages::{Administrator, actor, malformed, visitor};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::model::signing_key::KeySet;
use crate::pages::admin::Room;
use crate::pages::admin_keys::{KeysPage, render};
use crate::pages::text::admin::AdminText;
use crate::protocol::signing_keys::is_pending;

/// `GET /admin/keys`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let admin = visitor(world, request, Room::Keys).await?;
    let query = Form::parse(&request.query).unwrap_or_default();
    let keys = world.signing_keys.current(world.keyring).await?;
    let text = AdminText::of(admin.browser.language);
    let done = (query.value("done") == Some("rotated")).then_some(text.rotated);
    Ok(page(world, &admin, &keys, 200, done, None))
}

/// `POST /admin/keys`, `action=rotate`: new keys for ID tokens. One rotation at a time.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (admin, form) = actor(world, request, Room::Keys).await?;
    if form.value("action") != Some("rotate") {
        return Ok(malformed(world, request, &admin.browser));
    }
    let reply = world.signing_keys.rotate(world.keyring).await?;
    if reply.pending {
        let text = AdminText::of(admin.browser.language);
        let refused = page(world, &admin, &reply.keys, 409, None, Some(text.rotation_pending));
        return Ok(refused.because(format_args!("RotationPending")));
    }
    let event = Event::of(EventKind::SigningKeysRotated).by(admin.sub);
    Ok(Response::see_other("/admin/keys?done=rotated").with_event(event))
}

fn page(
    world: &World<'_>,
    admin: &Administrator,
    keys: &KeySet,
    status: u16,
    done: Option<&str>,
    error: Option<&str>,
) -> Response {
    let token = admin.browser.page_token(world);
    let markup = render(&KeysPage {
        frame: &admin.browser.frame(world),
        csrf: &token.csrf,
        keys,
        pending: is_pending(keys, world.now) && error.is_none(),
        roots: world.keyring.kids().collect(),
        now: world.now,
        done,
        error,
    });
    token.attach(Response::page(status, markup, None))
}
