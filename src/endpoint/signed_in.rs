//! Whoever is signed in, and everybody else's way to the sign-in page and back. What cannot be taken back needs a sign-in
//! that is fresh: who finds a browser open is not its owner.

use crate::base::time::Seconds;
use crate::endpoint::browser::Browser;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::model::session::Session;
use crate::protocol::account::{AccountCommand, AccountReply, Overview, Signed};

/// How long a sign-in is fresh.
pub const RECENT: Seconds = Seconds::minutes(15);

impl Browser {
    /// The session of the cookie.
    ///
    /// # Errors
    /// The way to the sign-in page, and from there to `next`: one of the pages that it knows.
    pub fn signed_in(&self, next: &str) -> Result<(Session, Signed), Halt> {
        self.signed().ok_or_else(|| to_sign_in(next).into())
    }

    /// The account has the last word, and says that the session is over.
    pub fn session_over(&self, next: &str) -> Halt {
        self.end_session(to_sign_in(next)).into()
    }

    /// What the account of the session says.
    ///
    /// # Errors
    /// The way to the sign-in page, where the session is over.
    pub async fn overview(
        &self,
        world: &World<'_>,
        session: Session,
        by: Signed,
        next: &str,
    ) -> Result<Overview, Halt> {
        match world.accounts.send(session.account, AccountCommand::Overview(by)).await? {
            AccountReply::Overview(overview) => Ok(*overview),
            _ => Err(self.session_over(next)),
        }
    }

    /// The session, where its owner proved who they are within a quarter of an hour.
    ///
    /// # Errors
    /// The way to the sign-in page, and from there to `next`: one of the pages that it knows.
    pub fn recent(&self, world: &World<'_>, next: &str) -> Result<(Session, Signed), Halt> {
        let fresh = |(session, _): &(Session, Signed)| world.now < session.auth_time.plus(RECENT);
        self.signed().filter(fresh).ok_or_else(|| to_sign_in(next).into())
    }
}

fn to_sign_in(next: &str) -> Response {
    Response::see_other(&format!("/signin?next={next}"))
}
