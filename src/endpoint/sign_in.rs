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
use crate::model::claims_request::ClaimsRequest;
use crate::model::config;
use crate::model::event::{Event, EventKind};
use crate::model::id::{AccountId, PairwiseSalt, SessionId, SubjectId};
use crate::model::session::Session;
use crate::model::sign_in_method::SignInMethod;
use crate::model::user_code::UserCode;
use crate::model::username::Username;
use crate::pages::passkeys::PasskeyCeremony;
use crate::pages::sign_in::{Field, Purpose, SignInPage, render};
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, NewSession, SignIn};
use crate::protocol::authorization::{PageRefusal, PendingRequest};
use crate::protocol::webauthn::{Ceremony, Challenge, RelyingParty};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// What a sign-in leads to.
pub struct Waiting {
    sealed: Option<String>,
    pending: Option<PendingRequest>,
    next: Option<String>,
    /// Who is signed in, where the client wants the owner to choose.
    continue_as: Option<String>,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy)]
pub struct Problem<'a> {
    /// Where.
    pub field: Field,
    /// In words.
    pub sentence: &'a str,
}

/// `GET /signin`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let query = Form::parse(&request.query).unwrap_or_default();
    let mut waiting = Waiting::read(world, request, &query)?;
    waiting.attend(&mut browser);
    if let Some((session, by)) = browser.signed().filter(|(session, _)| waiting.may_go_on_as(session))
        && let AccountReply::Alive { username } =
            world.accounts.send(session.account, AccountCommand::Check(by)).await?
    {
        waiting.continue_as = Some(username.to_string());
    }
    Ok(waiting.page(world, &browser, Purpose::SignIn, 200, "", None))
}

/// `POST /signin`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (browser, form, waiting) = posted(world, request).await?;
    let text = Text::of(browser.language);
    let typed = form.value("username").unwrap_or_default();
    let refused = |status, field, sentence: &str| {
        waiting.page(world, &browser, Purpose::SignIn, status, typed, Some(Problem { field, sentence }))
    };
    let wrong = |sentence: &str| refused(403, Field::Password, sentence);
    let Some(username) = Username::parse(typed) else { return Ok(wrong(text.wrong_credentials)) };
    if !limits::admits(world, request, RateLimit::SignIn).await {
        let page = refused(429, Field::Form, &try_again_in(browser.language, PERIOD));
        return Ok(limits::over(RateLimit::SignIn, None, page));
    }
    let account = world.accounts.address(&username)?;
    let replaces = browser.session.map(|session| session.sid);
    let session = new_session(world, request, SignInMethod::Password, replaces);
    let sign_in = SignIn {
        password: Secret::new(form.value("password").unwrap_or_default().to_owned()),
        algorithm: world.config.password_algorithm,
        salt: Opaque(random_array(world.entropy)),
        session,
        browser: browser.known_at(account),
    };
    let reply = world.accounts.send(account, AccountCommand::SignIn(sign_in)).await?;
    let attempt = Attempt { account, session, wrong: text.wrong_credentials };
    attempt.conclude(world, &browser, &waiting, reply, &refused).await
}

/// A form of these pages: the browser that sent it, what it says, and what waits behind it.
pub async fn posted(world: &World<'_>, request: &Request) -> Result<(Browser, Form, Waiting), Halt> {
    let mut browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let waiting = Waiting::read(world, request, &form)?;
    waiting.attend(&mut browser);
    Ok((browser, form, waiting))
}

/// An attempt to sign in, by whichever way.
pub struct Attempt<'a> {
    /// At which account.
    pub account: AccountId,
    /// The session that it may begin.
    pub session: NewSession,
    /// What is said of everything that is not right: an unknown name and a wrong password are one answer, after the same
    /// work.
    pub wrong: &'a str,
}

