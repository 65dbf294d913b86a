//! Randomness as an argument.

/// A source of unguessable bytes. The Worker's is the platform's; a test's is seeded.
pub trait Entropy {
    /// Fills `out`.
    fn fill(&self, out: &mut [u8]);
}

/// `N` random bytes.
pub fn random_array<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
