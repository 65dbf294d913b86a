//! What a grant keeps of the keys and ids that its token requests proved (RFC 9449).

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::protocol::grant::{GrantRefusal, Once};

/// Most ids that are remembered at a time: more uses of one grant within minutes are refused.
const MOST_SEEN: usize = 256;
/// Most that may be remembered for others than the client of the grant to add to them: the rest is for its own.
const MOST_SEEN_OF_OTHERS: usize = 128;
/// Most keys whose access tokens are told apart.
const MOST_BINDINGS: usize = 8;

/// A key that access tokens are bound to, or none, and when the last of them expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The key's thumbprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// When the last of its access tokens expires.
    pub until: UnixTime,
}

/// Refuses an id that is remembered, and what there is no room to remember: to forget one would let it in again.
pub(super) fn check_unseen(seen: &[Once], once: &[Once], now: UnixTime) -> Result<(), GrantRefusal> {
    let alive = seen.iter().filter(|known| now < known.until);
    let known = once.iter().any(|new| alive.clone().any(|known| known.id == new.id));
    let room = alive.count().saturating_add(once.len()) <= MOST_SEEN;
    match (known, room) {
        (true, _) => Err(GrantRefusal::ProofReplayed),
        (false, false) => Err(GrantRefusal::TooManyProofs),
        (false, true) => Ok(()),
    }
}

/// Refuses a guard that would take the room that the client of the grant needs.
pub(super) fn leaves_room(seen: &[Once], now: UnixTime) -> Result<(), GrantRefusal> {
    let alive = seen.iter().filter(|known| now < known.until).count();
    if alive < MOST_SEEN_OF_OTHERS { Ok(()) } else { Err(GrantRefusal::TooManyProofs) }
}

/// Remembers ids for as long as what carries them would be accepted.
pub(super) fn remember(seen: &mut Vec<Once>, once: &[Once], now: UnixTime) {
    seen.retain(|known| now < known.until);
    seen.extend(once.iter().filter(|new| now < new.until));
}

/// Whether an access token that says so much of itself was issued to the key it names, or to none.
pub(super) fn issued_to(
    bindings: &[Binding],
    access_until: UnixTime,
    jkt: Option<&str>,
    expires_at: UnixTime,
) -> bool {
    let until = match bindings.iter().find(|binding| binding.jkt.as_deref() == jkt) {
        Some(binding) => binding.until,
        None if bindings.is_empty() && jkt.is_none() => access_until,
        None => return false,
    };
    // A NumericDate has no fractions: the last token of a grant may say up to a second more than the grant.
    expires_at.seconds() <= until.seconds()
}

/// Notes that an access token is issued to a key, or to none; the latest is the first. A grant that never saw a key keeps
/// nothing: all of its tokens are bearer tokens, until `access_until`.
pub(super) fn bind(
    bindings: &mut Vec<Binding>,
    jkt: Option<&str>,
    until: UnixTime,
    access_until: UnixTime,
    now: UnixTime,
) {
    if bindings.is_empty() {
        if jkt.is_none() {
            return;
        }
        bindings.push(Binding { jkt: None, until: access_until });
    }
    bindings.retain(|binding| binding.jkt.as_deref() == jkt || now < binding.until);
    let known = bindings.iter().position(|binding| binding.jkt.as_deref() == jkt);
    let known = known.map_or(until, |at| bindings.remove(at).until.max(until));
    bindings.insert(0, Binding { jkt: jkt.map(str::to_owned), until: known });
    bindings.truncate(MOST_BINDINGS);
}