impl Attempt<'_> {
    /// What it comes to: the session begins, or `refused` makes the page that says why not.
    pub async fn conclude(
        self,
        world: &World<'_>,
        browser: &Browser,
        waiting: &Waiting,
        reply: AccountReply,
        refused: &dyn Fn(u16, Field, &str) -> Response,
    ) -> Handled {
        let Self { account, session, wrong } = self;
        let event = |kind| event(world, kind, account);
        Ok(match reply {
            AccountReply::SignedIn { sub, salt } => {
                let session = NewSession { salt, ..session };
                waiting.welcome(world, browser, account, EventKind::SignedIn, sub, session).await
            }
            AccountReply::Throttled { until } => {
                let seconds = until.seconds_after(world.now).max(1);
                let page = refused(429, Field::Form, &try_again_in(browser.language, seconds));
                let event = event(EventKind::SignInThrottled);
                page.retry_after(seconds).refused(event, format_args!("Throttled"))
            }
            // What was shown was right: whoever has it may know that.
            AccountReply::Disabled => {
                let page = refused(403, Field::Form, Text::of(browser.language).account_disabled);
                page.refused(event(EventKind::SignInRefused), format_args!("Disabled"))
            }
            reply => {
                let page = refused(403, Field::Password, wrong);
                let event = event(EventKind::SignInRefused);
                match (session.method, reply) {
                    (_, AccountReply::CredentialRefused(refusal)) => page.refused(event, refusal),
                    (SignInMethod::Password, _) => page.refused(event, format_args!("WrongCredentials")),
                    (SignInMethod::RecoveryCode, _) => page.refused(event, format_args!("WrongRecoveryCode")),
                    // An id that is no account of this deployment.
                    (SignInMethod::Passkey, _) => page.refused(event, format_args!("Unknown")),
                }
            }
        })
    }
}

/// Whoever was signed in here before as somebody else is no longer: the cookie goes, and so does what it stood for.
async fn leave_other(
    world: &World<'_>,
    browser: &Browser,
    account: AccountId,
    response: Response,
) -> Response {
    let Some((session, by)) = browser.signed().filter(|(session, _)| session.account != account) else {
        return response;
    };
    match world.accounts.send(session.account, AccountCommand::SignOut(by)).await {
        Ok(_) => response.with_event(event(world, EventKind::SignedOut, session.account).owner(by.sub)),
        Err(error) => response.because(error),
    }
}

/// A session to begin now.
pub fn new_session(
    world: &World<'_>,
    request: &Request,
    method: SignInMethod,
    replaces: Option<SessionId>,
) -> NewSession {
    NewSession {
        sid: SessionId::generate(world.entropy),
        auth_time: world.now,
        method,
        whereabouts: request.whereabouts(),
        replaces,
        salt: PairwiseSalt::generate(world.entropy),
    }
}

/// Pages of ours that may be next.
const PAGES: [&str; 15] = [
    "admin",
    "admin/clients",
    "admin/accounts",
    "admin/events",
    "admin/keys",
    "console",
    "device",
    "account",
    "account/profile",
    "account/passkeys",
    "account/password",
    "account/recovery",
    "account/sessions",
    "account/data",
    "account/delete",
];

/// A page of ours to go on to: one of a few, and never an address.
fn next_page(word: &str) -> Option<String> {
    match word.strip_prefix("device?user_code=") {
        Some(code) => UserCode::parse(code).map(|code| format!("device?user_code={code}")),
        None => PAGES.contains(&word).then(|| word.to_owned()),
    }
}

/// An event at an account that is perhaps nobody's.
pub fn event(world: &World<'_>, kind: EventKind, account: AccountId) -> Event {
    Event::of(kind).account(account, world.keyring)
}

impl Waiting {
    /// What a page or a form carries along. Only sealed requests and known words: no place to redirect elsewhere.
    pub fn read(world: &World<'_>, request: &Request, form: &Form) -> Result<Self, Halt> {
        let next = form.value("next").and_then(next_page);
        let Some(sealed) = form.value("authorization_request") else {
            return Ok(Self { sealed: None, pending: None, next, continue_as: None });
        };
        match PendingRequest::open(world.keyring, sealed, world.now) {
            Some(pending) => {
                let (sealed, pending) = (Some(sealed.to_owned()), Some(pending));
                Ok(Self { sealed, pending, next: None, continue_as: None })
            }
            None => Err(authorize::refuse(world, request, PageRefusal::RequestExpired).into()),
        }
    }

    /// Speaks as the request that waits wants it.
    pub fn attend(&self, browser: &mut Browser) {
        let form = self.pending.as_ref().map(PendingRequest::form);
        browser.speak(form.as_ref().and_then(|form| form.value("ui_locales")));
    }

