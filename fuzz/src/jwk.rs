//! Public keys and sets of them (RFC 7517), and their thumbprints (RFC 7638).

use std::collections::BTreeMap;

use postern::base::base64url;
use postern::base::digest::sha256_text;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::{Jwk, parse_set};
use serde_json::{Value, json};

use crate::world::flipped;

/// A key, or a set of keys.
pub fn jwk(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    if let Some(key) = Jwk::parse(&value) {
        admitted(&value, &key);
    }
    let Some(set) = parse_set(&value) else { return assert!(!value["keys"].is_array()) };
    let listed = value["keys"].as_array().expect("a set");
    for named in &set {
        // RFC 7517 §4.2, §4.4: not for something else.
        let word = named.key.algorithm().word();
        let fits = |from: &Value| {
            Jwk::parse(from).as_ref() == Some(&named.key)
                && from["kid"].as_str() == named.kid.as_deref()
                && from["use"].as_str().is_none_or(|usage| usage == "sig")
                && from["alg"].as_str().is_none_or(|alg| alg == word)
        };
        assert!(listed.iter().any(fits), "{named:?}");
    }
    let written: Vec<_> = set
        .iter()
        .map(|named| {
            let mut key = named.key.to_json();
            key.extend(named.kid.iter().map(|kid| ("kid".to_owned(), json!(kid))));
            key
        })
        .collect();
    assert_eq!(parse_set(&json!({ "keys": written })), Some(set));
}

fn admitted(value: &Value, key: &Jwk) {
    // RFC 7518 §6.2.2, §6.3.2, §6.4.1.
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(value.get(private), None);
    }
    match key {
        Jwk::Ec { x, y } => {
            assert_eq!(key.algorithm(), SigningAlgorithm::Es256);
            assert!([x, y].iter().all(|part| base64url::decode(part).is_some_and(|bytes| bytes.len() == 32)));
        }
        Jwk::Rsa { n, e } => {
            assert_eq!(key.algorithm(), SigningAlgorithm::Rs256);
            let (n, e) = (base64url::decode(n).expect("n"), base64url::decode(e).expect("e"));
            // RFC 7518 §3.3, §6.3.1.1.
            let bits = n.len() * 8 - n[0].leading_zeros() as usize;
            assert!(n[0] != 0 && (2048..=4096).contains(&bits), "{bits} bits");
            assert!(e[0] != 0 && e.len() <= 4 && e != [1] && e[e.len() - 1] % 2 == 1);
        }
    }
    let own = key.to_json();
    for (name, member) in &own {
        assert_eq!(value.get(name), Some(member), "one spelling");
    }
    assert_eq!(Jwk::parse(&Value::Object(own.clone())).as_ref(), Some(key));
    // RFC 7638 §3: another serializer, with the members in order of their names.
    let sorted: BTreeMap<_, _> = own.iter().collect();
    let sorted = serde_json::to_string(&sorted).expect("text");
    assert_eq!(key.thumbprint(), sha256_text(sorted));
    for name in ["x", "y", "n", "e"] {
        let Some(Value::String(text)) = own.get(name) else { continue };
        for forged in flipped(text) {
            let mut other = own.clone();
            other.insert(name.into(), json!(forged));
            let other = Jwk::parse(&Value::Object(other));
            assert!(other.is_none_or(|other| other.thumbprint() != key.thumbprint()), "{name}: {forged}");
        }
    }
}
