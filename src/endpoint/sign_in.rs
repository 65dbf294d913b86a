//! `/signin`: one object call.

use crate::base::entropy::random_array;
use crate::base::form::{Form, encode_pairs};
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::endpoint::authorize;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World, limits};
use crate::model::config;
use crate::model::event::{Event, EventKind};
use crate::model::id::{AccountId, SessionId, SubjectId};
use crate::model::session::Session;
use crate::model::username::Username;
use crate::pages::sign_in::{Purpose, SignInPage, render};
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, NewSession, SignIn};
use crate::protocol::authorization::{PageRefusal, PendingRequest};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// What a sign-in leads to.
pub struct Waiting {
    sealed: Option<String>,
    pending: Option<PendingRequest>,
    next: Option<&'static str>,
}

/// `GET /signin`.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let query = Form::parse(&request.query).unwrap_or_default();
    let waiting = Waiting::read(world, request, &query)?;
    Ok(waiting.page(world, &browser, Purpose::SignIn, 200, "", None))
}

/// `POST /signin`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let waiting = Waiting::read(world, request, &form)?;
    let text = Text::of(browser.language);
    let typed = form.value("username").unwrap_or_default();
    let refused = |status, sentence: &str| {
        waiting.page(world, &browser, Purpose::SignIn, status, typed, Some(sentence))
    };
    let Some(username) = Username::parse(typed) else { return Ok(refused(403, text.wrong_credentials)) };
    if !limits::admits(world, request, RateLimit::SignIn).await {
        let page = refused(429, &try_again_in(browser.language, PERIOD));
        return Ok(limits::over(RateLimit::SignIn, None, page));
    }
    let account = world.accounts.address(&username)?;
    let replaces = browser.session.map(|session| session.sid);
    let session = NewSession { sid: SessionId::generate(world.entropy), auth_time: world.now, replaces };
    let sign_in = SignIn {
        password: Secret::new(form.value("password").unwrap_or_default().to_owned()),
        algorithm: world.config.password_algorithm,
        salt: Opaque(random_array(world.entropy)),
        session,
        browser: browser.known.filter(|known| known.account == account).map(|known| known.browser),
    };
    match world.accounts.send(account, AccountCommand::SignIn(sign_in)).await? {
        AccountReply::SignedIn { sub } => {
            let response = waiting.go_on(world, &browser, account, sub, session);
            Ok(response.with_event(event(world, EventKind::SignedIn, account).owner(sub)))
        }
        AccountReply::Throttled { until } => {
            let seconds = until.seconds_after(world.now).max(1);
            let response = refused(429, &try_again_in(browser.language, seconds));
            let event = event(world, EventKind::SignInThrottled, account);
            Ok(response.retry_after(seconds).refused(event, format_args!("Throttled")))
        }
        // An unknown name and a wrong password are one answer, after the same work.
        _ => {
            let event = event(world, EventKind::SignInRefused, account);
            Ok(refused(403, text.wrong_credentials).refused(event, format_args!("WrongCredentials")))
        }
    }
}

/// An event at an account that is perhaps nobody's.
pub fn event(world: &World<'_>, kind: EventKind, account: AccountId) -> Event {
    Event::of(kind).account(account, world.keyring)
}

impl Waiting {
    /// What a page or a form carries along. Only sealed requests and known words: no place to redirect elsewhere.
    pub fn read(world: &World<'_>, request: &Request, form: &Form) -> Result<Self, Halt> {
        let next = ["console", "account"].into_iter().find(|next| form.value("next") == Some(next));
        let Some(sealed) = form.value("authorization_request") else {
            return Ok(Self { sealed: None, pending: None, next });
        };
        match PendingRequest::open(world.keyring, sealed, world.now) {
            Some(pending) => Ok(Self { sealed: Some(sealed.to_owned()), pending: Some(pending), next: None }),
            None => Err(authorize::refuse(request, PageRefusal::RequestExpired).into()),
        }
    }

    /// The page, again or for the first time.
    pub fn page(
        &self,
        world: &World<'_>,
        browser: &Browser,
        purpose: Purpose,
        status: u16,
        username: &str,
        error: Option<&str>,
    ) -> Response {
        let token = browser.page_token(world);
        let page = render(&SignInPage {
            purpose,
            language: browser.language,
            csrf: &token.csrf,
            request: self.sealed.as_deref(),
            client_name: self.pending.as_ref().map(|pending| pending.client_name.as_str()),
            next: self.next,
            username,
            error,
            sign_up_open: world.config.sign_up == config::SignUp::Open,
        });
        let form_action = self.pending.as_ref().and_then(PendingRequest::csp_source);
        token.attach(Response::page(status, page, form_action.as_deref()))
    }

    /// After signing in: back to the request that waits, or to a page of ours.
    pub fn go_on(
        &self,
        world: &World<'_>,
        browser: &Browser,
        account: AccountId,
        sub: SubjectId,
        new: NewSession,
    ) -> Response {
        let location = match &self.sealed {
            Some(sealed) => {
                format!("/authorize?{}", encode_pairs([("authorization_request", sealed.as_str())]))
            }
            None => format!("/{}", self.next.unwrap_or("account")),
        };
        let session = Session { account, sub, sid: new.sid, auth_time: new.auth_time };
        browser.begin_session(world, &session, Response::see_other(&location))
    }
}
