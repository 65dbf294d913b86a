//! What goes into the journal of a client: requests that were refused, for the developer who reads its page.

use crate::base::digest::sha256;
use crate::base::form::Form;
use crate::base::opaque::Opaque;
use crate::endpoint::World;
use crate::endpoint::response::Response;
use crate::protocol::authorization::PageRefusal;
use crate::protocol::journal::{Book, JournalCommand, JournalEntry};
use crate::store::journal::of_client;

/// What was sent as the redirect URI, where that is what is wrong: without its query, in which anything may be.
pub fn sent(refusal: PageRefusal, form: &Form) -> Option<String> {
    let sent = form.value("redirect_uri").filter(|_| refusal == PageRefusal::RedirectUriMismatch)?;
    sent.split(['?', '#']).next().filter(|uri| !uri.contains('@')).map(str::to_owned)
}

/// Notes a refused request, if its client is one that a developer registered: once a minute for each reason, since anybody
/// who knows a client's id can make it fail. `path` is the pattern of the endpoint. What comes of it changes no answer.
pub async fn note(world: &World<'_>, path: &str, response: &Response) {
    // What has not been looked up, or is not on a developer's page, costs nothing (P4).
    let Some(client) = world.developed.get() else { return };
    let told = response.notes().and_then(|notes| notes.fault_word);
    let Some(reason) = response.refusal.as_deref().or(told).filter(|_| !response.status.is_server_error())
    else {
        return;
    };
    let mut entry = JournalEntry::of_refusal(world.now, reason, path);
    let what = sha256([client.as_str(), path, &entry.kind].join("\n"));
    let Some(what) = what.first_chunk().copied() else { return };
    if !world.journals.first_this_minute(Book::Client, Opaque(what), world.now) {
        return;
    }
    if let Some(id) = world.id.get() {
        entry = entry.request(id);
    }
    if let Some(sent) = response.notes().and_then(|notes| notes.sent.as_deref()) {
        entry = entry.with("sent", sent);
    }
    world.journals.note(&of_client(client), JournalCommand::Note(Book::Client, entry)).await;
}
