//! What a form says that an owner answers when it comes back: what was asked, in whose session, and which grant it is about.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::jose::sealed::{self, Purpose};
use crate::model::id::{GrantId, SessionId, SubjectId};
use crate::model::purpose::{CONSENT_FORM, DEVICE_FORM};
use crate::protocol::authorization::PendingRequest;
use crate::protocol::grant::{DeviceRequest, FORM_LIFETIME};

/// Something that an owner is asked on a page.
pub trait AskedOfOwner: Serialize + DeserializeOwned {
    /// What seals its form, so that no form passes for one of the other kind.
    const PURPOSE: Purpose;
}

impl AskedOfOwner for PendingRequest {
    const PURPOSE: Purpose = CONSENT_FORM;
}

impl AskedOfOwner for DeviceRequest {
    const PURPOSE: Purpose = DEVICE_FORM;
}

/// The form, sealed into itself. Its grant takes one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerForm<Asked> {
    /// What the owner was asked.
    pub request: Asked,
    /// The grant that an approval creates, or where the device waits.
    pub grant: GrantId,
    /// Who was asked.
    pub sub: SubjectId,
    /// In which session.
    pub sid: SessionId,
    expires_at: UnixTime,
}

/// A consent form: it gives at most one code.
pub type ConsentForm = OwnerForm<PendingRequest>;
/// The form that approves a device.
pub type DeviceForm = OwnerForm<DeviceRequest>;

impl<Asked: AskedOfOwner> OwnerForm<Asked> {
    /// A form that is shown now.
    pub fn new(request: Asked, grant: GrantId, sub: SubjectId, sid: SessionId, now: UnixTime) -> Self {
        Self { request, grant, sub, sid, expires_at: now.plus(FORM_LIFETIME) }
    }

    /// The hidden field.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &Asked::PURPOSE, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From the hidden field; `None` if it is not ours or is too old.
    pub fn open(keyring: &Keyring, text: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &Asked::PURPOSE, text)?;
        let form: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < form.expires_at).then_some(form)
    }
}
