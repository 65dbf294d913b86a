//! The signature of an ES256 passkey is ASN.1 (WebAuthn §6.5.5); everywhere else it is two numbers of 32 bytes
//! (RFC 7518 §3.4).

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// `r ‖ s`; `None` for what is no signature, in the one spelling that DER has for it.
pub(super) fn to_fixed(der: &[u8]) -> Option<Vec<u8>> {
    let (inside, after) = element(der, SEQUENCE)?;
    let (r, rest) = element(inside, INTEGER)?;
    let (s, rest) = element(rest, INTEGER)?;
    (after.is_empty() && rest.is_empty()).then_some(())?;
    Some([number(r)?, number(s)?].concat())
}

/// The contents of the element that `bytes` begins with, and what is after it. None of ours is longer than 127 bytes.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    (*found == tag && *length < 0x80).then(|| rest.split_at_checked(usize::from(*length)))?
}

/// A positive number without leading zeroes, as 32 bytes.
fn number(bytes: &[u8]) -> Option<[u8; 32]> {
    let digits = match bytes {
        [0, first, ..] if *first >= 0x80 => bytes.get(1..)?,
        [first, ..] if (1..0x80).contains(first) => bytes,
        _ => return None,
    };
    let mut fixed = [0; 32];
    let place = fixed.len().checked_sub(digits.len())?;
    fixed.get_mut(place..)?.copy_from_slice(digits);
    Some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The one spelling of a number.
    fn der(number: &[u8; 32]) -> Vec<u8> {
        let digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = digits.first().is_some_and(|first| *first >= 0x80).then_some(0);
        let content: Vec<u8> = sign.into_iter().chain(digits).collect();
        [&[INTEGER, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    }

    fn signature(r: &[u8; 32], s: &[u8; 32]) -> Vec<u8> {
        let inside = [der(r), der(s)].concat();
        [&[SEQUENCE, u8::try_from(inside.len()).unwrap()], inside.as_slice()].concat()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(r: [u8; 32], s: [u8; 32], zeroes in 0usize..32) {
            let (mut r, mut s) = (r, s);
            r[..zeroes].fill(0);
            r[31] |= 1;
            s[31] |= 1;
            prop_assert_eq!(to_fixed(&signature(&r, &s)), Some([r, s].concat()));
        }

        #[test]
        fn what_reads_is_the_one_spelling(bytes: Vec<u8>) {
            if let Some(fixed) = to_fixed(&bytes) {
                let (r, s) = fixed.split_first_chunk::<32>().unwrap();
                prop_assert_eq!(signature(r, s.try_into().unwrap()), bytes);
            }
        }
    }

    #[test]
    fn another_spelling_is_none() {
        let good = signature(&[0x81; 32], &[0x11; 32]);
        assert!(to_fixed(&good).is_some());
        let mut changed: Vec<Vec<u8>> = (0..4)
            .map(|at| {
                let mut bytes = good.clone();
                bytes[at] ^= 1;
                bytes
            })
            .collect();
        changed.push([good.as_slice(), &[0]].concat());
        changed.push(good[..good.len() - 1].to_vec());
        // A number without its sign byte is negative; zero is none; with a second sign byte it has two spellings.
        changed.push(vec![0x30, 6, 2, 1, 0x81, 2, 1, 1]);
        changed.push(vec![0x30, 6, 2, 1, 0, 2, 1, 1]);
        changed.push(vec![0x30, 7, 2, 2, 0, 1, 2, 1, 1]);
        changed.push(vec![]);
        for bytes in changed {
            assert_eq!(to_fixed(&bytes), None, "{bytes:?}");
        }
    }
}
