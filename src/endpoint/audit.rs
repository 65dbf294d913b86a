//! What the log is told of an answer: the acts, and a refusal that no act tells. `docs/EVENTS.md` describes the lines.

use serde_json::Value;

use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::model::event;

/// Writes the lines. `path` is the pattern of the endpoint: what was sent in its place may be a whole client id, or
/// anything.
pub fn complete(world: &World<'_>, request: &Request, path: &str, response: &mut Response) {
    let mut log = Vec::new();
    let refusal = response.refusal.as_deref();
    let mut told = false;
    // The address is read only where there is something to tell: a guarded resource tells nothing (P1).
    if let Some(notes) = response.notes().filter(|notes| !notes.events.is_empty()) {
        let source = request.network().and_then(|network| event::source(&network, world.keyring));
        for event in &notes.events {
            log.push(event.line(world.now, path, source.as_deref(), world.id.get().map(String::as_str)));
            told |= event.member("reason") == refusal;
        }
    }
    // Nothing is told twice.
    if let Some(refusal) = refusal.filter(|_| !told) {
        let (method, reason) = (Value::from(request.method.as_str()), Value::from(refusal));
        let status = response.status.as_u16();
        let id = world.id.get().map(|id| format!(r#","request":"{id}""#)).unwrap_or_default();
        log.push(format!(
            r#"{{"event":"refused","method":{method},"path":"{path}","status":{status},"reason":{reason}{id}}}"#
        ));
    }
    if !log.is_empty() {
        response.notes_mut().log = log;
    }
}
