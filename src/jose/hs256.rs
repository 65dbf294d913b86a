//! HMAC-SHA256 (RFC 2104, FIPS 198-1; `HS256` of RFC 7518 §3.2).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base::digest::sha256;

/// Its registered word (RFC 7518 §3.1).
pub const ALGORITHM: &str = "HS256";
/// Length of a tag in bytes.
pub const TAG_LENGTH: usize = 32;

/// A key, already absorbed: using it costs no key setup.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// From 32 bytes, as derived by the keyring.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        if let Some(start) = block.get_mut(..32) {
            start.copy_from_slice(bytes);
        }
        // RFC 2104 §2: a key shorter than the block is padded with zeros, so this is the same key.
        Self(Hmac::<Sha256>::new(&block.into()))
    }

    /// From any number of bytes, as a client secret has (RFC 2104 §2: a key longer than the block is hashed first).
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut block = [0; 64];
        match block.get_mut(..bytes.len()) {
            Some(start) => start.copy_from_slice(bytes),
            None => return Self::new(&sha256(bytes)),
        }
        Self(Hmac::<Sha256>::new(&block.into()))
    }

    /// The tag of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; TAG_LENGTH] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// Whether `tag` is the tag of `message`, in constant time.
    pub fn verifies(&self, message: &[u8], tag: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_slice(tag).is_ok()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    fn key(bytes: &[u8]) -> HmacKey {
        let mut padded = [0; 32];
        padded[..bytes.len()].copy_from_slice(bytes);
        HmacKey::new(&padded)
    }

    #[test]
    fn rfc_4231_test_cases_1_to_4() {
        let cases: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
        ];
        for (k, message, tag) in cases {
            assert_eq!(key(k).sign(message).to_vec(), hex(tag));
            assert!(key(k).verifies(message, &hex(tag)));
        }
    }

    #[test]
    fn rfc_4231_test_cases_with_keys_of_other_lengths() {
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        let tag = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
        assert_eq!(HmacKey::of_bytes(&[0xaa; 131]).sign(message).to_vec(), hex(tag));
        let tag = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(HmacKey::of_bytes(&[0x0b; 20]).sign(b"Hi There").to_vec(), hex(tag));
        // A whole block is not hashed.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&[7; 32]);
        assert_eq!(HmacKey::of_bytes(&block).sign(b"m"), HmacKey::new(&[7; 32]).sign(b"m"));
        assert_ne!(HmacKey::of_bytes(&[1; 65]).sign(b"m"), HmacKey::of_bytes(&[1; 64]).sign(b"m"));
    }

    #[test]
    fn a_flipped_bit_or_a_short_tag_is_refused() {
        let key = key(b"k");
        let mut tag = key.sign(b"m");
        assert!(!key.verifies(b"m", &tag[..31]));
        tag[0] ^= 1;
        assert!(!key.verifies(b"m", &tag));
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", HmacKey::new(&[7; 32])), "HmacKey { .. }");
    }
}
