//! A server on memory stores, a client that keeps to the protocol, and a browser that fills forms.

pub mod assertion;
pub mod authenticator;
pub mod browser;
mod client;
pub mod console;
mod openid;
mod prover;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;
use futures::executor::block_on;
use postern::base::base64url;
use postern::base::time::{Seconds, UnixTime};
use postern::endpoint::request::{Body, BodyError, Headers, Request};
use postern::endpoint::{World, routes};
use postern::jose::keyring::Keyring;
use postern::model::config::Config;
use postern::model::issuer::Issuer;
use postern::store::memory::{Memory, SeededEntropy};
use serde_json::Value;

pub use browser::{Browser, Form};
pub use client::{CHALLENGE, Client, REDIRECT, metadata};
pub use openid::{Jwt, at_hash, claims_of, published, signed, text, userinfo};
pub use prover::{Prover, bound, refreshing};

pub const ISSUER: &str = "https://as.example";
pub const START: UnixTime = UnixTime::from_seconds(1_800_000_000);
pub const REGISTRATION_TOKEN: &str = "registration-token-of-tests";
pub const ADMIN_TOKEN: &str = "admin-token-of-the-tests";

/// A server.
pub struct Harness {
    pub memory: Memory,
    pub config: Config,
    pub keyring: Keyring,
    /// Where requests come from, as the platform would say.
    pub address: RefCell<Option<String>>,
    /// Every header that was read so far, in order: each costs the Worker a crossing.
    pub headers_read: Rc<RefCell<Vec<String>>>,
    /// What was logged so far.
    pub log: RefCell<Vec<String>>,
    entropy: SeededEntropy,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
    /// The body as it is, where it is no text.
    pub bytes: Vec<u8>,
    pub refusal: Option<String>,
    /// What the log is told.
    pub log: Vec<String>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location")
    }

    /// A parameter of the redirect.
    pub fn redirected(&self, name: &str) -> Option<String> {
        let location = self.location();
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let mut found = url::form_urlencoded::parse(query.as_bytes())
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.into_owned());
        let first = found.next();
        assert!(found.next().is_none(), "{name} stands twice in {location}");
        first
    }

    /// Asserts an OAuth error.
    #[track_caller]
    pub fn assert_error(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.json()["error"].as_str()), (status, Some(error)), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store");
        assert!(self.json()["error_description"].is_string());
    }
}

/// A request to be sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub method: String,
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn get(target: &str) -> Self {
        Self { method: "GET".into(), target: target.into(), ..Self::default() }
    }

    pub fn form(target: &str, pairs: &[(&str, &str)]) -> Self {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(pairs);
        Self {
            method: "POST".into(),
            target: target.into(),
            body: body.finish().into_bytes(),
            ..Self::default()
        }
        .with("content-type", "application/x-www-form-urlencoded")
    }

    pub fn json(method: &str, target: &str, value: &Value) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            body: value.to_string().into_bytes(),
            ..Self::default()
        }
        .with("content-type", "application/json")
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }
}

struct SentHeaders {
    headers: BTreeMap<String, String>,
    read: Rc<RefCell<Vec<String>>>,
}

impl Headers for SentHeaders {
    fn value(&self, name: &str) -> Option<String> {
        self.read.borrow_mut().push(name.into());
        self.headers.get(name).cloned()
    }
}

struct SentBody(Vec<u8>);

#[async_trait(?Send)]
impl Body for SentBody {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        if self.0.len() > limit { Err(BodyError::TooLarge) } else { Ok(self.0.clone()) }
    }
}

