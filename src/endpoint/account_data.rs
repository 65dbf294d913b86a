//! `/account/data`: what is kept of an owner, to look at and to take along.

use futures_util::future::{join, try_join};
use http::header::CONTENT_DISPOSITION;
use serde_json::{Value, json};

use crate::base::time::UnixTime;
use crate::endpoint::browser::Browser;
use crate::endpoint::connected::{Connected, connected};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, demo};
use crate::model::consent::ListedConsent;
use crate::model::passkey::Passkey;
use crate::pages::account_data::{DataPage, render};
use crate::pages::date::rfc3339;
use crate::protocol::account::{AccountCommand, AccountReply, Overview, SessionRow, Signed};
use crate::protocol::calendar::{CalendarCommand, CalendarReply};

const HERE: &str = "account/data";

/// `GET /account/data`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    let overview = browser.overview(world, session, by, HERE).await?;
    let page = render(&DataPage {
        frame: browser.frame(world),
        username: &overview.username.to_string(),
        id: &by.sub.to_string(),
        made_at: overview.created_at,
    });
    Ok(Response::page(200, page, None))
}

/// `GET /account/data.json`: all of it, in one file. It changes nothing, and no other site can read it: the cookie does not
/// go with what other sites fetch (SameSite), and nothing here is a script.
pub async fn download(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    let overview = world.accounts.send(session.account, AccountCommand::Overview(by));
    let (reply, consents) = try_join(overview, world.consents.list(by.sub)).await?;
    let AccountReply::Overview(overview) = reply else {
        return Err(browser.session_over(HERE));
    };
    let whose = by.sub.to_string();
    let calendar = world.calendars.send(&whose, CalendarCommand::List);
    let (grants, calendar) = join(connected(world, &overview), calendar).await;
    let entries = match calendar? {
        CalendarReply::Entries(entries) => entries.iter().map(demo::shown).collect(),
        _ => Vec::new(),
    };
    let mut data = of_account(&overview, by);
    if let Some(data) = data.as_object_mut() {
        data.insert("made_at".into(), rfc3339(world.now).into());
        data.insert("consents".into(), consents.iter().map(consent).collect());
        data.insert("grants".into(), grants.iter().map(grant).collect());
        data.insert("calendar".into(), Value::Array(entries));
    }
    let name = "attachment; filename=\"account-data.json\"";
    Ok(Response::json(200, &data).with(CONTENT_DISPOSITION, name))
}

/// What the account keeps itself.
fn of_account(overview: &Overview, by: Signed) -> Value {
    let clients = overview.clients.iter().map(|client| {
        json!({
            "client_id": client.id,
            "client_name": client.name,
            "registered_at": rfc3339(client.registered_at),
        })
    });
    let (profile, ways) = (&overview.profile, &overview.ways_in);
    json!({
        "account": {
            "sub": by.sub,
            "username": overview.username,
            "created_at": rfc3339(overview.created_at),
        },
        "profile": {
            "name": profile.name,
            "email": profile.email,
            "picture": profile.picture,
            "locale": profile.locale,
            "zoneinfo": profile.zoneinfo,
            "updated_at": said_at(profile.updated_at),
        },
        "sign_in": {
            "password": ways.password,
            "passkeys": ways.passkeys.iter().map(passkey).collect::<Value>(),
            "recovery_codes_left": ways.recovery_codes,
        },
        "sessions": overview.sessions.iter().map(|row| session(row, by)).collect::<Value>(),
        "registered_clients": clients.collect::<Value>(),
    })
}

/// `null` where it never was.
fn said_at(at: UnixTime) -> Option<String> {
    (at > UnixTime::default()).then(|| rfc3339(at))
}

fn session(row: &SessionRow, by: Signed) -> Value {
    let agent = row.whereabouts.agent;
    json!({
        "signed_in_at": rfc3339(row.auth_time),
        "ends_at": rfc3339(row.ends_at),
        "method": row.method,
        "browser": agent.map(|agent| agent.browser.name()),
        "system": agent.map(|agent| agent.system.name()),
        "country": row.whereabouts.place,
        "current": row.sid == by.sid,
    })
}

/// What is public of a passkey. Its secret never left its authenticator.
fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id,
        "name": passkey.name,
        "public_key": passkey.key.to_json(),
        "signatures": passkey.counter,
        "synced": passkey.synced,
        "registered_at": rfc3339(passkey.created_at),
        "last_used_at": passkey.used_at.map(rfc3339),
    })
}

fn consent(listed: &ListedConsent) -> Value {
    let consent = &listed.consent;
    json!({
        "client": listed.client.as_str(),
        "client_name": consent.client_name,
        "approved": consent.approved,
        "declined": consent.declined,
        "approved_at": rfc3339(consent.approved_at),
    })
}

fn grant(grant: &Connected<'_>) -> Value {
    let said = grant.inspection();
    // Unknown where the grant was not asked, or does not answer.
    let alive = if grant.is_over() { Some(false) } else { said.map(|_| true) };
    json!({
        "grant": grant.row.grant,
        "client": grant.client.as_str(),
        "client_id": said.map(|said| &said.terms.client_id),
        "client_name": grant.row.client_name,
        "sub": said.map(|said| &said.terms.subject),
        "audience": said.map(|said| &said.terms.audience),
        "scope": grant.row.scope,
        "since": rfc3339(grant.row.created_at),
        "alive": alive,
        "last_used_at": said.map(|said| rfc3339(said.used_at)),
        "refreshes": said.map(|said| said.refreshes),
        "country": said.and_then(|said| said.place),
    })
}
