//! `/account/profile`: what clients that may see it are told of the owner.

use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::profile::{Profile, ProfileError};
use crate::pages::profile::{ProfilePage, render};
use crate::protocol::account::{AccountCommand, AccountReply};

const HERE: &str = "account/profile";

/// `GET /account/profile`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    match world.accounts.send(session.account, AccountCommand::Overview(by)).await? {
        AccountReply::Overview(overview) => Ok(show(world, &browser, 200, &overview.profile, None)),
        _ => Err(browser.session_over(HERE)),
    }
}

/// `POST /account/profile`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.signed_in(HERE)?;
    let profile = match Profile::parse(&form, world.now) {
        Ok(profile) => profile,
        Err(error) => {
            // What was typed and is in order stays.
            let (kept, _) = Profile::kept(&form, world.now);
            return Ok(show(world, &browser, 400, &kept, Some(Err(error))));
        }
    };
    match world.accounts.send(session.account, AccountCommand::EditProfile(by, profile.clone())).await? {
        AccountReply::Done => Ok(show(world, &browser, 200, &profile, Some(Ok(())))),
        _ => Err(browser.session_over(HERE)),
    }
}

fn show(
    world: &World<'_>,
    browser: &Browser,
    status: u16,
    profile: &Profile,
    edited: Option<Result<(), ProfileError>>,
) -> Response {
    let token = browser.page_token(world);
    let page = render(&ProfilePage { frame: browser.frame(world), csrf: &token.csrf, profile, edited });
    token.attach(Response::page(status, page, None))
}
