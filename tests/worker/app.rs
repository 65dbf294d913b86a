//! An app: a client with its id and secret, and the requests that it makes.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::browser::{Browser, Page};
use crate::http::{Reply, encode, post_json, request, send, with_form, with_json};
use crate::secrets;
use crate::server::{REGISTRATION_TOKEN, Server};

/// Where the owner goes back to, unless a test says otherwise.
pub const REDIRECT_URI: &str = "https://diary.example/cb";
/// Both scopes.
pub const ALL: &str = "calendar.read calendar.write";

/// An app.
#[derive(Clone, Debug)]
pub struct App {
    base: String,
    /// Its id.
    pub id: String,
    /// Its secret, if it has one.
    pub secret: Option<String>,
    /// Its redirect URI.
    pub redirect_uri: String,
    /// What registration answered.
    pub document: Value,
}

/// An authorization request.
#[derive(Clone, Debug)]
pub struct Ask {
    base: String,
    pairs: Vec<(String, String)>,
    /// The PKCE verifier.
    pub verifier: String,
}

/// What a grant brought.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// The scope.
    pub scope: String,
}

/// The metadata of an ordinary app.
pub fn metadata() -> Value {
    json!({
        "client_name": "Diary",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
    })
}

/// The metadata with some members replaced.
pub fn metadata_with(members: Value) -> Value {
    let mut metadata = metadata();
    for (name, value) in members.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata
}

impl App {
    /// One that registered anonymously, with a secret.
    pub fn anonymous(server: &Server) -> Self {
        Self::registered(server, &metadata())
    }

    /// One that registered anonymously, without a secret.
    pub fn public(server: &Server) -> Self {
        Self::registered(server, &metadata_with(json!({ "token_endpoint_auth_method": "none" })))
    }

    /// One that registered anonymously, with metadata of its own.
    #[track_caller]
    pub fn registered(server: &Server, metadata: &Value) -> Self {
        let reply = post_json(&format!("{}/register", server.url), metadata);
        Self::of(server, &reply.expect(201).json())
    }

    /// One that registered with the initial access token.
    #[track_caller]
    pub fn vouched_for(server: &Server, metadata: &Value) -> Self {
        let request = request("POST", &format!("{}/register", server.url)).bearer_auth(REGISTRATION_TOKEN);
        Self::of(server, &send(with_json(request, metadata)).expect(201).json())
    }

    /// From what registration answered.
    pub fn of(server: &Server, document: &Value) -> Self {
        Self {
            base: server.url.clone(),
            id: document["client_id"].as_str().expect("an id").to_owned(),
            secret: document["client_secret"].as_str().map(str::to_owned),
            redirect_uri: document["redirect_uris"][0].as_str().unwrap_or(REDIRECT_URI).to_owned(),
            document: document.clone(),
        }
    }

    /// The same app on a server that was started again.
    pub fn moved_to(&self, server: &Server) -> Self {
        Self { base: server.url.clone(), ..self.clone() }
    }

    /// An authorization request.
    pub fn asks_for(&self, scope: &str) -> Ask {
        let verifier = new_verifier();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let pairs = [
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("state", "state of the app & more"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Ask { base: self.base.clone(), pairs, verifier }
    }

    /// The whole way to the tokens: the owner is asked and allows everything.
    #[track_caller]
    pub fn tokens(&self, browser: &Browser, scope: &str) -> Tokens {
        let ask = self.asks_for(scope);
        let code = ask.allowed_in(browser);
        Tokens::of(&self.redeem(&code, &ask).expect(200))
    }

    /// Redeems a code.
    #[track_caller]
    pub fn redeem(&self, code: &str, ask: &Ask) -> Reply {
        send(self.redeeming(code, ask))
    }

    /// The redemption of a code, not sent yet.
    pub fn redeeming(&self, code: &str, ask: &Ask) -> RequestBuilder {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &ask.verifier),
        ];
        self.request("/token", &pairs)
    }

    /// Refreshes.
    #[track_caller]
    pub fn refresh(&self, token: &str) -> Reply {
        send(self.refreshing(token))
    }

