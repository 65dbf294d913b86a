//! What a consent form says when it comes back: which request, whose session, which grant it will become.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::{GrantId, SessionId, SubjectId};
use crate::model::purpose::CONSENT_FORM;
use crate::protocol::authorization::PendingRequest;
use crate::protocol::grant::FORM_LIFETIME;

/// A consent form, sealed into itself. Its grant accepts one creation, so the form gives at most one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentForm {
    /// What the owner was asked.
    pub request: PendingRequest,
    /// The grant that an approval creates.
    pub grant: GrantId,
    /// Who was asked.
    pub sub: SubjectId,
    /// In which session.
    pub sid: SessionId,
    expires_at: UnixTime,
}

impl ConsentForm {
    /// A form that is shown now.
    pub fn new(
        request: PendingRequest,
        grant: GrantId,
        sub: SubjectId,
        sid: SessionId,
        now: UnixTime,
    ) -> Self {
        Self { request, grant, sub, sid, expires_at: now.plus(FORM_LIFETIME) }
    }

    /// The hidden field.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &CONSENT_FORM, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From the hidden field; `None` if it is not ours or is too old.
    pub fn open(keyring: &Keyring, text: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &CONSENT_FORM, text)?;
        let form: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < form.expires_at).then_some(form)
    }
}
