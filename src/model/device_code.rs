//! The device code (RFC 8628 §3.2): the address of a grant and which authorization of it, under a MAC.

use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::GrantId;
use crate::model::purpose::DEVICE_CODE;

/// A device code whose MAC was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// Where the authorization waits. The address follows from the user code, and those come round again.
    pub grant: GrantId,
    /// Which authorization. Random: the code of one that is over must not open the next at its address.
    pub id: Opaque<16>,
}

impl DeviceCode {
    /// The text.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &DEVICE_CODE, &[self.grant.0.0.as_slice(), &self.id.0].concat())
    }

    /// From what somebody sent; `None` if it is not ours.
    pub fn open(keyring: &Keyring, text: &str) -> Option<Self> {
        let payload = sealed::open(keyring, &DEVICE_CODE, text)?.payload;
        let (grant, id) = payload.split_first_chunk::<32>()?;
        Some(Self { grant: GrantId(Opaque(*grant)), id: Opaque(id.try_into().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    #[test]
    fn it_reads_back_and_nothing_else_does() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let code = DeviceCode { grant: GrantId(Opaque([9; 32])), id: Opaque([7; 16]) };
        let text = code.seal(&ring);
        assert!(text.starts_with("pdc_"));
        assert_eq!(DeviceCode::open(&ring, &text), Some(code));
        for wrong in
            [text.replace("pdc_", "pac_"), text[1..].to_owned(), sealed::seal(&ring, &DEVICE_CODE, &[9; 47])]
        {
            assert_eq!(DeviceCode::open(&ring, &wrong), None, "{wrong}");
        }
    }
}
