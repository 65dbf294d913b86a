//! `/device` (RFC 8628 §3.3): the owner types the code of a device, is told what it is about, and answers.

use futures_util::future::try_join;

use crate::base::form::{Form, encode_pairs};
use crate::endpoint::authorize::certain_end;
use crate::endpoint::browser::Browser;
use crate::endpoint::client::find_client;
use crate::endpoint::consent::{logo_address, scope_rows, ticked, who_is_imitated};
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World, authorize, limits};
use crate::model::client::Client;
use crate::model::client_id::ClientId;
use crate::model::event::{Event, EventKind};
use crate::model::grant_type::GrantType;
use crate::model::id::GrantId;
use crate::model::scope::{OPENID, Scope};
use crate::model::session::Session;
use crate::model::user_code::UserCode;
use crate::pages::device::{self, ConfirmPage};
use crate::pages::evidence::Evidence;
use crate::pages::text::consent::ConsentText;
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, Approval, Basis, GrantRow, Signed};
use crate::protocol::authorization::{AuthorizationError, PageRefusal};
use crate::protocol::grant::{Allowed, Answer, Approver, Command, GrantRefusal, Reply};
use crate::protocol::oidc::{logout_target, subject_of};
use crate::protocol::owner_form::DeviceForm;
use crate::store::rate_limits::{PERIOD, RateLimit};

/// `GET /device`. Looks nothing up: a link with a code in it is worth no more than the code.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let query = Form::parse(&request.query).unwrap_or_default();
    let code = query.value("user_code").and_then(UserCode::parse);
    let typed = code.map(|code| code.to_string()).unwrap_or_default();
    Ok(ask(world, &browser, 200, &typed, None))
}

/// `POST /device`: what the code is about.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let wrong = |typed: &str, refusal: GrantRefusal| {
        let error = Text::of(browser.language).user_code_wrong;
        ask(world, &browser, 400, typed, Some(error)).because(refusal)
    };
    let Some(code) = form.value("user_code").and_then(UserCode::parse) else {
        return Ok(wrong("", GrantRefusal::Unknown));
    };
    let typed = code.to_string();
    let Some((session, by)) = browser.signed() else { return Ok(sign_in(Some(code))) };
    // Before it is looked up: a guess that is right must not get through either.
    if !limits::admits_guess(world, request, by.sub).await {
        let page = ask(world, &browser, 429, &typed, Some(&try_again_in(browser.language, PERIOD)));
        return Ok(limits::over(RateLimit::DeviceCode, None, page));
    }
    let grant = world.grants.named(&code.grant_name())?;
    let (found, alive) = try_join(
        world.grants.send(grant, Command::Look),
        world.accounts.send(session.account, AccountCommand::Check(by)),
    )
    .await?;
    let AccountReply::Alive { username } = alive else {
        return Ok(browser.end_session(sign_in(Some(code))));
    };
    let asked = match found {
        Reply::Waiting(asked) => asked,
        Reply::Refused(refusal) => return Ok(wrong(&typed, refusal)),
        _ => return Ok(wrong(&typed, GrantRefusal::Unknown)),
    };
    let sealed = DeviceForm::new(asked, grant, by.sub, by.sid, world.now);
    let token = browser.page_token(world);
    let page = device::confirm(&ConfirmPage {
        frame: browser.at(world, &format!("/device?user_code={code}")),
        csrf: &token.csrf,
        form: &sealed.seal(world.keyring),
        user_code: &typed,
        client: Evidence {
            name: ConsentText::of(browser.language).named(&sealed.request.client_name),
            logo: logo_address(world, sealed.request.logo_uri.as_ref()),
            origin: sealed.request.origin,
            proven_host: sealed.request.client_id.host(),
            imitated: who_is_imitated(
                &sealed.request.client_name,
                &sealed.request.client_id,
                sealed.request.origin,
            ),
        },
        scopes: scope_rows(world, &browser, &sealed.request.scope, None),
        username: &username.to_string(),
        other_account: &sign_in_address(Some(code)),
    });
    Ok(token.attach(Response::page(200, page, None)))
}

