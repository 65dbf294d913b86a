//! `/authorize` (RFC 6749 §3.1): who asks, who is signed in, and what has to happen before the answer.

use futures_util::future::{OptionFuture, try_join};

use crate::base::form::{Form, encode_pairs};
use crate::base::time::{Seconds, UnixTime};
use crate::endpoint::browser::{Browser, Fault};
use crate::endpoint::client::{Missing, look_up};
use crate::endpoint::consent;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::hint::verified_hint;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, journal};
use crate::model::authorization_code;
use crate::model::client::Client;
use crate::model::client_id::ClientId;
use crate::model::config::SignUp;
use crate::model::consent::Consent;
use crate::model::event::{Event, EventKind};
use crate::model::id::GrantId;
use crate::model::redirect_uri::csp_source;
use crate::model::scope::{OPENID, Scope};
use crate::model::session::Session;
use crate::pages::form_post;
use crate::pages::message::Turn;
use crate::pages::text::page_refusal;
use crate::protocol::account::{AccountCommand, AccountReply, Approval, Basis, GrantRow, Signed};
use crate::protocol::authorization::{
    AuthorizationError, AuthorizationRequest, Interaction, MAX_PARAMETERS, PageRefusal, PendingRequest,
    PushedRequest, Reply, RequestedAt, ReturnTo, auth_after, check, check_arrival, decide, identify,
};
use crate::protocol::grant::{Approver, Command, Create, Reply as GrantReply, Terms, may_refresh};
use crate::protocol::oidc::{logout_target, subject_of};
use crate::protocol::token::refresh_terms;
use crate::store::Unavailable;

/// A request whose client, redirect URI and parameters are all in order.
pub struct Checked {
    /// Who asks.
    pub client: Client,
    /// Where the owner goes back to.
    pub return_to: ReturnTo,
    /// What is asked.
    pub request: AuthorizationRequest,
    /// As it was sent.
    pub form: Form,
    /// Whether the client pushed it.
    pub pushed: bool,
    /// The owner must have signed in later than this, if that was demanded.
    pub auth_after: Option<UnixTime>,
}

/// `GET /authorize`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let Sent { form, requested_at, pushed } = match read_query(world, request) {
        Ok(read) => read,
        Err(refusal) => return Ok(refuse(world, request, refusal)),
    };
    let id = form.value("client_id").and_then(|id| ClientId::prove(world.keyring, id));
    // Both reads at once; neither for an id that was never issued.
    let on_file: OptionFuture<_> = match (&browser.session, &id) {
        (Some(session), Some(id)) => Some(find_consent(world, *session, id.id().clone())).into(),
        _ => None.into(),
    };
    let (client, consent) = try_join(look_up(world, id), async { on_file.await.transpose() }).await?;
    let consent = consent.flatten();
    let (client, missing) = known(client);
    let mut checked = match check_request(world, form, pushed, client) {
        Ok(checked) => checked,
        Err(stop) => return Ok(stop.told(world, request, missing)),
    };
    browser.speak(checked.form.value("ui_locales"));
    if let Err(error) = heed_hint(world, &mut checked).await? {
        return Ok(fail(world, &checked.return_to, &error));
    }
    checked.auth_after = auth_after(&checked.request, requested_at, world.now);
    let subject = browser.session.as_ref().map(|session| subject_of(session, &checked.client.metadata));
    let next = decide(
        &checked.request,
        requested_at,
        &checked.return_to,
        browser.session.as_ref().zip(subject.as_ref()),
        consent.as_ref(),
        world.now,
    );
    match (next, browser.signed()) {
        (Interaction::SignIn { auth_after }, _) => Ok(ask_sign_in(world, &checked, auth_after)),
        (Interaction::Refuse(error), Some((session, by))) if error == AuthorizationError::ConsentRequired => {
            // Whether the session still counts decides which of two errors is true.
            let alive = world.accounts.send(session.account, AccountCommand::Check(by)).await?;
            let error = match alive {
                AccountReply::Alive { .. } => error,
                _ => AuthorizationError::LoginRequired,
            };
            Ok(fail(world, &checked.return_to, &error))
        }
        (Interaction::Refuse(error), _) => Ok(fail(world, &checked.return_to, &error)),
        (_, None) => Ok(ask_sign_in(world, &checked, None)),
        (Interaction::AskConsent, Some((session, by))) => {
            ask_consent(world, &browser, &checked, session, by, consent.as_ref()).await
        }
        (Interaction::Approve { scope, approved_at }, Some((session, by))) => {
            let grant = world.grants.new_id()?;
            let basis = Basis::Remembered(approved_at);
            if create(world, &checked, session, grant, scope.clone(), Seconds(0)).await?
                != GrantReply::Created
            {
                return Err(Unavailable("a new grant was not new".into()).into());
            }
            match approve(world, &checked, session, by, grant, scope.clone(), basis).await? {
                AccountReply::Approved { .. } => {
                    let event = granted(EventKind::AccessRemembered, &checked, by, grant, &scope);
                    Ok(answer_code(world, &checked, grant).with_event(event))
                }
                AccountReply::ConsentSuperseded { .. } if checked.request.prompt.none => {
                    Ok(fail(world, &checked.return_to, &AuthorizationError::ConsentRequired))
                }
                AccountReply::ConsentSuperseded { username } => {
                    let grant = world.grants.new_id()?;
                    Ok(consent::show(world, &browser, &checked, by, grant, &username, None))
                }
                _ => Ok(session_over(world, &checked)),
            }
        }
    }
}

