//! Nonces that a server gives out for proofs (RFC 9449 §8). Nothing is stored: a nonce is the minute it was made in,
//! under a key of ours, and everybody gets the same. It bounds how long before its use a proof can have been made,
//! whatever the clock of its maker said.

use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::purpose::DPOP_NONCE;

/// How often there is a new one.
const STEP: Seconds = Seconds::minutes(1);
/// How long one is accepted, from the start of its minute.
const LIFETIME: Seconds = Seconds::minutes(5);

/// The nonce of now. The same for a minute, so that answers stay alike.
pub fn make_nonce(keyring: &Keyring, now: UnixTime) -> String {
    let step = now.seconds().checked_div(STEP.0).unwrap_or_default();
    sealed::seal(keyring, &DPOP_NONCE, &step.to_be_bytes())
}

/// Whether a nonce was given out here, not too long ago. That of a server whose clock is a minute ahead will do.
pub(super) fn is_good(keyring: &Keyring, nonce: &str, now: UnixTime) -> bool {
    let opened = sealed::open(keyring, &DPOP_NONCE, nonce);
    let Some(step) = opened.and_then(|opened| opened.payload.try_into().ok()) else { return false };
    let made = UnixTime::from_seconds(u64::from_be_bytes(step).saturating_mul(STEP.0));
    made <= now.plus(STEP) && now < made.plus(LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    const START: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn ring(list: &[(&str, u8)]) -> Keyring {
        let entries: Vec<_> =
            list.iter().map(|(kid, byte)| format!("{kid}:{}", base64url::encode([*byte; 32]))).collect();
        Keyring::parse(&entries.join(",")).unwrap()
    }

    #[test]
    fn a_nonce_is_good_for_five_minutes_and_no_longer() {
        let ring = ring(&[("k1", 1)]);
        let nonce = make_nonce(&ring, START);
        assert_eq!(make_nonce(&ring, START.plus(Seconds(59))), nonce);
        assert_ne!(make_nonce(&ring, START.plus(Seconds(60))), nonce);
        let end = START.plus(LIFETIME);
        assert!(is_good(&ring, &nonce, START) && is_good(&ring, &nonce, end.previous()));
        assert!(!is_good(&ring, &nonce, end));
    }

    #[test]
    fn clocks_may_be_a_minute_apart() {
        let ring = ring(&[("k1", 1)]);
        let ahead = make_nonce(&ring, START.plus(Seconds(60)));
        assert!(is_good(&ring, &ahead, START) && !is_good(&ring, &ahead, START.previous()));
    }

    #[test]
    fn what_is_not_ours_is_no_nonce() {
        let own = ring(&[("k1", 1)]);
        let nonce = make_nonce(&own, START);
        for other in [make_nonce(&ring(&[("k1", 2)]), START), String::new(), format!("{nonce}A"), "x".into()]
        {
            assert!(!is_good(&own, &other, START), "{other}");
        }
        // The root key that made it may sign no longer, as long as it is there.
        assert!(is_good(&ring(&[("k2", 2), ("k1", 1)]), &nonce, START));
        let long = sealed::seal(&own, &DPOP_NONCE, &[0; 9]);
        assert!(!is_good(&own, &long, START));
    }
}