/// `POST /device/confirm`: the owner's answer.
pub async fn confirm(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let text = Text::of(browser.language);
    let (asked, session, by): (DeviceForm, _, _) = browser.answer(world, request, form.value("device"))?;
    let id = ClientId::prove(world.keyring, asked.request.client_id.as_str());
    let client = find_client(world, id).await?;
    let Some(client) = client.filter(|client| client.metadata.may_use(GrantType::DeviceCode)) else {
        return Ok(authorize::refuse(world, request, PageRefusal::UnknownClient));
    };
    let allowed = match form.value("decision") {
        Some("allow") => ticked(world, &asked.request.scope, form.values("scope")),
        Some("deny") => Scope::default(),
        _ => return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request")),
    };
    let event = |kind| Event::of(kind).owner(by.sub).client(&client.hash());
    if allowed.is_empty() {
        let denied = of(session, &asked, None);
        tell(world, &browser, request, asked.grant, Command::Answer(denied)).await?;
        let page = Response::page(200, device::done(&browser.at(world, "/device"), text.device_denied), None);
        return Ok(page.refused(event(EventKind::AccessDenied), AuthorizationError::AccessDenied));
    }
    let terms = Allowed { subject: subject_of(&session, &client.metadata), scope: allowed.clone() };
    let answer = of(session, &asked, Some(terms));
    // The grant is told before the account and after it. What it is told first it remembers until it is over, and then the
    // account hears of it, so that nothing stays listed of which nothing came; but the device gets its tokens only when
    // they are listed: a session that is over must not have allowed them, and what is not listed could not be taken away.
    tell(world, &browser, request, asked.grant, Command::Answer(answer.clone())).await?;
    if !list(world, &client, session, by, &asked, &allowed).await? {
        return Ok(browser.end_session(sign_in(None)));
    }
    tell(world, &browser, request, asked.grant, Command::Listed(answer)).await?;
    let declined = asked.request.scope.without(&allowed);
    let event = event(EventKind::AccessGranted).grant(asked.grant).scope(&allowed).declined(&declined);
    let page = Response::page(200, device::done(&browser.at(world, "/device"), text.device_allowed), None);
    Ok(page.with_event(event))
}

/// The account's half of an approval. False where the session is over.
async fn list(
    world: &World<'_>,
    client: &Client,
    session: Session,
    by: Signed,
    asked: &DeviceForm,
    scope: &Scope,
) -> Result<bool, Halt> {
    let ends_at = certain_end(world, client, scope, world.config.device_code_ttl);
    // Whoever signs in with us hears when we sign out (Back-Channel Logout §2.3).
    let signs_in = scope.contains(OPENID);
    let logout = signs_in.then(|| logout_target(&session, client, &world.issuer)).flatten();
    let row = GrantRow { logout, ..GrantRow::new(asked.grant, client.shown_name(), scope.clone(), ends_at) };
    // What was allowed here is not remembered for other requests, so declining narrows none of them.
    let approval = Approval { client: client.hash(), grant: row, basis: Basis::Asked, narrows: false };
    let reply = world.accounts.send(session.account, AccountCommand::Approve(by, approval)).await?;
    Ok(matches!(reply, AccountReply::Approved { .. }))
}

/// What the grant is told.
fn of(session: Session, asked: &DeviceForm, allowed: Option<Allowed>) -> Answer {
    let owner = Approver {
        sub: session.sub,
        account: session.account,
        sid: session.sid,
        auth_time: session.auth_time,
        method: session.method,
    };
    Answer { id: asked.request.id, owner, allowed }
}

/// The grant's half.
async fn tell(
    world: &World<'_>,
    browser: &Browser,
    request: &Request,
    grant: GrantId,
    command: Command,
) -> Result<(), Halt> {
    let refusal = match world.grants.send(grant, command).await? {
        Reply::Answered => return Ok(()),
        Reply::Refused(refusal) => refusal,
        _ => GrantRefusal::Unknown,
    };
    let text = Text::of(browser.language);
    let sentence =
        if refusal == GrantRefusal::DeviceCodeExpired { text.user_code_wrong } else { text.form_used };
    Err(browser.refuse(world, request, 400, sentence, "invalid_request").because(refusal).into())
}

fn ask(world: &World<'_>, browser: &Browser, status: u16, typed: &str, error: Option<&str>) -> Response {
    let token = browser.page_token(world);
    token.attach(Response::page(status, device::ask(&browser.frame(world), &token.csrf, typed, error), None))
}

fn sign_in(code: Option<UserCode>) -> Response {
    Response::see_other(&sign_in_address(code))
}

fn sign_in_address(code: Option<UserCode>) -> String {
    let next = code.map_or("device".to_owned(), |code| format!("device?user_code={code}"));
    format!("/signin?{}", encode_pairs([("next", next.as_str())]))
}
