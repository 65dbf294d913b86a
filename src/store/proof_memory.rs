//! Which DPoP proofs resources have seen (RFC 9449 §11.1).
//!
//! The memory is an isolate's own: it costs no I/O, and promises no more than it can. A proof that was used here may be
//! used again in another isolate, for as long as its `iat` (two minutes at most) and, where nonces are required, its
//! nonce let it: with the same token, method and address, and nothing else. The token endpoint does not go by it: there
//! the grant remembers.

use std::cell::RefCell;

use crate::base::opaque::Opaque;
use crate::base::time::UnixTime;
use crate::protocol::grant::Once;

/// Most proofs that are remembered.
const MOST: usize = 1_000;

/// Remembers proofs.
pub trait ProofMemory {
    /// Whether this is the first time that the proof is seen, as far as is known; from now on it is not.
    fn first_use(&self, once: Once, now: UnixTime) -> bool;
}

/// The proofs that were seen last, by the time at which they are too old anyway. Where there are too many, those that
/// have the least time left are forgotten.
#[derive(Debug, Default)]
pub struct SeenProofs(RefCell<Vec<(UnixTime, Opaque<16>)>>);

impl SeenProofs {
    /// None yet.
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

impl ProofMemory for SeenProofs {
    fn first_use(&self, once: Once, now: UnixTime) -> bool {
        let mut seen = self.0.borrow_mut();
        let old = seen.partition_point(|(until, _)| *until <= now);
        seen.drain(..old);
        // Where it stands follows from the proof itself, so that it is found where it was put.
        match seen.binary_search(&(once.until, once.id)) {
            Ok(_) => false,
            Err(at) => {
                seen.insert(at, (once.until, once.id));
                let over = seen.len().saturating_sub(MOST);
                seen.drain(..over);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Seconds;

    const START: UnixTime = UnixTime::from_seconds(1000);

    fn once(id: u16, until: u64) -> Once {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&id.to_be_bytes());
        Once { id: Opaque(bytes), until: START.plus(Seconds(until)) }
    }

    #[test]
    fn a_proof_is_new_once_and_forgotten_when_it_is_too_old_to_be_used() {
        let seen = SeenProofs::new();
        for (id, until) in [(1, 120), (2, 60), (3, 180)] {
            assert!(seen.first_use(once(id, until), START));
            assert!(!seen.first_use(once(id, until), START), "{id}");
        }
        let end = START.plus(Seconds(120));
        assert!(!seen.first_use(once(1, 120), end.previous()));
        assert!(seen.first_use(once(4, 300), end));
        assert_eq!(seen.0.borrow().len(), 2);
    }

    #[test]
    fn there_is_room_for_a_thousand_and_those_with_the_least_time_go_first() {
        let seen = SeenProofs::new();
        for id in 0..1_001 {
            assert!(seen.first_use(once(id, 100 + u64::from(id)), START));
        }
        assert_eq!(seen.0.borrow().len(), 1_000);
        assert!(!seen.first_use(once(1, 101), START) && !seen.first_use(once(1_000, 1_100), START));
        assert!(seen.first_use(once(0, 100), START), "forgotten, and forgotten again");
        assert_eq!(seen.0.borrow().len(), 1_000);
    }
}
