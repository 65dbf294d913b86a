//! `/signout`: asks with GET, ends the session with POST.

use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::pages::sign_out;
use crate::protocol::account::AccountCommand;

/// `GET /signout`.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let token = browser.page_token(world);
    Ok(token.attach(Response::page(200, sign_out::question(browser.language, &token.csrf), None)))
}

/// `POST /signout`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    if let Some((session, by)) = browser.signed() {
        world.accounts.send(session.account, AccountCommand::SignOut(by)).await?;
    }
    Ok(browser.end_session(Response::page(200, sign_out::done(browser.language), None)))
}
