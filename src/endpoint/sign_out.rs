//! `/signout`: asks with GET, ends the session with POST.

use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::pages::sign_out;
use crate::protocol::account::{AccountCommand, AccountReply};

/// `GET /signout`.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let token = browser.page_token(world);
    Ok(token.attach(Response::page(200, sign_out::question(&browser.frame(world), &token.csrf), None)))
}

/// `POST /signout`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    end(world, &browser, Response::page(200, sign_out::done(&browser.at(world, "/signin")), None)).await
}

/// Ends the session, in the account and in the browser. The account tells the clients that were used in it.
pub async fn end(world: &World<'_>, browser: &Browser, response: Response) -> Handled {
    let response = browser.end_session(response);
    let Some((session, by)) = browser.signed() else { return Ok(response) };
    match world.accounts.send(session.account, AccountCommand::SignOut(by)).await? {
        AccountReply::Done => Ok(response.with_event(Event::of(EventKind::SignedOut).owner(by.sub))),
        _ => Ok(response),
    }
}
