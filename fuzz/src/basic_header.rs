//! Client credentials, in exactly one way (RFC 6749 §2.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern::base::form::{Form, encode_pairs};
use postern::protocol::client_auth::{ASSERTION_TYPE, PresentedCredentials, Way};

use crate::world::{text, two};

/// The first line is the `Authorization` header (empty: there is none), the rest the form.
pub fn basic_header(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (header, body) = two(input);
    let header = (!header.is_empty()).then_some(header);
    if let Ok(form) = Form::parse(body) {
        read(header, &form);
    }
    // The other way round: what a client encodes by the book is what is read.
    let (id, secret) = (header.unwrap_or_default(), body);
    if !id.is_empty() && !secret.is_empty() {
        let (read_id, read_secret) = read(Some(&basic(id, secret)), &Form::default()).expect("by the book");
        assert_eq!((read_id.as_str(), read_secret.as_deref()), (id, Some(secret)));
    }
}

fn read(header: Option<&str>, form: &Form) -> Option<(String, Option<String>)> {
    let presented = PresentedCredentials::read(header, form).ok()?;
    let secret = secret_of(&presented.way);
    assert!(!presented.client_id.is_empty());
    assert_ne!(secret.as_deref(), Some(""), "an empty secret is none");
    assert!(form.value("client_id").is_none_or(|id| id == presented.client_id), "two ids");
    match header {
        Some(header) => {
            assert!(matches!(presented.way, Way::Basic(_)), "another way");
            assert_eq!(form.value("client_assertion"), None, "two ways");
            assert!(header.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic ")), "{header}");
            assert_eq!(form.value("client_secret"), None, "two ways");
            let secret = secret.as_deref().expect("Basic has a secret");
            let again = PresentedCredentials::read(Some(&basic(&presented.client_id, secret)), form);
            let again = again.expect("the same credentials, spelled by the book");
            assert_eq!(again.client_id, presented.client_id);
            assert!(secret_of(&again.way).as_deref() == Some(secret));
        }
        None => {
            assert_eq!(secret.as_deref(), form.value("client_secret"));
            match &presented.way {
                Way::Basic(_) => panic!("no header"),
                Way::Assertion(assertion) => {
                    assert_eq!(assertion.subject(), presented.client_id);
                    assert_eq!(form.value("client_assertion_type"), Some(ASSERTION_TYPE));
                }
                Way::Nothing | Way::Post(_) => {
                    assert_eq!(form.value("client_assertion"), None, "two ways");
                    assert_eq!(Some(presented.client_id.as_str()), form.value("client_id"));
                }
            }
        }
    }
    Some((presented.client_id, secret))
}

fn secret_of(way: &Way<'_>) -> Option<String> {
    match way {
        Way::Basic(secret) | Way::Post(secret) => Some(secret.expose().clone()),
        Way::Nothing | Way::Assertion(_) => None,
    }
}

/// RFC 6749 §2.3.1: form-encoded, joined by a colon, in base64.
fn basic(id: &str, secret: &str) -> String {
    // An encoded component has no bare `=`: the one that goes stands behind the empty name.
    let encoded = |text: &str| encode_pairs([("", text)]).replacen('=', "", 1);
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}
