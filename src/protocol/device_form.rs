//! What the form says that approves a device when it comes back: which authorization, whose session.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::{GrantId, SessionId, SubjectId};
use crate::model::purpose::DEVICE_FORM;
use crate::protocol::grant::{DeviceRequest, FORM_LIFETIME};

/// The form, sealed into itself. The grant takes one answer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceForm {
    /// What the owner was asked.
    pub request: DeviceRequest,
    /// Where the device waits.
    pub grant: GrantId,
    /// Who was asked.
    pub sub: SubjectId,
    /// In which session.
    pub sid: SessionId,
    expires_at: UnixTime,
}

impl DeviceForm {
    /// A form that is shown now.
    pub fn new(
        request: DeviceRequest,
        grant: GrantId,
        sub: SubjectId,
        sid: SessionId,
        now: UnixTime,
    ) -> Self {
        Self { request, grant, sub, sid, expires_at: now.plus(FORM_LIFETIME) }
    }

    /// The hidden field.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &DEVICE_FORM, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From the hidden field; `None` if it is not ours or is too old.
    pub fn open(keyring: &Keyring, text: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &DEVICE_FORM, text)?;
        let form: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < form.expires_at).then_some(form)
    }
}
