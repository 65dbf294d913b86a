//! What cannot be taken back needs a sign-in that is fresh: who finds a browser open is not its owner.

use crate::base::time::Seconds;
use crate::endpoint::browser::Browser;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::model::session::Session;
use crate::protocol::account::Signed;

/// How long a sign-in is fresh.
pub const RECENT: Seconds = Seconds::minutes(15);

impl Browser {
    /// The session, where its owner proved who they are within a quarter of an hour.
    ///
    /// # Errors
    /// The way to the sign-in page, and from there to `next`: one of the pages that it knows.
    pub fn recent(&self, world: &World<'_>, next: &str) -> Result<(Session, Signed), Halt> {
        let fresh = |(session, _): &(Session, Signed)| world.now < session.auth_time.plus(RECENT);
        let sign_in = || Response::see_other(&format!("/signin?next={next}")).into();
        self.signed().filter(fresh).ok_or_else(sign_in)
    }
}
