//! What goes into the journal of the deployment. It is written when the answer is made, and changes none.

use crate::base::digest::sha256;
use crate::base::opaque::Opaque;
use crate::endpoint::World;
use crate::endpoint::response::Response;
use crate::model::event::Event;
use crate::protocol::journal::{Book, JournalCommand};
use crate::protocol::operator_journal::{Often, alike, entry, often};
use crate::store::journal::OPERATOR;

/// Takes down what was done, if it is to be. `path` is the pattern of the endpoint.
pub async fn note(world: &World<'_>, path: &str, response: &Response) {
    // Where nobody administers, nobody reads it.
    if world.config.admins.is_empty() {
        return;
    }
    for event in response.notes().iter().flat_map(|notes| &notes.events) {
        if often(event).is_some_and(|often| is_due(world, event, often)) {
            let entry = entry(event, world.now, path, world.id.get().map(String::as_str));
            world.journals.note(OPERATOR, JournalCommand::Note(Book::Operator, entry)).await;
        }
    }
}

fn is_due(world: &World<'_>, event: &Event, often: Often) -> bool {
    let what = sha256(alike(event, often)).first_chunk().copied();
    often == Often::Always
        || what.is_some_and(|what| world.journals.first_this_minute(Book::Operator, Opaque(what), world.now))
}
