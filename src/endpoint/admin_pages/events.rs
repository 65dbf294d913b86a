//! `/admin/events`: what the journal of the deployment has.

use crate::endpoint::admin_pages::visitor;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::pages::admin::Room;
use crate::pages::admin_events::render;
use crate::protocol::journal::{JournalCommand, JournalReply};
use crate::store::journal::OPERATOR;

/// `GET /admin/events`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let admin = visitor(world, request, Room::Events).await?;
    let entries = match world.journals.send(OPERATOR, JournalCommand::Read).await? {
        JournalReply::Entries(entries) => entries,
        JournalReply::Noted => Vec::new(),
    };
    Ok(Response::page(200, render(&admin.browser.frame(world), &entries), None))
}
