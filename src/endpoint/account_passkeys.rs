//! `/account/passkeys`: an owner registers passkeys, names them, and takes them away.

use crate::base::form::Form;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::model::passkey::{CredentialId, Passkey, PasskeyName, UserHandle};
use crate::model::session::Session;
use crate::pages::passkeys::{PasskeyCeremony, PasskeysPage, render};
use crate::pages::text::credentials::CredentialsText;
use crate::protocol::account::{AccountCommand, AccountReply, CredentialCommand, CredentialRefusal, Signed};
use crate::protocol::webauthn::{Ceremony, Challenge, PasskeyRefusal, RelyingParty, register};

const HERE: &str = "account/passkeys";

/// What became of the last change.
type Outcome<'a> = Result<&'a str, &'a str>;

/// `GET /account/passkeys`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = browser.signed_in(HERE)?;
    show(world, request, &browser, session, by, 200, None).await
}

/// `POST /account/passkeys`: `action` is `add`, `rename` or `remove`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.recent(world, HERE)?;
    let text = CredentialsText::of(browser.language);
    let id = form.value("id").and_then(CredentialId::parse);
    let (command, done, kind) = match (form.value("action"), id, named(&form)) {
        (Some("add"), _, Some(name)) => match registered(world, &form, by, name) {
            Ok(command) => (command, text.passkey_added, Some(EventKind::PasskeyAdded)),
            Err(refusal) => {
                let page =
                    show(world, request, &browser, session, by, 400, Some(Err(text.passkey_add_refused)))
                        .await?;
                return Ok(page.because(refusal));
            }
        },
        (Some("rename"), Some(id), Some(name)) => {
            (CredentialCommand::RenamePasskey(id, name), text.passkey_renamed, None)
        }
        (Some("add" | "rename"), _, None) => {
            return show(world, request, &browser, session, by, 400, Some(Err(text.passkey_name_wrong)))
                .await;
        }
        (Some("remove"), Some(id), _) => {
            (CredentialCommand::RemovePasskey(id), text.passkey_removed, Some(EventKind::PasskeyRemoved))
        }
        _ => {
            let sentence = crate::pages::text::Text::of(browser.language).malformed_form;
            return Ok(browser.refuse(world, request, 400, sentence, "invalid_request"));
        }
    };
    match world.accounts.send(session.account, AccountCommand::Credentials(by, command)).await? {
        AccountReply::Done => {
            let page = show(world, request, &browser, session, by, 200, Some(Ok(done))).await?;
            Ok(match kind {
                Some(kind) => page.with_event(Event::of(kind).owner(by.sub)),
                None => page,
            })
        }
        AccountReply::CredentialRefused(refusal) => {
            let (status, sentence) = match refusal {
                CredentialRefusal::LastWayIn => (409, text.last_way_in),
                CredentialRefusal::TooMany => (403, text.passkeys_too_many),
                CredentialRefusal::Known => (409, text.passkey_known),
                CredentialRefusal::Unknown => (404, text.passkey_unknown),
                CredentialRefusal::Spent | CredentialRefusal::Counter | CredentialRefusal::Signature => {
                    (400, text.passkey_add_refused)
                }
            };
            Ok(show(world, request, &browser, session, by, status, Some(Err(sentence)))
                .await?
                .because(refusal))
        }
        _ => Err(browser.session_over(HERE)),
    }
}

fn named(form: &Form) -> Option<PasskeyName> {
    PasskeyName::parse(form.value("name").unwrap_or_default())
}

fn registered(
    world: &World<'_>,
    form: &Form,
    by: Signed,
    name: PasskeyName,
) -> Result<CredentialCommand, PasskeyRefusal> {
    let field = |name: &str| form.value(name).unwrap_or_default();
    let (client_data, attestation) = (field("client_data"), field("attestation"));
    let relying_party = RelyingParty(&world.issuer);
    let made = register(client_data, attestation, by.sid, relying_party, world.keyring, world.now)?;
    let passkey = Passkey {
        id: made.id,
        key: made.key,
        name,
        counter: made.counter,
        synced: made.synced,
        created_at: world.now,
        used_at: None,
    };
    Ok(CredentialCommand::AddPasskey(Box::new(passkey), made.challenge))
}

async fn show(
    world: &World<'_>,
    request: &Request,
    browser: &Browser,
    session: Session,
    by: Signed,
    status: u16,
    outcome: Option<Outcome<'_>>,
) -> Handled {
    let list = AccountCommand::Credentials(by, CredentialCommand::List);
    let AccountReply::WaysIn { username, ways } = world.accounts.send(session.account, list).await? else {
        return Err(browser.session_over(HERE));
    };
    let challenge = Challenge::new(Ceremony::Register(by.sid), world.entropy, world.now);
    let challenge = challenge.seal(world.keyring);
    let ceremony = PasskeyCeremony { challenge: &challenge, rp_id: RelyingParty(&world.issuer).id() };
    let handle = UserHandle { account: session.account, sub: session.sub };
    let token = browser.page_token(world);
    // Where it is made is where most people will look for it.
    let agent = request.whereabouts().agent;
    let here = agent.map(|agent| format!("{}, {}", agent.browser.name(), agent.system.name()));
    let page = render(&PasskeysPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        passkeys: &ways.passkeys,
        ceremony: browser.recent(world, HERE).is_ok().then_some(ceremony),
        user_handle: &handle.text(),
        username: &username.to_string(),
        new_name: here.as_deref(),
        error: outcome.and_then(Result::err),
        done: outcome.and_then(Result::ok),
    });
    Ok(token.attach(Response::scripted_page(status, page, None)))
}
