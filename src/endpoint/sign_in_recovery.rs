//! `/signin/recovery`: one object call, and as many attempts as there are for passwords.

use crate::base::form::{Form, encode_pairs};
use crate::base::opaque::Opaque;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::sign_in::{Waiting, event, leave_other, new_session};
use crate::endpoint::{Handled, World, limits};
use crate::model::event::EventKind;
use crate::model::recovery_code::RecoveryCode;
use crate::model::sign_in_method::SignInMethod;
use crate::model::username::Username;
use crate::pages::recovery::{RecoverySignInPage, sign_in};
use crate::pages::text::credentials::CredentialsText;
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, NewSession, Recover};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// `GET /signin/recovery`.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let query = Form::parse(&request.query).unwrap_or_default();
    let waiting = Waiting::read(world, request, &query)?;
    waiting.attend(&mut browser);
    Ok(show(world, &browser, &waiting, 200, "", None))
}

/// `POST /signin/recovery`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let waiting = Waiting::read(world, request, &form)?;
    waiting.attend(&mut browser);
    let text = CredentialsText::of(browser.language);
    let typed = form.value("username").unwrap_or_default();
    let refused = |status, sentence: &str| show(world, &browser, &waiting, status, typed, Some(sentence));
    let Some(username) = Username::parse(typed) else { return Ok(refused(403, text.recovery_code_wrong)) };
    if !limits::admits(world, request, RateLimit::SignIn).await {
        let page = refused(429, &try_again_in(browser.language, PERIOD));
        return Ok(limits::over(RateLimit::SignIn, None, page));
    }
    let account = world.accounts.address(&username)?;
    // What cannot be a code is counted as one, too.
    let code = form.value("code").and_then(RecoveryCode::parse);
    let session =
        new_session(world, request, SignInMethod::RecoveryCode, browser.session.map(|session| session.sid));
    let recover = Recover {
        code: code.map_or(Opaque([0; 32]), |code| code.hash()),
        session,
        browser: browser.known_at(account),
    };
    match world.accounts.send(account, AccountCommand::Recover(recover)).await? {
        AccountReply::SignedIn { sub, salt } => {
            let response = waiting.go_on(world, &browser, account, sub, NewSession { salt, ..session });
            let response = response.with_event(event(world, EventKind::SignedIn, account).owner(sub));
            Ok(leave_other(world, &browser, account, response).await)
        }
        AccountReply::Throttled { until } => {
            let seconds = until.seconds_after(world.now).max(1);
            let response = refused(429, &try_again_in(browser.language, seconds));
            let event = event(world, EventKind::SignInThrottled, account);
            Ok(response.retry_after(seconds).refused(event, format_args!("Throttled")))
        }
        AccountReply::Disabled => {
            let event = event(world, EventKind::SignInRefused, account);
            let page = refused(403, Text::of(browser.language).account_disabled);
            Ok(page.refused(event, format_args!("Disabled")))
        }
        _ => {
            let event = event(world, EventKind::SignInRefused, account);
            Ok(refused(403, text.recovery_code_wrong).refused(event, format_args!("WrongRecoveryCode")))
        }
    }
}

fn show(
    world: &World<'_>,
    browser: &Browser,
    waiting: &Waiting,
    status: u16,
    username: &str,
    error: Option<&str>,
) -> Response {
    let token = browser.page_token(world);
    let carried = waiting.carried();
    let query = encode_pairs(carried.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    let page = sign_in(&RecoverySignInPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        carried,
        username,
        error,
        back: &format!("/signin?{query}"),
    });
    token.attach(Response::page(status, page, waiting.form_action().as_deref()))
}
