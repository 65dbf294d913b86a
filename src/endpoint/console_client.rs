//! `/console/clients/{client_id}`: one app, its secrets, and what it did wrong lately.

use futures_util::future::join;

use crate::base::form::encode_pairs;
use crate::base::secret::Secret;
use crate::endpoint::browser::Browser;
use crate::endpoint::client::may_change;
use crate::endpoint::console::{Own, done, own, save};
use crate::endpoint::console_form::own_redirect;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::register_manage::add_secret;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World, limits};
use crate::model::client::StoredClient;
use crate::model::client_id::ClientId;
use crate::model::client_secret::ClientSecret;
use crate::model::event::EventKind;
use crate::model::grant_type::GrantType;
use crate::model::pkce;
use crate::model::redirect_uri::RedirectUri;
use crate::pages::console::address;
use crate::pages::console_client::{ClientPage, Trial, render};
use crate::pages::console_snippets::{SnippetSecret, SnippetValues};
use crate::pages::text::console::ConsoleText;
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::ListedClient;
use crate::protocol::journal::{JournalCommand, JournalEntry, JournalReply};
use crate::store::journal::of_client;
use crate::store::rate_limits::{PERIOD, RateLimit};

/// RFC 7636 appendix B: for who only wants to see a code arrive, and to redeem it by hand.
const EXAMPLE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What is on the page of an app this once.
#[derive(Default)]
pub struct Fresh<'a> {
    /// What was just done.
    pub said: Option<&'a str>,
    /// A secret that was just made.
    pub secret: Option<&'a ClientSecret>,
    /// What manages an app that was just registered.
    pub registration_token: Option<&'a Secret<String>>,
}

/// `GET /console/clients/{client_id}`.
pub async fn get(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let browser = Browser::of(world, request);
    let own = own(world, request, &browser, id).await?;
    let (stored, faults) = join(own.stored(world), faults(world, &own.listed.id)).await;
    Ok(show(world, &browser, &own.listed, &stored?, faults.as_deref(), &Fresh::default()))
}

/// `POST /console/clients/{client_id}/secret`: a new secret; the one before stays live, the one before that does not.
pub async fn post_secret(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (browser, own, mut client) = posted(world, request, id).await?;
    if !client.metadata.auth_method.has_secret() {
        let sentence = Text::of(browser.language).malformed_form;
        return Ok(browser
            .refuse(world, request, 400, sentence, "invalid_request")
            .because(format_args!("NoSecret")));
    }
    let secret = add_secret(world, &mut client);
    save(world, &browser, &own, &mut client).await?;
    let said = Some(ConsoleText::of(browser.language).secret_added);
    let fresh = Fresh { said, secret: Some(&secret), registration_token: None };
    let faults = faults(world, &client.id).await;
    let page = show(world, &browser, &own.listed, &client, faults.as_deref(), &fresh);
    Ok(page.with_event(done(EventKind::SecretAdded, own.by, &client.id)))
}

/// `POST /console/clients/{client_id}/secret/retire`: every secret but the newest stops working.
pub async fn retire_secrets(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (browser, own, mut client) = posted(world, request, id).await?;
    let secrets = client.secrets.len();
    client.retire_secrets();
    let retired = client.secrets.len() < secrets;
    if retired {
        save(world, &browser, &own, &mut client).await?;
    }
    let said = Some(ConsoleText::of(browser.language).secret_retired);
    let faults = faults(world, &client.id).await;
    let fresh = Fresh { said, ..Fresh::default() };
    let page = show(world, &browser, &own.listed, &client, faults.as_deref(), &fresh);
    Ok(match retired {
        true => page.with_event(done(EventKind::SecretRemoved, own.by, &client.id)),
        false => page,
    })
}

/// A form that was posted about an app of one's own.
pub async fn posted(
    world: &World<'_>,
    request: &Request,
    id: &str,
) -> Result<(Browser, Own, StoredClient), Halt> {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let own = own(world, request, &browser, id).await?;
    let client = own.stored(world).await?;
    hold_back(world, request, &browser, &client).await?;
    Ok((browser, own, client))
}

