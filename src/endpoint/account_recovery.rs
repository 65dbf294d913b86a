//! `/account/recovery`: an owner makes recovery codes, and sees them once.

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::endpoint::account_password::ways_in;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::model::recovery_code::{CODES, RecoveryCode};
use crate::pages::recovery::{RecoveryPage, render};
use crate::pages::text::Text;
use crate::protocol::account::{AccountCommand, AccountReply, CredentialCommand};

const HERE: &str = "account/recovery";

/// `GET /account/recovery`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    match ways_in(world, session, by).await? {
        Some((_, ways)) => Ok(show(world, &browser, ways.recovery_codes, &[])),
        None => Err(browser.session_over(HERE)),
    }
}

/// `POST /account/recovery`, `action=make`: ten codes in place of all that there were.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.recent(world, HERE)?;
    if form.value("action") != Some("make") {
        let text = Text::of(browser.language);
        return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request"));
    }
    let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::generate(world.entropy)).collect();
    let hashes: Vec<Opaque<32>> = codes.iter().map(RecoveryCode::hash).collect();
    let command = CredentialCommand::ReplaceRecoveryCodes(hashes);
    match world.accounts.send(session.account, AccountCommand::Credentials(by, command)).await? {
        AccountReply::Done => {
            let shown: Vec<Secret<String>> = codes.iter().map(RecoveryCode::shown).collect();
            let event = Event::of(EventKind::RecoveryCodesMade).owner(by.sub);
            Ok(show(world, &browser, CODES, &shown).with_event(event))
        }
        _ => Err(browser.session_over(HERE)),
    }
}

fn show(world: &World<'_>, browser: &Browser, left: usize, codes: &[Secret<String>]) -> Response {
    let token = browser.page_token(world);
    let page = render(&RecoveryPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        left,
        codes,
        may_change: browser.recent(world, HERE).is_ok(),
    });
    token.attach(Response::page(200, page, None))
}
