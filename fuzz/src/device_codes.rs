//! The codes of the device grant (RFC 8628): one that people type, one that devices carry, and the form in between.

use postern::base::opaque::Opaque;
use postern::base::time::Seconds;
use postern::jose::sealed;
use postern::model::authorization_code;
use postern::model::client::ClientOrigin;
use postern::model::device_code::DeviceCode;
use postern::model::id::{GrantId, SessionId, SubjectId};
use postern::model::purpose::{DEVICE_CODE, DEVICE_FORM};
use postern::model::scope::Scope;
use postern::model::user_code::UserCode;
use postern::protocol::grant::{DeviceRequest, FORM_LIFETIME};
use postern::protocol::owner_form::DeviceForm;
use serde_json::json;

use crate::world::{NOW, flipped, keyring, registered, text};

/// A code that somebody typed or sent; and the bytes as what a MAC of ours was put around.
pub fn device_codes(data: &[u8]) {
    if let Some(sent) = text(data) {
        typed(sent);
        carried(sent);
        form(sent);
    }
    let sealed = sealed::seal(keyring(), &DEVICE_CODE, data);
    match DeviceCode::open(keyring(), &sealed) {
        Some(code) => {
            assert_eq!([code.grant.0.0.as_slice(), &code.id.0].concat(), data);
            assert_eq!(code.seal(keyring()), sealed);
        }
        None => assert!(data.len() != 48),
    }
    // Only a key of ours can say this, but whatever it says is read without a panic.
    let _ = DeviceForm::open(keyring(), &sealed::seal(keyring(), &DEVICE_FORM, data), NOW);
}

fn typed(sent: &str) {
    let Some(code) = UserCode::parse(sent) else { return };
    let shown = code.to_string();
    let letters: String = shown.chars().filter(|c| *c != '-').collect();
    assert_eq!((shown.len(), shown.find('-'), letters.len()), (9, Some(4), 8));
    // RFC 8628 §6.1: no vowels, so that no code is a word.
    assert!(letters.chars().all(|c| c.is_ascii_uppercase() && !"AEIOUY".contains(c)), "{shown}");
    let meant: String = sent.chars().filter(|c| !matches!(c, '-' | ' ' | '\t')).collect();
    assert!(meant.eq_ignore_ascii_case(&letters), "{sent} is read as {shown}");
    for spelled in [&shown, &letters, &shown.to_ascii_lowercase(), &shown.replace('-', " ")] {
        assert!(UserCode::parse(spelled) == Some(code), "{spelled}");
    }
    for other in flipped(&shown) {
        if let Some(read) = UserCode::parse(&other) {
            assert_eq!(read == code, other.eq_ignore_ascii_case(&shown) || other.replace(' ', "-") == shown);
            assert_eq!(read == code, read.grant_name() == code.grant_name());
        }
    }
}

fn carried(sent: &str) {
    let Some(code) = DeviceCode::open(keyring(), sent) else { return };
    let kid = sealed::open(keyring(), &DEVICE_CODE, sent).expect("it opened").kid;
    assert_ne!(kid, "old", "a retired key still makes codes");
    let payload = [code.grant.0.0.as_slice(), &code.id.0].concat();
    assert_eq!(
        sealed::seal_under(keyring(), &kid, &DEVICE_CODE, &payload).as_deref(),
        Some(sent),
        "one spelling"
    );
    assert_eq!(authorization_code::open(keyring(), sent), None);
    for forged in flipped(sent) {
        assert_eq!(DeviceCode::open(keyring(), &forged), None, "{forged}");
    }
}

/// What an owner is asked comes back as it was shown, for as long as a form lives.
fn form(sent: &str) {
    let client = registered(&json!({ "redirect_uris": ["https://client.example/cb"] }));
    let request = DeviceRequest {
        id: Opaque([7; 16]),
        client_id: client.id,
        client_name: sent.to_owned(),
        origin: ClientOrigin::Anonymous,
        logo_uri: None,
        scope: Scope::parse(sent).unwrap_or_default(),
        audience: sent.to_owned(),
    };
    let grant = GrantId(Opaque([9; 32]));
    let form = DeviceForm::new(request, grant, SubjectId(Opaque([4; 16])), SessionId(Opaque([3; 16])), NOW);
    let sealed = form.seal(keyring());
    let open = |text: &str, now| DeviceForm::open(keyring(), text, now);
    assert_eq!(open(&sealed, NOW).is_some_and(|again| again == form), sealed.len() <= 16 * 1024);
    assert_eq!(open(&sealed, NOW.plus(FORM_LIFETIME)), None);
    assert_eq!(open(&sealed, NOW.plus(FORM_LIFETIME).plus(Seconds(1))), None);
    for forged in flipped(&sealed).take(8) {
        assert_eq!(open(&forged, NOW), None, "{forged}");
    }
}
