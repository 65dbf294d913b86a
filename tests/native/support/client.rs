//! A client that keeps to the protocol.

use base64::Engine;
use postern::base::form::encode_pairs;
use serde_json::{Value, json};

use super::{Answer, Browser, Harness, REGISTRATION_TOKEN, Sent};

pub const REDIRECT: &str = "https://client.example/cb";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Client<'a> {
    pub harness: &'a Harness,
    pub id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
    pub registration: Value,
}

/// What a client registers unless a test says otherwise.
pub fn metadata() -> Value {
    json!({
        "client_name": "Diary",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
    })
}

impl<'a> Client<'a> {
    /// Registers anonymously, with members on top of the usual ones.
    pub fn register(harness: &'a Harness, more: Value) -> Self {
        Self::of(harness, harness.send(Sent::json("POST", "/register", &merged(more))))
    }

    /// Registers with the initial access token, so that it is stored.
    pub fn stored(harness: &'a Harness, more: Value) -> Self {
        let sent = Sent::json("POST", "/register", &merged(more)).bearer(REGISTRATION_TOKEN);
        Self::of(harness, harness.send(sent))
    }

    pub fn confidential(harness: &'a Harness) -> Self {
        Self::register(harness, json!({}))
    }

    pub fn public(harness: &'a Harness) -> Self {
        Self::register(harness, json!({ "token_endpoint_auth_method": "none" }))
    }

    fn of(harness: &'a Harness, answer: Answer) -> Self {
        assert_eq!(answer.status, 201, "{answer:?}");
        let registration = answer.json();
        Self {
            harness,
            id: registration["client_id"].as_str().unwrap().into(),
            secret: registration["client_secret"].as_str().map(Into::into),
            redirect_uri: registration["redirect_uris"][0].as_str().unwrap_or(REDIRECT).into(),
            registration,
        }
    }

    /// The parameters of a good authorization request.
    pub fn parameters(&self) -> Vec<(String, String)> {
        [
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("scope", "calendar.read calendar.write"),
            ("state", "a b&c=\u{d55c}"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .to_vec()
    }

    /// The authorization request with some parameters changed (`None` leaves one out).
    pub fn authorize(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut parameters = self.parameters();
        for (name, value) in changes {
            parameters.retain(|(n, _)| n != name);
            parameters.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
        }
        let pairs = parameters.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        format!("/authorize?{}", encode_pairs(pairs))
    }

    pub fn basic(&self) -> String {
        let credentials = format!("{}:{}", self.id, self.secret.as_deref().unwrap());
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
    }

    /// A back-channel request, authenticated as the client registered.
    pub fn post(&self, target: &str, pairs: &[(&str, &str)]) -> Answer {
        self.harness.send(self.sent(target, pairs))
    }

    pub fn sent(&self, target: &str, pairs: &[(&str, &str)]) -> Sent {
        if self.secret.is_some() {
            return Sent::form(target, pairs).with("authorization", &self.basic());
        }
        Sent::form(target, &[pairs, &[("client_id", &self.id)]].concat())
    }

    /// The owner allows; the code comes back.
    pub fn code(&self, browser: &Browser<'_>) -> String {
        browser.allow(&self.authorize(&[("prompt", Some("consent"))])).redirected("code").unwrap()
    }

    pub fn redeem(&self, code: &str) -> Answer {
        self.post("/token", &self.redemption(code))
    }

    pub fn redemption<'b>(&'b self, code: &'b str) -> Vec<(&'b str, &'b str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ]
    }

    pub fn refresh(&self, token: &str) -> Answer {
        self.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// Access token and refresh token of a fresh grant.
    pub fn tokens(&self, browser: &Browser<'_>) -> (String, String) {
        let answer = self.redeem(&self.code(browser));
        assert_eq!(answer.status, 200, "{answer:?}");
        let tokens = answer.json();
        let text = |name: &str| tokens[name].as_str().unwrap_or_default().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    pub fn introspect_raw(&self, token: &str) -> Answer {
        self.post("/introspect", &[("token", token)])
    }

    pub fn introspect(&self, token: &str) -> Value {
        let answer = self.introspect_raw(token);
        assert_eq!(answer.status, 200);
        answer.json()
    }
}

fn merged(more: Value) -> Value {
    let mut document = metadata();
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}
