//! How long what a client publishes may be kept (RFC 9111 §5.2.2).

use postern::base::cache_control::max_age;
use postern::base::time::Seconds;

use crate::world::{text, two};

/// Two `Cache-Control` headers.
pub fn cache_control(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let (one, other) = two(sent);
    // RFC 9110 §5.3: two headers are one with a comma. Whoever says less is believed.
    let both = max_age(&format!("{one}, {other}"));
    assert_eq!(both, [max_age(one), max_age(other)].into_iter().flatten().min());
    // No directive has a case, and blanks are nothing.
    assert_eq!(max_age(&one.to_ascii_uppercase()), max_age(one));
    assert_eq!(max_age(&format!(" \t{one} ")), max_age(one));

    let directives = one.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    let forbids = directives.clone().any(|directive| ["no-store", "no-cache"].contains(&directive.as_str()));
    assert!(!forbids || max_age(one) == Some(Seconds(0)));
    let said =
        directives.filter_map(|directive| directive.strip_prefix("max-age=")?.parse::<u64>().ok()).min();
    assert!(said.is_none_or(|said| max_age(one).is_some_and(|age| age.0 <= said)), "{one}");
    assert!(
        said.is_some()
            || one.to_ascii_lowercase().contains("max-age")
            || forbids
            || max_age(one).is_none_or(|age| age.0 == 0)
    );

    let bytes = sent.bytes().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(byte));
    for spelled in [format!("max-age={bytes}"), format!("public, MAX-AGE=\"{bytes}\", immutable")] {
        assert_eq!(max_age(&spelled), Some(Seconds(bytes)));
    }
    assert_eq!(
        max_age(&format!("max-age={bytes}0000000000000000000000")).map(|age| age.0 > bytes || bytes == 0),
        Some(true)
    );
}
