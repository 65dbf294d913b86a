//! `/account/sessions`: where the owner is signed in, and the end of that. One object call each.

use crate::base::form::Form;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::model::id::SessionName;
use crate::pages::account_sessions::{SessionView, SessionsPage, render};
use crate::pages::text::Text;
use crate::protocol::account::{AccountCommand, AccountReply, Ending};

const HERE: &str = "account/sessions";

/// `GET /account/sessions`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    let overview = browser.overview(world, session, by, HERE).await?;
    let sessions: Vec<_> = overview
        .sessions
        .iter()
        .map(|row| SessionView {
            name: row.sid.name().as_str().to_owned(),
            current: row.sid == by.sid,
            since: row.auth_time,
            method: row.method,
            whereabouts: row.whereabouts,
        })
        .collect();
    let token = browser.page_token(world);
    let page = render(&SessionsPage { frame: browser.frame(world), csrf: &token.csrf, sessions: &sessions });
    Ok(token.attach(Response::page(200, page, None)))
}

/// `POST /account/sessions`: one of them ends, or all others, or all. The account tells the clients that were used in them.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.signed_in(HERE)?;
    let Some(ending) = ending(&form) else {
        let text = Text::of(browser.language);
        return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request"));
    };
    let ends_this = ending.includes(by.sid, by.sid);
    let command = AccountCommand::EndSessions(by, ending);
    let AccountReply::SessionsEnded(ended) = world.accounts.send(session.account, command).await? else {
        return Err(browser.session_over(HERE));
    };
    let response = match ends_this {
        true => browser.end_session(Response::see_other("/signin")),
        false => Response::see_other("/account/sessions"),
    };
    // What had ended before is no act.
    let events = std::iter::repeat_with(|| Event::of(EventKind::SessionEnded).owner(by.sub)).take(ended);
    Ok(events.fold(response, Response::with_event))
}

fn ending(form: &Form) -> Option<Ending> {
    match form.value("action")? {
        "end" => form.value("session").and_then(SessionName::parse).map(Ending::One),
        "end_others" => Some(Ending::Others),
        "end_all" => Some(Ending::All),
        _ => None,
    }
}
