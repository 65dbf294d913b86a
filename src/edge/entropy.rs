//! The platform's randomness.

use crate::base::entropy::Entropy;

/// `crypto.getRandomValues`.
pub struct PlatformEntropy;

impl Entropy for PlatformEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one source")]
    #[expect(clippy::panic, reason = "without randomness every secret would be guessable: stop instead")]
    fn fill(&self, out: &mut [u8]) {
        // getRandomValues fails only over 64 KiB, and nothing here asks for more than 32 bytes.
        if getrandom::fill(out).is_err() {
            panic!("the platform has no randomness");
        }
    }
}
