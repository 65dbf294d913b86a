//! `/console`: a developer's apps; and what the other pages of the console have in common.

use crate::base::time::UnixTime;
use crate::endpoint::browser::Browser;
use crate::endpoint::client::save_changed;
use crate::endpoint::register::event;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World};
use crate::model::client::StoredClient;
use crate::model::client_id::ClientId;
use crate::model::event::{Event, EventKind};
use crate::model::session::Session;
use crate::pages::console::{AppRow, ConsolePage, render};
use crate::pages::text::Text;
use crate::protocol::account::{AccountCommand, AccountReply, LatestClient, ListedClient, Overview, Signed};
use crate::store::Unavailable;

/// Where the sign-in page leads back to.
const HERE: &str = "console";

/// `GET /console`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (session, by) = signed(&browser)?;
    let overview = overview(world, &browser, session, by).await?;
    Ok(show(world, &browser, &overview.clients, None))
}

/// The list.
pub fn show(world: &World<'_>, browser: &Browser, clients: &[ListedClient], said: Option<&str>) -> Response {
    let row = |listed: &ListedClient| AppRow {
        id: listed.id.to_string(),
        name: listed.name.clone(),
        kind: listed.kind,
        registered_at: listed.registered_at,
    };
    let apps: Vec<_> = clients.iter().rev().map(row).collect();
    let frame = browser.at(world, "/console");
    Response::page(200, render(&ConsolePage { frame, apps: &apps, said }), None)
}

/// Whoever is signed in.
///
/// # Errors
/// The way to the sign-in page.
pub fn signed(browser: &Browser) -> Result<(Session, Signed), Halt> {
    browser.signed_in(HERE)
}

/// What their account says.
///
/// # Errors
/// The way to the sign-in page, where the session is over.
pub async fn overview(
    world: &World<'_>,
    browser: &Browser,
    session: Session,
    by: Signed,
) -> Result<Overview, Halt> {
    browser.overview(world, session, by, HERE).await
}

/// The session is over.
pub fn over(browser: &Browser) -> Halt {
    browser.session_over(HERE)
}

/// An app of whoever is signed in, as their account lists it. Found on the list, not by its MAC: one whose root key was
/// removed can still be deleted.
pub struct Own {
    /// Their session.
    pub session: Session,
    /// Who.
    pub by: Signed,
    /// The app.
    pub listed: ListedClient,
    /// All of their apps.
    pub clients: Vec<ListedClient>,
}

/// Finds it. Another's is not there.
///
/// # Errors
/// The way to the sign-in page, or the page that says that nothing is there.
pub async fn own(world: &World<'_>, request: &Request, browser: &Browser, id: &str) -> Result<Own, Halt> {
    let (session, by) = signed(browser)?;
    let clients = overview(world, browser, session, by).await?.clients;
    match clients.iter().find(|listed| listed.id.as_str() == id).cloned() {
        Some(listed) => Ok(Own { session, by, listed, clients }),
        None => {
            let text = Text::of(browser.language);
            let refused = browser.refuse(world, request, 404, text.not_found, "invalid_request");
            Err(refused.because(format_args!("NotOwnClient")).into())
        }
    }
}

impl Own {
    /// What is registered: what its developer made of it last, where KV may still have what was before.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn stored(&self, world: &World<'_>) -> Result<StoredClient, Unavailable> {
        let stored = world.clients.find(&self.listed.id).await?;
        if let Some(latest) = self.listed.changed_lately(world.now)
            && stored.as_ref().is_none_or(|stored| stored.changed_at <= latest.changed_at)
        {
            return Ok(latest.clone());
        }
        stored.ok_or_else(|| Unavailable("a client that is listed is not stored here yet".into()))
    }
}

/// Saves what a developer made of an app, and has the account remember it until everybody can read it.
///
/// # Errors
/// The way to the sign-in page, where the session ended meanwhile. The change is made.
pub async fn save(
    world: &World<'_>,
    browser: &Browser,
    own: &Own,
    client: &mut StoredClient,
) -> Result<(), Halt> {
    save_changed(world, client).await?;
    let change = AccountCommand::ChangeClient(own.by, Box::new(client.clone()));
    match world.accounts.send(own.session.account, change).await? {
        AccountReply::Done => Ok(()),
        _ => Err(over(browser)),
    }
}

/// What was done to an app, and by whom.
pub fn done(kind: EventKind, by: Signed, id: &ClientId) -> Event {
    event(kind, id).owner(by.sub)
}

/// An app, as its developer's account lists it.
pub fn listed(client: &StoredClient, kind: crate::model::app_kind::AppKind, at: UnixTime) -> ListedClient {
    let name = client.metadata.client_name.clone().unwrap_or_default();
    let latest = Some(Box::new(LatestClient { at, client: client.clone() }));
    ListedClient { id: client.id.clone(), name, kind, registered_at: at, latest }
}
