//! `/admin` and what is under it: pages for those whom the settings name. For everybody else they are not there.

pub mod accounts;
pub mod clients;
pub mod events;
pub mod keys;

use crate::base::form::Form;
use crate::endpoint::browser::Browser;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::routes::not_found;
use crate::endpoint::{Halt, Handled, World};
use crate::jose::sealed;
use crate::model::id::SubjectId;
use crate::model::purpose::LIST_CURSOR;
use crate::model::session::Session;
use crate::pages::admin::{Room, overview};
use crate::pages::text::Text;
use crate::protocol::account::{AccountCommand, AccountReply, Signed};

/// Whoever is let in, in their browser.
struct Administrator {
    browser: Browser,
    sub: SubjectId,
}

/// `GET /admin`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let admin = visitor(world, request, Room::Overview).await?;
    Ok(Response::page(200, overview(&admin.browser.frame(world), world.config, admin.sub), None))
}

/// The administrator who looks at a room.
async fn visitor(world: &World<'_>, request: &Request, room: Room) -> Result<Administrator, Halt> {
    let browser = Browser::of(world, request);
    let (session, by) = named(world, request, &browser, room)?;
    admit(world, browser, session, by, room).await
}

/// The administrator who does something in a room, and the form that says what. Who finds a browser open is not its owner:
/// the sign-in is fresh.
async fn actor(world: &World<'_>, request: &Request, room: Room) -> Result<(Administrator, Form), Halt> {
    let browser = Browser::of(world, request);
    named(world, request, &browser, room)?;
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = browser.recent(world, room.word())?;
    Ok((admit(world, browser, session, by, room).await?, form))
}

/// The session of somebody whom the settings name. Nothing is read for anybody else.
fn named(
    world: &World<'_>,
    request: &Request,
    browser: &Browser,
    room: Room,
) -> Result<(Session, Signed), Halt> {
    match browser.signed() {
        Some((session, by)) if world.config.is_admin(by.sub) => Ok((session, by)),
        // Where nobody administers, nobody is asked to sign in for it.
        None if !world.config.admins.is_empty() => Err(sign_in(room).into()),
        _ => Err(not_found(world, request).into()),
    }
}

/// The settings name them, and the account says that the session is alive.
async fn admit(
    world: &World<'_>,
    browser: Browser,
    session: Session,
    by: Signed,
    room: Room,
) -> Result<Administrator, Halt> {
    match world.accounts.send(session.account, AccountCommand::Check(by)).await? {
        AccountReply::Alive { .. } => Ok(Administrator { browser, sub: by.sub }),
        _ => Err(browser.end_session(sign_in(room)).into()),
    }
}

fn sign_in(room: Room) -> Response {
    Response::see_other(&format!("/signin?next={}", room.word()))
}

/// What an administrator does to somebody or something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Disable,
    Enable,
}

impl Act {
    fn of(form: &Form) -> Option<Self> {
        match form.value("action")? {
            "disable" => Some(Self::Disable),
            "enable" => Some(Self::Enable),
            _ => None,
        }
    }

    /// Its word in the address of the page that says that it was done.
    const fn done(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
        }
    }

    /// What was done, as such a page is asked to say it.
    fn was_done(query: &Form) -> Option<Self> {
        match query.value("done")? {
            "disabled" => Some(Self::Disable),
            "enabled" => Some(Self::Enable),
            _ => None,
        }
    }
}

fn malformed(world: &World<'_>, request: &Request, browser: &Browser) -> Response {
    browser.refuse(world, request, 400, Text::of(browser.language).malformed_form, "invalid_request")
}

/// Where a list goes on, for its next page: sealed, since storage takes no place of anybody else's.
fn seal_cursor(world: &World<'_>, room: Room, cursor: Option<String>) -> Option<String> {
    let said = format!("{}\n{}", room.word(), cursor?);
    Some(sealed::seal(world.keyring, &LIST_CURSOR, said.as_bytes()))
}

/// Where the page that is asked for begins. What was not sealed here, or for another list, is the beginning.
fn cursor(world: &World<'_>, room: Room, query: &Form) -> Option<String> {
    let opened = sealed::open(world.keyring, &LIST_CURSOR, query.value("from")?)?;
    let said = String::from_utf8(opened.payload).ok()?;
    Some(said.strip_prefix(room.word())?.strip_prefix('\n')?.to_owned())
}
