//! The user code (RFC 8628 §6.1): what a person reads off one device and types into another.

use std::fmt;

use crate::base::entropy::{Entropy, random_array};

/// RFC 8628 §6.1: consonants alone, so that no code is a word, and none that look alike.
const ALPHABET: [u8; 20] = *b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
/// Longest text that is looked at.
const MAX_TYPED: usize = 64;

/// A user code, shown as `BCDF-GHJK`.
///
/// There are 20^8 = 25,600,000,000 of them. A code lives for ten minutes unless it is set otherwise, and whoever guesses
/// is held to ten guesses a minute, by address and by account. With 1,000 codes waiting at once, the hundred guesses
/// of those ten minutes meet one with a chance of 100 × 1,000 / 2.56e10, one in 256,000. A thousand accounts at a
/// thousand addresses need thirty hours for an even chance at a single one. What they would win is to approve a
/// stranger's device for an account of their own (§5.1): the code opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; LENGTH]);

impl UserCode {
    /// A code for a new authorization.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut code = *b"BBBBBBBB";
        // 240 is the greatest multiple of 20 in a byte: what is above would favour some letters. Of 32 bytes, fewer
        // than eight are below once in 10^22 codes.
        let even = random_array::<32>(entropy).into_iter().filter(|byte| *byte < 240);
        for (place, byte) in code.iter_mut().zip(even) {
            *place = ALPHABET.get(usize::from(byte % 20)).copied().unwrap_or(*place);
        }
        Self(code)
    }

    /// From what was typed: lower case, blanks and dashes are how people write (§6.1).
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        let letters = typed.bytes().filter(|byte| !matches!(byte, b'-' | b' ' | b'\t'));
        let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_uppercase()).collect();
        let code: [u8; LENGTH] = letters.try_into().ok()?;
        code.iter().all(|letter| ALPHABET.contains(letter)).then_some(Self(code))
    }

    /// The name of its grant's object.
    pub fn grant_name(&self) -> String {
        format!("device:{self}")
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.iter().enumerate() {
            if at == LENGTH / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::sha256;

    struct Seeded(u32);
    impl Entropy for Seeded {
        fn fill(&self, out: &mut [u8]) {
            out.copy_from_slice(&sha256(self.0.to_be_bytes())[..out.len()]);
        }
    }

    #[test]
    fn codes_are_of_the_alphabet_and_read_back_however_they_are_typed() {
        let mut letters = std::collections::BTreeMap::new();
        for seed in 0..200 {
            let code = UserCode::generate(&Seeded(seed));
            let shown = code.to_string();
            assert_eq!((shown.len(), shown.as_bytes()[4]), (9, b'-'));
            let spaced = shown.to_lowercase().replace('-', " ");
            for typed in [&shown, &spaced, &shown.replace('-', ""), &format!("  {shown} ")] {
                assert!(UserCode::parse(typed) == Some(code), "{typed}");
            }
            shown.bytes().for_each(|letter| *letters.entry(letter).or_insert(0) += 1);
        }
        assert_eq!(letters.len(), 21, "every letter, and the dash");
        assert!(letters.values().all(|times| *times > 40), "{letters:?}");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let long = "-".repeat(65);
        for typed in
            ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF_GHJK", "BCDF-GHJ0", "BCDF-GHJ\u{212a}", &long]
        {
            assert!(UserCode::parse(typed).is_none(), "{typed}");
        }
    }
}
