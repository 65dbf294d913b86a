//! An owner's authenticator (Web Authentication §6), and what the browser before it does.

use std::cell::{Cell, RefCell};

use coset::cbor::value::Value as Cbor;
use coset::{AsCborValue, CoseKeyBuilder, iana};
use postern::base::base64url;
use postern::base::digest::sha256;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::json;

use crate::actors::browser::Browser;
use crate::actors::owner::Owner;
use crate::http::Answer;
use crate::ocean::ISSUER;

/// Somebody was there, and was asked who they are (§6.1).
const PRESENT_AND_VERIFIED: u8 = 0x05;
/// The key comes along.
const CREDENTIAL: u8 = 0x40;

/// One passkey: it signs for whoever has it.
pub struct Passkey {
    key: Jwk,
    id: Vec<u8>,
    user_handle: RefCell<String>,
    counter: Cell<u32>,
}

impl Passkey {
    fn new(n: u64) -> Self {
        let key = key_pair(SigningAlgorithm::Es256, n).public;
        Self {
            key,
            id: sha256(n.to_be_bytes()).to_vec(),
            user_handle: RefCell::default(),
            counter: Cell::new(0),
        }
    }

    fn client_data(page: &str, kind: &str) -> Vec<u8> {
        let challenge = base64url::encode(attribute(page, "data-challenge"));
        let data = json!({ "type": kind, "challenge": challenge, "origin": ISSUER, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        self.counter.set(self.counter.get() + 1);
        [sha256("as.example").as_slice(), &[flags], &self.counter.get().to_be_bytes()].concat()
    }

    fn attestation(&self) -> Vec<u8> {
        let Jwk::Ec { x, y } = &self.key else { panic!("another kind of key") };
        let [x, y] = [x, y].map(|number| base64url::decode(number).unwrap());
        let key = CoseKeyBuilder::new_ec2_pub_key(iana::EllipticCurve::P_256, x, y);
        let key = bytes(&key.algorithm(iana::Algorithm::ES256).build().to_cbor_value().unwrap());
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = self.data(PRESENT_AND_VERIFIED | CREDENTIAL);
        let data = [data.as_slice(), &[0; 16], &length, &self.id, &key].concat();
        bytes(&Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from("none")),
            (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
            (Cbor::from("authData"), Cbor::Bytes(data)),
        ]))
    }
}

impl Owner {
    /// One is made, and registered if all goes well. An earlier one is kept at home.
    pub async fn registers_a_passkey(&self, browser: &Browser) {
        let path = "/account/passkeys";
        let passkey = Passkey::new(self.cast.unique());
        for _ in 0..3 {
            let Some(page) = self.room(browser, path).await else { return };
            let Some(page) = ceremony(&page, "create") else {
                drop(self.signs_in(browser, "/signin?next=account/passkeys").await);
                continue;
            };
            passkey.user_handle.replace(attribute(&page.body, "data-user-handle"));
            let client_data = base64url::encode(Passkey::client_data(&page.body, "webauthn.create"));
            let attestation = base64url::encode(passkey.attestation());
            let set =
                [("name", "Phone"), ("client_data", client_data.as_str()), ("attestation", &attestation)];
            match browser.submit(&page, path, &set).await {
                Some(answer) if answer.status == 200 || answer.status == 409 => {
                    self.passkey.replace(Some(passkey));
                    return;
                }
                _ => self.cast.ocean.scheduler.sleep(2000).await,
            }
        }
    }

    /// Signs in on that page with the passkey, where there is one.
    pub async fn shows_the_passkey(&self, browser: &Browser, page: &Answer) -> Option<Answer> {
        let page = ceremony(page, "get")?;
        let set = {
            let passkey = self.passkey.borrow();
            let passkey = passkey.as_ref()?;
            let client_data = Passkey::client_data(&page.body, "webauthn.get");
            let data = passkey.data(PRESENT_AND_VERIFIED);
            let signature = sign(&passkey.key, &[data.as_slice(), &sha256(&client_data)].concat());
            [
                ("id", base64url::encode(&passkey.id)),
                ("user_handle", passkey.user_handle.borrow().clone()),
                ("client_data", base64url::encode(client_data)),
                ("authenticator_data", base64url::encode(data)),
                ("signature", base64url::encode(der(&signature))),
            ]
        };
        let set: Vec<_> = set.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit(&page, "/signin/passkey", &set).await
    }
}

/// The page from the form of a ceremony on: there are others to the same address.
fn ceremony(page: &Answer, kind: &str) -> Option<Answer> {
    let at = page.body.find(&format!("data-passkey=\"{kind}\""))?;
    let form = page.body[..at].rfind("<form")?;
    Some(Answer { body: page.body[form..].to_owned(), ..page.clone() })
}

fn attribute(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"').next().unwrap().into()
}

fn bytes(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    coset::cbor::ser::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// Two numbers of 32 bytes as ASN.1.
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
