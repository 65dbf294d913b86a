//! Passkeys (WebAuthn): what a browser and an authenticator send, in every layer of it.

use postern::base::base64url;
use postern::base::digest::sha256;
use postern::base::form::Form;
use postern::base::opaque::Opaque;
use postern::jose::jwk::Jwk;
use postern::model::id::SessionId;
use postern::protocol::webauthn::{
    Ceremony, Challenge, PasskeyRefusal, PresentedAssertion, Registration, RelyingParty, register,
};
use postern::store::memory::SeededEntropy;
use serde_json::{Value, json};

use crate::support::ISSUER;
use crate::world::{NOW, issuer, keyring, text};

const SESSION: SessionId = SessionId(Opaque([3; 16]));

/// The bytes as the attestation object, as what follows the flags of its authenticator data, as the client data, as the
/// signature, and as a form.
pub fn passkey(data: &[u8]) {
    let good = client_data("webauthn.create", Ceremony::Register(SESSION), &json!({}));
    let attestations = [data.to_vec(), attestation(data)];
    for (at, attestation) in attestations.iter().enumerate() {
        let Ok(made) = registered(&good, attestation) else { continue };
        // What registers is a key of ours to verify with, and nothing may come after what was read.
        assert_eq!(Jwk::parse(&Value::Object(made.key.to_json())), Some(made.key.clone()));
        assert!((1..=1364).contains(&made.id.as_str().len()));
        let longer = [attestation.as_slice(), &[0]].concat();
        assert_eq!(registered(&good, &longer), Err(PasskeyRefusal::Malformed), "{at}");
        // The same authenticator elsewhere, or after the challenge is over.
        let elsewhere = client_data(
            "webauthn.create",
            Ceremony::Register(SESSION),
            &json!({ "origin": "https://evil.example" }),
        );
        assert_eq!(registered(&elsewhere, attestation), Err(PasskeyRefusal::Origin));
        let other = client_data("webauthn.get", Ceremony::SignIn, &json!({}));
        assert_eq!(registered(&other, attestation), Err(PasskeyRefusal::WrongType));
    }
    // No challenge of ours can be guessed.
    assert!(registered(data, &attestation(data)).is_err());
    if let Some(form) = text(data).and_then(|text| Form::parse(text).ok()) {
        assert!(PresentedAssertion::read(&form, RelyingParty(&issuer()), keyring(), NOW).is_err());
    }
    signature(data);
}

fn registered(client_data: &[u8], attestation: &[u8]) -> Result<Registration, PasskeyRefusal> {
    let issuer = issuer();
    let (client_data, attestation) = (base64url::encode(client_data), base64url::encode(attestation));
    register(&client_data, &attestation, SESSION, RelyingParty(&issuer), keyring(), NOW)
}

fn client_data(kind: &str, ceremony: Ceremony, says: &Value) -> Vec<u8> {
    let challenge = Challenge::new(ceremony, &SeededEntropy::new(1), NOW).seal(keyring());
    let mut data = json!({ "type": kind, "challenge": base64url::encode(challenge), "origin": ISSUER });
    if let (Some(data), Some(says)) = (data.as_object_mut(), says.as_object()) {
        data.extend(says.clone());
    }
    data.to_string().into_bytes()
}

/// Authenticator data of ours that ends with `rest`, in an attestation object.
pub(crate) fn attestation(rest: &[u8]) -> Vec<u8> {
    let data = authenticator_data(0x45, rest);
    let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
    object.extend(u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes());
    object.extend(data);
    object
}

fn authenticator_data(flags: u8, rest: &[u8]) -> Vec<u8> {
    [&sha256("as.example")[..], &[flags, 0, 0, 0, 1], rest].concat()
}

/// Any bytes as a signature over what is otherwise in order: it is read as one of 64 bytes, or not at all.
fn signature(data: &[u8]) {
    let client_data = client_data("webauthn.get", Ceremony::SignIn, &json!({}));
    let pairs = [
        ("id", base64url::encode([1; 16])),
        ("user_handle", base64url::encode([2; 48])),
        ("client_data", base64url::encode(&client_data)),
        ("authenticator_data", base64url::encode(authenticator_data(0x05, &[]))),
        ("signature", base64url::encode(data)),
    ];
    let sent = postern::base::form::encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let form = Form::parse(&sent).expect("a form of ours");
    let presented =
        PresentedAssertion::read(&form, RelyingParty(&issuer()), keyring(), NOW).expect("in order");
    let (x, y) = (base64url::encode([1; 32]), base64url::encode([2; 32]));
    let signed = [authenticator_data(0x05, &[]).as_slice(), &sha256(&client_data)].concat();
    if let Some((message, fixed)) = presented.assertion.to_verify(&Jwk::Ec { x, y }) {
        assert_eq!((message, fixed.len()), (signed.as_slice(), 64));
        assert!(data.len() >= 8 && data.first() == Some(&0x30));
    }
}
