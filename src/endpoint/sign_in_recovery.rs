//! `/signin/recovery`: one object call, and as many attempts as there are for passwords.

use crate::base::form::Form;
use crate::base::opaque::Opaque;
use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::sign_in::{Attempt, Waiting, new_session, posted};
use crate::endpoint::{Handled, World, limits};
use crate::model::recovery_code::RecoveryCode;
use crate::model::sign_in_method::SignInMethod;
use crate::model::username::Username;
use crate::pages::recovery::{RecoverySignInPage, sign_in};
use crate::pages::text::credentials::CredentialsText;
use crate::pages::text::try_again_in;
use crate::protocol::account::{AccountCommand, Recover};
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
    let (browser, form, waiting) = posted(world, request).await?;
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
    let reply = world.accounts.send(account, AccountCommand::Recover(recover)).await?;
    let attempt = Attempt { account, session, wrong: text.recovery_code_wrong };
    attempt.conclude(world, &browser, &waiting, reply, &|status, _, sentence| refused(status, sentence)).await
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
    let page = sign_in(&RecoverySignInPage {
        frame: browser.at(world, &waiting.address("/signin/recovery")),
        csrf: &token.csrf,
        carried: waiting.carried(),
        username,
        error,
        back: &waiting.address("/signin"),
    });
    token.attach(Response::page(status, page, waiting.form_action().as_deref()))
}
