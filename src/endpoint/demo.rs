//! Resources to try the guards on: who the token says you are, and a calendar that keeps its entries.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::endpoint::form::{Face, read_body};
use crate::endpoint::guard::Guard;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::access_token::Actor;
use crate::model::client_id::ClientId;
use crate::model::id::Subject;
use crate::model::resource::GuardMode;
use crate::model::scope::Scope;
use crate::protocol::calendar::{CalendarCommand, CalendarEntry, CalendarReply, is_title};
use crate::protocol::resource::Access;

const WHOAMI: Guard = Guard { path: "/demo/whoami", mode: GuardMode::Offline, scopes: &[] };
const CALENDAR_READ: Guard =
    Guard { path: "/demo/calendar", mode: GuardMode::Live, scopes: &["calendar.read"] };
const CALENDAR_WRITE: Guard = Guard { scopes: &["calendar.write"], ..CALENDAR_READ };

#[derive(Serialize)]
struct Whoami<'a> {
    aud: &'a str,
    client_id: &'a ClientId,
    exp: u64,
    scope: &'a Scope,
    sub: &'a Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Actor>,
}

#[derive(Deserialize)]
struct NewEntry {
    title: String,
}

/// `GET /demo/whoami`: any token.
pub async fn whoami(world: &World<'_>, request: &Request) -> Handled {
    let access = WHOAMI.admit(world, request).await?;
    Ok(Response::json(
        200,
        &Whoami {
            aud: &access.audience,
            client_id: &access.client_id,
            exp: access.expires_at.seconds(),
            scope: &access.scope,
            sub: &access.sub,
            act: access.actor.as_deref(),
        },
    ))
}

/// `GET /demo/calendar`: `calendar.read`.
pub async fn list(world: &World<'_>, request: &Request) -> Handled {
    let access = CALENDAR_READ.admit(world, request).await?;
    match world.calendars.send(&whose(&access), CalendarCommand::List).await? {
        CalendarReply::Entries(entries) => {
            let entries: Vec<_> = entries.iter().map(shown).collect();
            Ok(Response::json(200, &json!({ "entries": entries })))
        }
        CalendarReply::Added | CalendarReply::Full | CalendarReply::Cleared => {
            Ok(Response::json(200, &json!({ "entries": [] })))
        }
    }
}

/// `POST /demo/calendar`: `calendar.write`.
pub async fn add(world: &World<'_>, request: &Request) -> Handled {
    let access = CALENDAR_WRITE.admit(world, request).await?;
    let body = read_body(world, request, Face::Json, "application/json").await?;
    let title = serde_json::from_slice(&body).map(|new: NewEntry| new.title).unwrap_or_default();
    if !is_title(&title) {
        let description = "the body must be {\"title\": …} with 1 to 200 visible characters";
        return Ok(Response::error(400, "invalid_request", description));
    }
    let whose = whose(&access);
    let entry = CalendarEntry { title, added_at: world.now, added_by: access.client_id };
    let added = shown(&entry);
    match world.calendars.send(&whose, CalendarCommand::Add(entry)).await? {
        CalendarReply::Added | CalendarReply::Entries(_) | CalendarReply::Cleared => {
            Ok(Response::json(201, &added))
        }
        CalendarReply::Full => {
            Ok(Response::error(409, "invalid_request", "the calendar has 100 entries, which is its limit"))
        }
    }
}

/// The owner's own calendar, whatever subject the client sees; a client that acts for itself has one, too.
pub(super) fn whose(access: &Access) -> String {
    access.owner.map_or_else(|| access.sub.to_string(), |owner| owner.sub.to_string())
}

/// An entry, as its owner's clients see it.
pub(super) fn shown(entry: &CalendarEntry) -> Value {
    json!({ "title": entry.title, "added_at": entry.added_at.seconds(), "added_by": entry.added_by })
}