    /// A refresh, not sent yet.
    pub fn refreshing(&self, token: &str) -> RequestBuilder {
        self.request("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// A request to the token endpoint.
    #[track_caller]
    pub fn token(&self, pairs: &[(&str, &str)]) -> Reply {
        self.call("/token", pairs)
    }

    /// Introspects.
    #[track_caller]
    pub fn introspect(&self, token: &str) -> Reply {
        self.call("/introspect", &[("token", token)])
    }

    /// Revokes.
    #[track_caller]
    pub fn revoke(&self, token: &str) -> Reply {
        self.call("/revoke", &[("token", token)])
    }

    /// A request as this client.
    #[track_caller]
    pub fn call(&self, path: &str, pairs: &[(&str, &str)]) -> Reply {
        send(self.request(path, pairs))
    }

    /// A request as this client, not sent yet.
    pub fn request(&self, path: &str, pairs: &[(&str, &str)]) -> RequestBuilder {
        let post = request("POST", &format!("{}{path}", self.base));
        match &self.secret {
            Some(secret) => with_form(post.basic_auth(&self.id, Some(secret)), pairs),
            None => {
                let mut pairs = pairs.to_vec();
                pairs.push(("client_id", &self.id));
                with_form(post, &pairs)
            }
        }
    }
}

impl Ask {
    /// With a parameter set.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.and(name, value)
    }

    /// With a parameter more, even if it is there already.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(n, _)| n != name);
        self
    }

    /// Its parameters.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("{}/authorize?{}", self.base, encode(&self.pairs()))
    }

    /// Goes there in a browser that is signed in, where the owner is asked, and presses Allow.
    #[track_caller]
    pub fn allowed_in(&self, browser: &Browser) -> String {
        let page = browser.open(&self.url()).asks_for_consent();
        self.code_of(&browser.send(page.form().press("decision", "allow")).reply)
    }

    /// The code of an answer that went to the client, with everything around it.
    #[track_caller]
    pub fn code_of(&self, reply: &Reply) -> String {
        self.check_return(reply);
        assert_eq!(reply.parameter("error"), None, "{reply:#?}");
        reply.parameter("code").expect("a code")
    }

    /// The error of an answer that went to the client, with everything around it.
    #[track_caller]
    pub fn error_of(&self, reply: &Reply) -> String {
        self.check_return(reply);
        assert_eq!(reply.parameter("code"), None, "{reply:#?}");
        assert!(reply.parameter("error_description").is_some());
        reply.parameter("error").expect("an error")
    }

    /// Checks that a page is silent: straight to the client.
    #[track_caller]
    pub fn code_without_asking(&self, page: &Page) -> String {
        self.code_of(&page.reply)
    }

    #[track_caller]
    fn check_return(&self, reply: &Reply) {
        assert_eq!(reply.status, 303, "{reply:#?}");
        assert_eq!(reply.header("cache-control"), "no-store");
        let find = |name: &str| self.pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let mut location = reply.location();
        location.set_query(None);
        let mut redirect_uri = Url::parse(&find("redirect_uri").unwrap()).unwrap();
        redirect_uri.set_query(None);
        assert_eq!(location, redirect_uri);
        assert_eq!(reply.parameter("state"), find("state"));
        assert_eq!(reply.parameter("iss").as_deref(), Some(self.base.as_str()));
    }
}

impl Tokens {
    /// Of an answer of the token endpoint.
    #[track_caller]
    pub fn of(reply: &Reply) -> Self {
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.member("token_type"), "Bearer");
        assert!(reply.json()["expires_in"].as_u64().unwrap() > 0);
        let text = |name| reply.member(name);
        Self { access: text("access_token"), refresh: text("refresh_token"), scope: text("scope") }
    }
}

/// 32 random bytes (RFC 7636 §4.1).
pub fn new_verifier() -> String {
    let verifier = oauth2::CsrfToken::new_random_len(32).into_secret();
    secrets::met(&verifier);
    verifier
}
