//! Client credentials: HTTP Basic (RFC 6749 §2.3.1) or the form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern::base::form::{Form, decode};
use postern::model::auth_method::AuthMethod;
use postern::protocol::client_auth::{ClientAuthRefusal, PresentedCredentials};
use url::form_urlencoded::byte_serialize;

use crate::{text, two_texts};

/// One way and one client, said again exactly; nothing is both Basic and form.
pub fn read(data: &[u8]) {
    if let Some((header, body)) = two_texts(data)
        && let Ok(form) = Form::parse(body)
    {
        with_header(header, &form);
        in_form(&form);
    }
    if let Some((id, secret)) = text(data).and_then(|text| text.split_once('\n')) {
        round_trip(id, secret);
    }
}

fn with_header(header: &str, form: &Form) {
    let read = PresentedCredentials::read(Some(header), form);
    let alone = PresentedCredentials::read(Some(header), &Form::default());
    match (&read, alone) {
        (Err(ClientAuthRefusal::MalformedBasic), alone) => assert!(alone.is_err()),
        (Err(ClientAuthRefusal::TwoWays), Ok(alone)) => {
            let other = form.value("client_id").is_some_and(|id| id != alone.client_id);
            assert!(other || form.value("client_secret").is_some());
        }
        (Ok(read), Ok(alone)) => {
            assert_eq!((read.method, &read.client_id), (AuthMethod::SecretBasic, &alone.client_id));
            assert!(read.secret == alone.secret && read.secret.is_some());
            assert!(form.value("client_secret").is_none());
            is_basic(header, &read.client_id, read.secret.as_ref().unwrap().expose());
        }
        (read, _) => panic!("{header}: {read:?}"),
    }
}

/// The header says that id and that secret, and in another way than ours, too.
fn is_basic(header: &str, id: &str, secret: &str) {
    let (scheme, credentials) = header.split_once(' ').expect("scheme and credentials");
    assert!(scheme.eq_ignore_ascii_case("basic"));
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).unwrap()).unwrap();
    // Canonical base64: one spelling.
    assert_eq!(STANDARD.encode(&decoded), credentials.trim());
    let (first, rest) = decoded.split_once(':').unwrap();
    assert_eq!((decode(first).as_deref(), decode(rest).as_deref()), (Ok(id), Ok(secret)));
    assert!(!id.is_empty() && !secret.is_empty());
    round_trip(id, secret);
}

fn in_form(form: &Form) {
    match PresentedCredentials::read(None, form) {
        Ok(read) => {
            assert_eq!(Some(read.client_id.as_str()), form.value("client_id"));
            assert_eq!(read.secret.as_ref().map(|s| s.expose().as_str()), form.value("client_secret"));
            let expected =
                if read.secret.is_some() { AuthMethod::SecretPost } else { AuthMethod::None };
            assert_eq!(read.method, expected);
        }
        Err(refusal) => {
            assert_eq!(refusal, ClientAuthRefusal::NoClient);
            assert_eq!(form.value("client_id"), None);
        }
    }
}

/// Whatever id and secret are, a client that encodes them as RFC 6749 §2.3.1 says is understood.
fn round_trip(id: &str, secret: &str) {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))));
    let read = PresentedCredentials::read(Some(&header), &Form::default());
    if id.is_empty() || secret.is_empty() {
        assert_eq!(read.err(), Some(ClientAuthRefusal::MalformedBasic));
        return;
    }
    let read = read.expect("well formed");
    assert_eq!((read.client_id.as_str(), read.secret.unwrap().expose().as_str()), (id, secret));
}
