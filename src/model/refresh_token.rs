//! The refresh token (RFC 6749 §1.5): a grant and a generation, under a MAC. The same two always give the same bytes.

use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::GrantId;
use crate::model::purpose::REFRESH;

/// A refresh token whose MAC was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The family it belongs to.
    pub grant: GrantId,
    /// How many times the family has rotated before it.
    pub generation: u32,
}

impl RefreshToken {
    /// The text, under the root key that the grant remembers for this generation; `None` where that key is gone.
    pub fn seal(&self, keyring: &Keyring, kid: &str) -> Option<String> {
        let mut payload = self.grant.0.0.to_vec();
        payload.extend_from_slice(&self.generation.to_be_bytes());
        sealed::seal_under(keyring, kid, &REFRESH, &payload)
    }

    /// From what somebody sent; `None` if it is not ours.
    pub fn open(keyring: &Keyring, text: &str) -> Option<Self> {
        let payload = sealed::open(keyring, &REFRESH, text)?.payload;
        let (grant, generation) = payload.split_first_chunk::<32>()?;
        Some(Self {
            grant: GrantId(Opaque(*grant)),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    #[test]
    fn it_reads_back_and_is_the_same_each_time() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let token = RefreshToken { grant: GrantId(Opaque([9; 32])), generation: 7 };
        let text = token.seal(&ring, "k1").unwrap();
        assert!(text.starts_with("prt_"));
        assert_eq!(token.seal(&ring, "k1").unwrap(), text);
        assert_eq!(RefreshToken::open(&ring, &text), Some(token));
        assert_ne!(RefreshToken { generation: 8, ..token }.seal(&ring, "k1").unwrap(), text);
    }
}
