//! `ROOT_KEYS`: the one secret of a deployment.

use postern::base::base64url;
use postern::jose::keyring::{Accepts, Keyring, KeyringError};
use postern::jose::sealed;
use postern::model::purpose::{CODE, REFRESH};

use crate::text;

/// A list is read as it is written: the first signs, retired keys verify what is long-lived alone.
pub fn parse(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let parsed = Keyring::parse(sent);
    let entries: Vec<_> = sent.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    let keys: Option<Vec<_>> = entries.iter().map(|entry| key(entry)).collect();
    let expected = match keys.as_deref() {
        None => Err(KeyringError::MalformedEntry),
        Some([]) => Err(KeyringError::Empty),
        Some([(_, _, true), ..]) => Err(KeyringError::FirstKeyRetired),
        Some(keys) if keys.len() > 8 => Err(KeyringError::TooMany),
        Some(keys) if repeats(keys) => Err(KeyringError::RepeatedKid),
        Some(_) => Ok(()),
    };
    assert_eq!(parsed.as_ref().map(|_| ()).map_err(|error| *error), expected);
    let (Ok(keyring), Some(keys)) = (parsed, keys) else { return };
    assert_eq!(keyring.signing_kid(), keys[0].0);
    assert!(keys.iter().all(|(_, secret, _)| !format!("{keyring:?}").contains(secret)));
    assert_eq!(keyring.export("x").len(), keys.iter().filter(|(_, _, retired)| !retired).count());
    for (kid, _, retired) in &keys {
        assert_eq!(keyring.key(kid, "x", Accepts::Current).is_some(), !retired);
        assert!(keyring.key(kid, "x", Accepts::Retired).is_some());
        let code = sealed::seal_under(&keyring, kid, &CODE, b"x");
        assert_eq!(code.is_some(), !retired);
        let token = sealed::seal_under(&keyring, kid, &REFRESH, b"x").unwrap();
        assert_eq!(sealed::open(&keyring, &REFRESH, &token).map(|opened| opened.kid), Some(kid.clone()));
    }
    // Written again without blanks it is the same list.
    let again = Keyring::parse(&entries.join(",")).unwrap();
    assert_eq!(sealed::seal(&again, &CODE, b"x"), sealed::seal(&keyring, &CODE, b"x"));
}

fn key(entry: &str) -> Option<(String, String, bool)> {
    let retired = entry.starts_with('!');
    let (kid, secret) = entry[usize::from(retired)..].split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = (1..=16).contains(&kid.len()) && kid.chars().all(plain);
    let bytes = base64url::decode(secret)?;
    (good && bytes.len() == 32).then(|| (kid.to_owned(), secret.to_owned(), retired))
}

fn repeats(keys: &[(String, String, bool)]) -> bool {
    keys.iter().enumerate().any(|(at, (kid, _, _))| keys[..at].iter().any(|(other, _, _)| other == kid))
}