/// `POST /authorize`: answered with 303 to its sealed self, before any cookie is looked at. A cross-site post carries
/// no Lax cookies, so judging them here would sign people out.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let form = read_form(world, request, Face::Page).await?;
    let (form, pushed) = match unfolded(world, form) {
        Ok(unfolded) => unfolded,
        Err(refusal) => return Ok(refuse(world, request, refusal)),
    };
    let id = form.value("client_id").and_then(|id| ClientId::prove(world.keyring, id));
    let (client, missing) = known(look_up(world, id).await?);
    match check_request(world, form, pushed, client) {
        Err(stop) => Ok(stop.told(world, request, missing)),
        Ok(checked) => {
            let auth_after = auth_after(&checked.request, RequestedAt::Now, world.now);
            let pending = pending(world, &checked, auth_after);
            Ok(Response::see_other(&format!("/authorize?{}", sealed_query(world, &pending))))
        }
    }
}

/// Why a request is not answered with a page of its own.
pub enum Stop {
    /// Shown here; and what the client sent in place of a redirect URI of its own.
    Page(PageRefusal, Option<String>),
    /// Sent to the client.
    Redirect(Box<ReturnTo>, AuthorizationError),
}

impl Stop {
    /// The answer; the log hears why there is no client, where that is known.
    fn told(&self, world: &World<'_>, request: &Request, missing: Option<Missing>) -> Response {
        let response = self.answer(world, request);
        match (self, missing) {
            (Self::Page(PageRefusal::UnknownClient, _), Some(missing @ Missing::Published(_))) => {
                response.because(format_args!("UnknownClient({missing:?})"))
            }
            _ => response,
        }
    }

    /// The answer.
    pub fn answer(&self, world: &World<'_>, request: &Request) -> Response {
        match self {
            Self::Page(refusal, sent) => refuse(world, request, *refusal).sent(sent.clone()),
            Self::Redirect(return_to, error) => fail(world, return_to, error),
        }
    }
}

fn known(client: Result<Client, Missing>) -> (Option<Client>, Option<Missing>) {
    match client {
        Ok(client) => (Some(client), None),
        Err(missing) => (None, Some(missing)),
    }
}

/// Client and redirect URI first; only then may an error travel (RFC 6749 §4.1.2.1).
pub fn check_request(
    world: &World<'_>,
    form: Form,
    pushed: bool,
    client: Option<Client>,
) -> Result<Checked, Stop> {
    let return_to = identify(&form, client.as_ref())
        .map_err(|refusal| Stop::Page(refusal, journal::sent(refusal, &form)))?;
    let client = client.ok_or(Stop::Page(PageRefusal::UnknownClient, None))?;
    let checked =
        check_arrival(&client, pushed).and_then(|()| check(&form, &client, world.config, &world.issuer));
    match checked {
        Ok(request) => Ok(Checked { client, return_to, request, form, pushed, auth_after: None }),
        Err(error) => Err(Stop::Redirect(Box::new(return_to), error)),
    }
}

/// What is on file, so that nothing is asked twice.
pub async fn find_consent(
    world: &World<'_>,
    session: Session,
    client: ClientId,
) -> Result<Option<Consent>, Unavailable> {
    world.consents.find(session.sub, &client.hash()).await
}

