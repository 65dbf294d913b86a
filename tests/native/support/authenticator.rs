//! An authenticator and the browser before it: makes passkeys and signs with them, as it is told to or wrongly.

use coset::cbor::value::Value as Cbor;
use coset::iana;
use coset::{AsCborValue, CoseKey, CoseKeyBuilder};
use postern::base::base64url;
use postern::base::digest::sha256;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::{Value, json};

use super::browser::Form;
use super::{Browser, ISSUER};

pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
pub const ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
const CREDENTIAL: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// One passkey. Everything that can be wrong with what it says can be set.
#[derive(Clone)]
pub struct Authenticator {
    pub key: Jwk,
    pub id: Vec<u8>,
    pub counter: u32,
    pub flags: u8,
    pub rp_id: String,
    /// Kept at registration.
    pub user_handle: String,
    /// Merged into the client data.
    pub says: Value,
    /// Behind the authenticator data.
    pub trailing: Vec<u8>,
    /// The COSE key in place of its own.
    pub cose: Option<Cbor>,
    pub with_extensions: bool,
}

impl Authenticator {
    pub fn new(algorithm: SigningAlgorithm, n: u64) -> Self {
        Self {
            key: key_pair(algorithm, n).public,
            id: sha256(n.to_be_bytes()).to_vec(),
            counter: 0,
            flags: PRESENT | VERIFIED,
            rp_id: "as.example".into(),
            user_handle: String::new(),
            says: json!({}),
            trailing: Vec::new(),
            cose: None,
            with_extensions: false,
        }
    }

    pub fn es256(n: u64) -> Self {
        Self::new(SigningAlgorithm::Es256, n)
    }

    /// The filled form of `/account/passkeys`.
    pub fn create(&mut self, page: &str) -> Form {
        let form = ceremony(page, "create", "/account/passkeys");
        self.user_handle = attribute(page, "data-user-handle");
        let client_data = self.client_data("webauthn.create", page, "create");
        let attestation = Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from("none")),
            (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
            (Cbor::from("authData"), Cbor::Bytes(self.data(true))),
        ]);
        form.set("name", "My phone")
            .set("client_data", &base64url::encode(client_data))
            .set("attestation", &base64url::encode(bytes(&attestation)))
    }

    /// The filled form of `/signin/passkey`.
    pub fn get(&self, page: &str) -> Form {
        let form = ceremony(page, "get", "/signin/passkey");
        let client_data = self.client_data("webauthn.get", page, "get");
        let data = self.data(false);
        let signature = sign(&self.key, &[data.as_slice(), &sha256(&client_data)].concat());
        let signature = match self.key {
            Jwk::Ec { .. } => der(&signature),
            Jwk::Rsa { .. } => signature,
        };
        form.set("id", &base64url::encode(&self.id))
            .set("user_handle", &self.user_handle)
            .set("client_data", &base64url::encode(client_data))
            .set("authenticator_data", &base64url::encode(data))
            .set("signature", &base64url::encode(signature))
    }

    /// Registers with the owner of a browser.
    pub fn register(&mut self, browser: &Browser<'_>) {
        let page = browser.get("/account/passkeys").body;
        let answer = browser.submit(&self.create(&page));
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body.contains("The passkey is registered"), "{answer:?}");
    }

    fn client_data(&self, kind: &str, page: &str, ceremony: &str) -> Vec<u8> {
        let challenge =
            attribute(&page[page.find(&format!("data-passkey=\"{ceremony}\"")).unwrap()..], "data-challenge");
        let mut data = json!({
            "type": kind,
            "challenge": base64url::encode(challenge),
            "origin": ISSUER,
            "crossOrigin": false,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        });
        let says = self.says.as_object().unwrap().clone();
        data.as_object_mut().unwrap().extend(says);
        data.to_string().into_bytes()
    }

    fn data(&self, new: bool) -> Vec<u8> {
        let mut data = sha256(&self.rp_id).to_vec();
        let more = if new { CREDENTIAL } else { 0 } | if self.with_extensions { EXTENSIONS } else { 0 };
        data.push(self.flags | more);
        data.extend(self.counter.to_be_bytes());
        if new {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            let cose = self.cose.clone().unwrap_or_else(|| cose(&self.key).to_cbor_value().unwrap());
            data.extend(bytes(&cose));
        }
        if self.with_extensions {
            data.extend(bytes(&Cbor::Map(vec![(Cbor::from("credProps"), Cbor::from(true))])));
        }
        data.extend(&self.trailing);
        data
    }
}

/// A public key as authenticators write it.
pub fn cose(key: &Jwk) -> CoseKey {
    let bytes = |text: &str| base64url::decode(text).unwrap();
    match key {
        Jwk::Ec { x, y } => CoseKeyBuilder::new_ec2_pub_key(iana::EllipticCurve::P_256, bytes(x), bytes(y))
            .algorithm(iana::Algorithm::ES256)
            .build(),
        Jwk::Rsa { n, e } => {
            let mut key =
                CoseKeyBuilder::new_symmetric_key(Vec::new()).algorithm(iana::Algorithm::RS256).build();
            key.kty = coset::KeyType::Assigned(iana::KeyType::RSA);
            key.params = vec![
                (coset::Label::Int(-1), Cbor::Bytes(bytes(n))),
                (coset::Label::Int(-2), Cbor::Bytes(bytes(e))),
            ];
            key
        }
    }
}

pub fn bytes(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    coset::cbor::ser::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// The form of a ceremony: there are others to the same address.
fn ceremony(page: &str, kind: &str, action: &str) -> Form {
    let at = page.find(&format!("data-passkey=\"{kind}\"")).unwrap_or_else(|| panic!("no {kind} in {page}"));
    Browser::form(&page[page[..at].rfind("<form").unwrap()..], action)
}

fn attribute(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"').next().unwrap().into()
}

/// Two numbers of 32 bytes, the first bit of each cleared or not, as ASN.1.
fn der(fixed: &[u8]) -> Vec<u8> {
    let number = |number: &[u8]| {
        let digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = digits.first().is_some_and(|first| *first >= 0x80).then_some(0);
        let content: Vec<u8> = sign.into_iter().chain(digits).collect();
        [&[2, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    };
    let (r, s) = fixed.split_at(32);
    let inside = [number(r), number(s)].concat();
    [&[0x30, u8::try_from(inside.len()).unwrap()], inside.as_slice()].concat()
}