impl Harness {
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With settings on top of the usual ones.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let root = format!("k1:{}", base64url::encode([1; 32]));
        let (config, keyring) = Config::load(|name| {
            let set = settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            set.or_else(|| match name {
                "ROOT_KEYS" => Some(root.clone()),
                "ISSUER" => Some(ISSUER.into()),
                "REGISTRATION_TOKEN" => Some(REGISTRATION_TOKEN.into()),
                "ADMIN_TOKEN" => Some(ADMIN_TOKEN.into()),
                _ => None,
            })
        })
        .unwrap();
        let (memory, entropy) = (Memory::new(START), SeededEntropy::new(1));
        memory.root_keys.replace(root);
        Self {
            memory,
            config,
            keyring,
            address: RefCell::default(),
            headers_read: Rc::default(),
            log: RefCell::default(),
            entropy,
        }
    }

    /// The same world after its root keys changed.
    pub fn rotate_keys(&mut self, root_keys: &str) {
        self.keyring = Keyring::parse(root_keys).unwrap();
        self.memory.root_keys.replace(root_keys.into());
    }

    pub fn now(&self) -> UnixTime {
        self.memory.now.get()
    }

    pub fn wait(&self, seconds: u64) {
        self.memory.now.set(self.now().plus(Seconds(seconds)));
        block_on(self.memory.run_alarms()).unwrap();
        self.log.borrow_mut().extend(self.memory.told.take());
    }

    /// From now on requests come from there.
    pub fn from(&self, address: &str) -> &Self {
        self.address.replace(Some(address.into()));
        self
    }

    pub fn send(&self, sent: Sent) -> Answer {
        let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
        let mut headers = sent.headers.clone();
        headers.extend(self.address.borrow().clone().map(|address| ("cf-connecting-ip".to_owned(), address)));
        let request = Request {
            method: sent.method.clone(),
            path: path.into(),
            query: query.into(),
            headers: Box::new(SentHeaders { headers, read: Rc::clone(&self.headers_read) }),
            body: Box::new(SentBody(sent.body.clone())),
        };
        let world = World {
            config: &self.config,
            keyring: &self.keyring,
            issuer: Issuer::parse(ISSUER).unwrap(),
            now: self.now(),
            entropy: &self.entropy,
            clients: &self.memory,
            consents: &self.memory,
            directory: &self.memory,
            grants: &self.memory,
            accounts: &self.memory,
            calendars: &self.memory,
            journals: &self.memory,
            rate_limits: &self.memory,
            signing_keys: &self.memory,
            signatures: &self.memory,
            web: &self.memory,
            proofs: &self.memory.proofs,
            gives_nonce: Cell::default(),
            developed: OnceCell::new(),
            id: OnceCell::new(),
        };
        let response = block_on(routes::answer(&world, &request));
        let log = response.notes().map(|notes| notes.log.clone()).unwrap_or_default();
        let bytes = response.body.into_owned();
        let picture =
            response.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"image/"));
        assert!(picture || std::str::from_utf8(&bytes).is_ok());
        let answer = Answer {
            status: response.status.as_u16(),
            headers: response.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            refusal: response.refusal,
            log,
        };
        self.log.borrow_mut().extend(self.memory.told.take());
        self.log.borrow_mut().extend(answer.log.iter().cloned());
        let Memory { down, grants_down, signing_keys_down, .. } = &self.memory;
        // The document of a client is no storage of ours, and may be out of reach, too.
        let elsewhere = answer.refusal.as_deref().is_some_and(|why| why.contains("Published("));
        let meant = down.get() || grants_down.get() || signing_keys_down.get() || elsewhere;
        assert!(answer.status < 500 || meant, "{sent:?} gave {answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        answer
    }

    pub fn get(&self, target: &str) -> Answer {
        self.send(Sent::get(target))
    }
}

/// Every text that differs from `text` in one character, near its ends and in its middle.
pub fn tampered(text: &str) -> Vec<String> {
    let places = [0, 4, text.len() / 2, text.len() - 2, text.len() - 1];
    let flip = |at: usize| {
        let with = if &text[at..=at] == "A" { "B" } else { "A" };
        format!("{}{with}{}", &text[..at], &text[at + 1..])
    };
    places
        .into_iter()
        .map(flip)
        .chain([text[1..].into(), text[..text.len() - 1].into(), format!("{text}A")])
        .collect()
}