/// The account's half of an approval, once the grant is there.
pub async fn approve(
    world: &World<'_>,
    checked: &Checked,
    session: Session,
    by: Signed,
    grant: GrantId,
    scope: Scope,
    basis: Basis,
) -> Result<AccountReply, Unavailable> {
    let narrows = !checked.request.scope.is_within(&scope);
    let ends_at = certain_end(world, &checked.client, &scope, world.config.code_ttl);
    // Whoever signs in with us hears when we sign out (Back-Channel Logout §2.3).
    let signs_in = scope.contains(OPENID);
    let logout = signs_in.then(|| logout_target(&session, &checked.client, &world.issuer)).flatten();
    let row = GrantRow { logout, ..GrantRow::new(grant, checked.client.shown_name(), scope, ends_at) };
    let approval = Approval { client: checked.client.hash(), grant: row, basis, narrows };
    world.accounts.send(session.account, AccountCommand::Approve(by, approval)).await
}

/// The grant's half of an approval, and the first: a grant that its account never hears of is over with its code, which
/// nobody was told. The other way round, an account would list for ever what was never made.
pub async fn create(
    world: &World<'_>,
    checked: &Checked,
    session: Session,
    grant: GrantId,
    scope: Scope,
    form_ttl: Seconds,
) -> Result<GrantReply, Unavailable> {
    let terms = Terms {
        client_id: checked.client.id.clone(),
        subject: subject_of(&session, &checked.client.metadata),
        owner: Some(Approver {
            sub: session.sub,
            account: session.account,
            sid: session.sid,
            auth_time: session.auth_time,
            method: session.method,
        }),
        scope,
        audience: checked.request.audience.clone(),
        nonce: checked.request.nonce.clone(),
        id_token_claims: checked.request.claims.id_token.clone(),
        jkt: checked.request.jkt.clone(),
    };
    let create = Create {
        terms,
        redirect_uri: checked.return_to.redirect_uri().to_owned(),
        challenge: checked.request.challenge,
        code_ttl: world.config.code_ttl,
        form_ttl,
    };
    world.grants.send(grant, Command::Create(create)).await
}

/// The redirect that carries the code. Only after both halves were written.
pub fn answer_code(world: &World<'_>, checked: &Checked, grant: GrantId) -> Response {
    let code = authorization_code::seal(world.keyring, grant);
    send_back(world, &checked.return_to, checked.return_to.with_code(&code, &world.issuer))
}

/// The authorization response, the way it was asked for.
fn send_back(world: &World<'_>, return_to: &ReturnTo, reply: Reply) -> Response {
    match reply {
        Reply::Redirect(location) => Response::see_other(&location),
        Reply::Form(fields) => {
            let page = form_post::render(&world.config.brand, return_to.redirect_uri(), &fields);
            Response::scripted_page(200, page, Some(&csp_source(return_to.redirect_uri())))
        }
    }
}

/// OpenID Connect Core §3.1.2.1: the owner that an earlier ID token names is the one who is meant.
async fn heed_hint(
    world: &World<'_>,
    checked: &mut Checked,
) -> Result<Result<(), AuthorizationError>, Unavailable> {
    let Some(token) = checked.form.value("id_token_hint") else { return Ok(Ok(())) };
    let hint = verified_hint(world, token).await?.filter(|hint| hint.aud == checked.client.id.as_str());
    let meant = &mut checked.request.claims.sub;
    Ok(match hint {
        Some(hint) if meant.as_ref().is_none_or(|sub| *sub == hint.sub) => {
            *meant = Some(hint.sub);
            Ok(())
        }
        _ => Err(AuthorizationError::IdTokenHint),
    })
}

/// The event of an approval.
pub fn granted(kind: EventKind, checked: &Checked, by: Signed, grant: GrantId, scope: &Scope) -> Event {
    let declined = checked.request.scope.without(scope);
    Event::of(kind).owner(by.sub).client(&checked.client.hash()).grant(grant).scope(scope).declined(&declined)
}

/// The redirect that carries an error.
pub fn fail(world: &World<'_>, return_to: &ReturnTo, error: &AuthorizationError) -> Response {
    send_back(world, return_to, return_to.with_error(error, &world.issuer)).because(error)
}

/// To the sign-in page, with the request sealed into the URL.
pub fn ask_sign_in(world: &World<'_>, checked: &Checked, auth_after: Option<UnixTime>) -> Response {
    // Initiating User Registration via OpenID Connect §4.
    let new = checked.request.prompt.create && world.config.sign_up == SignUp::Open;
    let page = if new { "signup" } else { "signin" };
    let pending = pending(world, checked, auth_after).choosing();
    Response::see_other(&format!("/{page}?{}", sealed_query(world, &pending)))
}

