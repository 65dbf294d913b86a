//! The authorization code (RFC 6749 §1.3.1): the address of a grant, under a MAC.

use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::GrantId;
use crate::model::purpose::CODE;

/// The code for a grant. A grant has one, ever.
pub fn seal(keyring: &Keyring, grant: GrantId) -> String {
    sealed::seal(keyring, &CODE, &grant.0.0)
}

/// The grant of a code that somebody sent; `None` if it is not ours.
pub fn open(keyring: &Keyring, code: &str) -> Option<GrantId> {
    let payload = sealed::open(keyring, &CODE, code)?.payload;
    Some(GrantId(Opaque(payload.try_into().ok()?)))
}
