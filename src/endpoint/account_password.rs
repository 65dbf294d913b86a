//! `/account/password`: an owner sets another password, a first one, or does without.

use crate::base::entropy::random_array;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, limits};
use crate::model::event::{Event, EventKind};
use crate::model::password::check_choice;
use crate::model::session::Session;
use crate::model::username::Username;
use crate::pages::password::{PasswordPage, render};
use crate::pages::text::credentials::CredentialsText;
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{
    AccountCommand, AccountReply, ChangePassword, CredentialCommand, Signed, WaysIn,
};
use crate::store::rate_limits::{PERIOD, RateLimit};

const HERE: &str = "account/password";

/// What became of the last change.
#[derive(Clone, Copy, Default)]
struct Outcome<'a> {
    current_wrong: Option<&'a str>,
    new_wrong: Option<&'a str>,
    error: Option<&'a str>,
    done: Option<&'a str>,
}

/// `GET /account/password`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    let Some((username, ways)) = ways_in(world, session, by).await? else {
        return Err(browser.session_over(HERE));
    };
    Ok(show(world, &browser, &username, &ways, 200, Outcome::default()))
}

/// `POST /account/password`: `action` is `change` or `remove`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.recent(world, HERE)?;
    let (common, text) = (Text::of(browser.language), CredentialsText::of(browser.language));
    let Some((username, ways)) = ways_in(world, session, by).await? else {
        return Err(browser.session_over(HERE));
    };
    let (command, done, kind) = match form.value("action") {
        Some("change") => {
            let secret = |name: &str| Secret::new(form.value(name).unwrap_or_default().to_owned());
            let (current, new) = (secret("current"), secret("new"));
            if let Err(error) = check_choice(&new, &username.to_string()) {
                let outcome = Outcome { new_wrong: Some(common.password_error(error)), ..Outcome::default() };
                return Ok(show(world, &browser, &username, &ways, 400, outcome));
            }
            // Hashing costs as much as it does to sign in.
            if !limits::admits(world, request, RateLimit::SignIn).await {
                let sentence = try_again_in(browser.language, PERIOD);
                let outcome = Outcome { error: Some(&sentence), ..Outcome::default() };
                let page = show(world, &browser, &username, &ways, 429, outcome);
                return Ok(limits::over(RateLimit::SignIn, None, page));
            }
            let (algorithm, salt) = (world.config.password_algorithm, Opaque(random_array(world.entropy)));
            let browser = browser.known_to(&session);
            let change = ChangePassword { current, new, algorithm, salt, browser };
            (AccountCommand::ChangePassword(by, change), text.password_changed, EventKind::PasswordChanged)
        }
        Some("remove") => {
            let command = AccountCommand::Credentials(by, CredentialCommand::RemovePassword);
            (command, text.password_removed, EventKind::PasswordRemoved)
        }
        _ => {
            return Ok(browser.refuse(world, request, 400, common.malformed_form, "invalid_request"));
        }
    };
    let had = !matches!(command, AccountCommand::Credentials(..));
    let outcome = Outcome::default();
    match world.accounts.send(session.account, command).await? {
        AccountReply::Done => {
            let ways = WaysIn { password: had, ..ways };
            let page = show(world, &browser, &username, &ways, 200, Outcome { done: Some(done), ..outcome });
            Ok(page.with_event(Event::of(kind).owner(by.sub)))
        }
        AccountReply::WrongCredentials => {
            let outcome = Outcome { current_wrong: Some(text.current_password_wrong), ..outcome };
            let page = show(world, &browser, &username, &ways, 403, outcome);
            Ok(page.because(format_args!("WrongCredentials")))
        }
        AccountReply::Throttled { until } => {
            let seconds = until.seconds_after(world.now).max(1);
            let sentence = try_again_in(browser.language, seconds);
            let outcome = Outcome { error: Some(&sentence), ..outcome };
            let page = show(world, &browser, &username, &ways, 429, outcome);
            Ok(page.retry_after(seconds).because(format_args!("Throttled")))
        }
        AccountReply::CredentialRefused(refusal) => {
            let outcome = Outcome { error: Some(text.last_way_in), ..outcome };
            Ok(show(world, &browser, &username, &ways, 409, outcome).because(refusal))
        }
        _ => Err(browser.session_over(HERE)),
    }
}

/// Who it is, and what they sign in with.
pub(super) async fn ways_in(
    world: &World<'_>,
    session: Session,
    by: Signed,
) -> Result<Option<(Username, WaysIn)>, crate::store::Unavailable> {
    let list = AccountCommand::Credentials(by, CredentialCommand::List);
    Ok(match world.accounts.send(session.account, list).await? {
        AccountReply::WaysIn { username, ways } => Some((username, *ways)),
        _ => None,
    })
}

fn show(
    world: &World<'_>,
    browser: &Browser,
    username: &Username,
    ways: &WaysIn,
    status: u16,
    outcome: Outcome<'_>,
) -> Response {
    let token = browser.page_token(world);
    let page = render(&PasswordPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        username: &username.to_string(),
        has_password: ways.password,
        dispensable: ways.do_without_password(),
        may_change: browser.recent(world, HERE).is_ok(),
        current_wrong: outcome.current_wrong,
        new_wrong: outcome.new_wrong,
        error: outcome.error,
        done: outcome.done,
    });
    token.attach(Response::page(status, page, None))
}