    /// Whether the request that waits can go on as who is signed in: the owner chooses (OpenID Connect Core §3.1.2.1,
    /// `prompt=select_account`), or wanted to be somebody else and thinks better of it. Not where the request demands
    /// another sign-in, or names who is meant.
    fn may_go_on_as(&self, session: &Session) -> bool {
        let Some(pending) = &self.pending else { return false };
        let form = pending.form();
        let anybody = form.value("id_token_hint").is_none() && form.value("claims").is_none();
        anybody && pending.auth_after.is_none_or(|after| session.auth_time > after)
    }

    /// The address of one of these pages, with what goes along: what was posted to it cannot be asked for again.
    pub fn address(&self, path: &str) -> String {
        let query = encode_pairs(self.carried().iter().filter_map(|(name, value)| Some((*name, (*value)?))));
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    fn request_address(sealed: &str) -> String {
        format!("/authorize?{}", encode_pairs([("authorization_request", sealed)]))
    }

    /// What goes along from page to page.
    pub fn carried(&self) -> [(&str, Option<&str>); 2] {
        [("authorization_request", self.sealed.as_deref()), ("next", self.next.as_deref())]
    }

    /// Where the forms of these pages may lead, besides here: browsers hold the whole redirect chain after a form to it.
    pub fn form_action(&self) -> Option<String> {
        self.pending.as_ref().and_then(PendingRequest::csp_source)
    }

    /// Whether the request that waits is not content with a password (OpenID Connect Core §5.5.1.1).
    fn needs_passkey(&self, form: &Form) -> bool {
        let claims = form.value("claims").and_then(|claims| ClaimsRequest::parse(claims).ok());
        let needed = claims.and_then(|claims| claims.essential_acr);
        needed.is_some_and(|acr| acr.iter().all(|value| value != SignInMethod::Password.acr()))
    }

    /// The page, again or for the first time.
    pub fn page(
        &self,
        world: &World<'_>,
        browser: &Browser,
        purpose: Purpose,
        status: u16,
        username: &str,
        problem: Option<Problem<'_>>,
    ) -> Response {
        let (token, text) = (browser.page_token(world), Text::of(browser.language));
        let hinted = self.pending.as_ref().map(PendingRequest::form).unwrap_or_default();
        // OpenID Connect Core §3.1.2.1, `login_hint`: whatever it is, only a name that fits is shown.
        let hint = hinted.value("login_hint").filter(|hint| Username::parse(hint).is_some());
        let username = if username.is_empty() { hint.unwrap_or_default() } else { username };
        let address = self.sealed.as_deref().map(Self::request_address);
        let challenge = Challenge::new(Ceremony::SignIn, world.entropy, world.now).seal(world.keyring);
        let here = match purpose {
            Purpose::SignIn => self.address("/signin"),
            Purpose::SignUp => self.address("/signup"),
        };
        let page = render(&SignInPage {
            purpose,
            frame: browser.at(world, &here),
            csrf: &token.csrf,
            carried: self.carried(),
            client_name: self.pending.as_ref().map(|pending| text.named(&pending.client_name)),
            passkey_needed: self.needs_passkey(&hinted),
            ceremony: PasskeyCeremony { challenge: &challenge, rp_id: RelyingParty(&world.issuer).id() },
            continue_as: self.continue_as.as_deref().zip(address.as_deref()),
            username,
            error: problem.map(|problem| (problem.field, problem.sentence)),
            sign_up_open: world.config.sign_up == config::SignUp::Open,
        });
        token.attach(Response::scripted_page(status, page, self.form_action().as_deref()))
    }

    /// Somebody has proved who they are: on to what waits, in a session of their own.
    pub async fn welcome(
        &self,
        world: &World<'_>,
        browser: &Browser,
        account: AccountId,
        kind: EventKind,
        sub: SubjectId,
        new: NewSession,
    ) -> Response {
        let response = self.go_on(world, browser, account, sub, new);
        let response = response.with_event(event(world, kind, account).owner(sub));
        leave_other(world, browser, account, response).await
    }

    /// After signing in: back to the request that waits, or to a page of ours.
    fn go_on(
        &self,
        world: &World<'_>,
        browser: &Browser,
        account: AccountId,
        sub: SubjectId,
        new: NewSession,
    ) -> Response {
        let location = match &self.sealed {
            Some(sealed) => Self::request_address(sealed),
            None => format!("/{}", self.next.as_deref().unwrap_or("account")),
        };
        let session = Session {
            account,
            sub,
            sid: new.sid,
            auth_time: new.auth_time,
            method: new.method,
            salt: new.salt,
        };
        browser.begin_session(world, &session, Response::see_other(&location))
    }
}