/// Whoever changes an app too often is told to slow down.
pub async fn hold_back(
    world: &World<'_>,
    request: &Request,
    browser: &Browser,
    client: &StoredClient,
) -> Result<(), Halt> {
    if may_change(world, request, client).await {
        return Ok(());
    }
    let sentence = try_again_in(browser.language, PERIOD);
    let page = browser.refuse(world, request, 429, &sentence, "temporarily_unavailable");
    Err(limits::over(RateLimit::Registration, None, page).into())
}

/// What an app did wrong lately; none where that cannot be had, which is no reason to show nothing else.
pub async fn faults(world: &World<'_>, id: &ClientId) -> Option<Vec<JournalEntry>> {
    match world.journals.send(&of_client(&id.hash()), JournalCommand::Read).await {
        Ok(JournalReply::Entries(entries)) => Some(entries),
        Ok(JournalReply::Noted) | Err(_) => None,
    }
}

/// The page of an app, as it was written: what is read may be a minute old.
pub fn show(
    world: &World<'_>,
    browser: &Browser,
    listed: &ListedClient,
    client: &StoredClient,
    faults: Option<&[JournalEntry]>,
    fresh: &Fresh<'_>,
) -> Response {
    let metadata = &client.metadata;
    let allowed = metadata.allowed_scope(&world.config.catalogue);
    let usual = world.config.catalogue.defaults().and(&allowed);
    let scope = if usual.is_empty() { allowed.to_string() } else { usual.to_string() };
    let tested = own_redirect(world);
    let uris: Vec<_> = metadata.redirect_uris.iter().map(RedirectUri::as_str).collect();
    // One's own first: that of the console is there for a test.
    let own_uri = uris.iter().find(|uri| **uri != tested).or(uris.first()).copied();
    let redirects = metadata.may_use(GrantType::AuthorizationCode);
    let secret = match fresh.secret {
        Some(secret) => SnippetSecret::Shown(secret.expose()),
        None if metadata.auth_method.has_secret() => SnippetSecret::Environment,
        None => SnippetSecret::None,
    };
    let token = browser.page_token(world);
    let id = client.id.as_str();
    let page = render(&ClientPage {
        frame: browser.at(world, &address(id)),
        csrf: &token.csrf,
        name: &listed.name,
        kind: listed.kind,
        stopped: client.disabled,
        secrets_made: client.secrets.iter().map(|secret| secret.created_at).collect(),
        registration_token: fresh.registration_token.map(|token| token.expose().as_str()),
        redirect_uris: uris.clone(),
        allowed_scope: &allowed.to_string(),
        trial: trial(client, &scope, uris.contains(&tested.as_str()), own_uri.filter(|_| redirects)),
        values: SnippetValues {
            issuer: world.issuer.as_str(),
            client_id: id,
            secret,
            redirect_uri: own_uri.filter(|_| redirects),
            scope: &scope,
        },
        faults,
        said: fresh.said,
    });
    token.attach(Response::scripted_page(200, page, None))
}

fn trial(client: &StoredClient, scope: &str, here: bool, own_uri: Option<&str>) -> Trial {
    let id = client.id.as_str();
    let Some(redirect_uri) = own_uri else { return Trial::None };
    if here {
        let mut pairs = vec![("client_id", id), ("scope", scope)];
        if client.metadata.auth_method.has_secret() {
            pairs.push(("secret", "yes"));
        }
        return Trial::Here(format!("/console/test?{}", encode_pairs(pairs)));
    }
    let query = encode_pairs([
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", redirect_uri),
        ("scope", scope),
        ("state", "try"),
        ("code_challenge", EXAMPLE_CHALLENGE),
        ("code_challenge_method", pkce::METHOD),
    ]);
    Trial::Own(format!("/authorize?{query}"))
}