/// Where the owner signs in as somebody else, and this request goes on.
pub fn other_account(world: &World<'_>, checked: &Checked) -> String {
    format!("/signin?{}", sealed_query(world, &pending(world, checked, checked.auth_after).choosing()))
}

/// The session of the cookie is over: sign in, unless nothing may be shown.
pub fn session_over(world: &World<'_>, checked: &Checked) -> Response {
    match checked.request.prompt.none {
        true => fail(world, &checked.return_to, &AuthorizationError::LoginRequired),
        false => ask_sign_in(world, checked, auth_after(&checked.request, RequestedAt::Now, world.now)),
    }
}

/// A page for a refusal that must not travel.
pub fn refuse(world: &World<'_>, request: &Request, refusal: PageRefusal) -> Response {
    let browser = Browser::of(world, request);
    let sentence = page_refusal(browser.language, refusal);
    let fault = Fault { status: 400, sentence, error: "invalid_request", turn: Turn::Developer };
    browser.fault(world, request, fault).because(refusal)
}

async fn ask_consent(
    world: &World<'_>,
    browser: &Browser,
    checked: &Checked,
    session: Session,
    by: Signed,
    on_file: Option<&Consent>,
) -> Handled {
    match world.accounts.send(session.account, AccountCommand::Check(by)).await? {
        AccountReply::Alive { username } => {
            let grant = world.grants.new_id()?;
            Ok(consent::show(world, browser, checked, by, grant, &username, on_file))
        }
        _ => Ok(session_over(world, checked)),
    }
}

/// A request as it came.
struct Sent {
    form: Form,
    requested_at: RequestedAt,
    pushed: bool,
}

fn read_query(world: &World<'_>, request: &Request) -> Result<Sent, PageRefusal> {
    if let Some(sealed) = request.query.strip_prefix("authorization_request=") {
        let pending =
            PendingRequest::open(world.keyring, sealed, world.now).ok_or(PageRefusal::RequestExpired)?;
        let PendingRequest { auth_after, chosen, pushed, .. } = pending;
        return Ok(Sent {
            form: pending.form(),
            requested_at: RequestedAt::Earlier { auth_after, chosen },
            pushed,
        });
    }
    // Escapes make three bytes of one: what is longer than that cannot be within the limit.
    if request.query.len() > MAX_PARAMETERS.saturating_mul(3) {
        return Err(PageRefusal::Malformed);
    }
    let form = Form::parse(&request.query).map_err(|_| PageRefusal::Malformed)?;
    let (form, pushed) = unfolded(world, form)?;
    Ok(Sent { form, requested_at: RequestedAt::Now, pushed })
}

/// The request itself: what was sent, or what stands behind the `request_uri` that was sent in its place (RFC 9126 §4).
fn unfolded(world: &World<'_>, form: Form) -> Result<(Form, bool), PageRefusal> {
    if let Some(uri) = form.value("request_uri").filter(|uri| PushedRequest::is_named_by(uri)) {
        let client_id = form.value("client_id").ok_or(PageRefusal::NoClient)?;
        let pushed = PushedRequest::open(world.keyring, uri, client_id, world.now);
        return Ok((pushed.ok_or(PageRefusal::RequestExpired)?.form(), true));
    }
    if form.size() > MAX_PARAMETERS { Err(PageRefusal::Malformed) } else { Ok((form, false)) }
}

fn pending(world: &World<'_>, checked: &Checked, auth_after: Option<UnixTime>) -> PendingRequest {
    let pending = PendingRequest::new(&checked.form, checked.client.shown_name(), auth_after, world.now);
    pending.arrived(checked.pushed)
}

fn sealed_query(world: &World<'_>, pending: &PendingRequest) -> String {
    encode_pairs([("authorization_request", pending.seal(world.keyring).as_str())])
}

/// When a grant of this client is over for certain, as seen from its approval. `fetched_in`: how long its tokens may be
/// waited for.
pub fn certain_end(
    world: &World<'_>,
    client: &Client,
    scope: &Scope,
    fetched_in: Seconds,
) -> Option<UnixTime> {
    // Clocks of two data centres differ a little, and an end that is seen too early would hide a live grant.
    let slack = Seconds::minutes(5);
    let access_end = world.now.plus(fetched_in).plus(world.config.access_token_ttl).plus(slack);
    match refresh_terms(client, world.config).filter(|_| may_refresh(scope)) {
        None => Some(access_end),
        Some(terms) => terms.max_ttl.map(|ttl| access_end.plus(ttl)),
    }
}
