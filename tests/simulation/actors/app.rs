//! A client: a single page app, a back end, or ten agents that share one token store. Well-behaved: a refresh is
//! retried within the window, the store is read before each attempt, and a newer token is never overwritten.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine;
use postern::base::base64url;
use postern::base::digest::sha256;
use postern::base::form::encode_pairs;
use postern::jose::jwk::Jwk;
use postern::model::id::GrantId;
use postern::model::refresh_token::RefreshToken;
use serde_json::json;

use crate::actors::Cast;
use crate::dpop;
use crate::gateway::EXCHANGE;
use crate::http::{Answer, Sent};
use crate::keys::Verifier;
use crate::ocean::{ADMIN_TOKEN, REGISTRATION_TOKEN};
use crate::oracle::claims;
use crate::scheduler::Time;

/// How long a well-behaved client goes on retrying: well within the window of a minute.
const PATIENCE: Time = 30_000;

pub struct App {
    pub id: String,
    secret: RefCell<Option<String>>,
    pub redirect_uri: &'static str,
    /// Manages it, where it is stored.
    management: Option<String>,
    /// How many agents share one store.
    agents: u32,
    place: usize,
    /// The families it holds.
    held: RefCell<Vec<Rc<Held>>>,
    /// Told to stop: what it gets from now on is its own fault.
    pub gone: Cell<bool>,
    /// What it verifies ID tokens with.
    verifier: Rc<Verifier>,
    /// The key it shows with each request (RFC 9449).
    key: Option<Jwk>,
    /// Whether it exchanges tokens (RFC 8693).
    pub exchanges: bool,
    /// Where browsers go after a sign-out it asked for.
    pub after_logout: Option<&'static str>,
    /// The last ID token it got.
    pub id_token: RefCell<Option<String>>,
}

/// The store that the agents of one family share.
struct Held {
    grant: GrantId,
    access: RefCell<String>,
    expires_at: Cell<Time>,
    refresh: RefCell<String>,
    lost: Cell<bool>,
}

/// Registers an app.
pub async fn registers(cast: Rc<Cast>, n: u32) {
    let shape = cast.pick(5);
    let (method, redirect_uri, stored, agents) = match shape {
        0 => ("client_secret_basic", "https://back.example/cb", false, 2),
        1 => ("none", "https://spa.example/cb", false, 1),
        2 => ("client_secret_basic", "https://back.example/cb", true, 3),
        3 => ("none", "http://127.0.0.1/cb", false, 2),
        _ => ("client_secret_basic", "https://agents.example/cb", false, 10),
    };
    let keep = method != "none" && cast.pick(4) == 3;
    let exchanges = stored && cast.pick(3) > 0;
    let key = (shape == 1 || stored).then(|| cast.pick(3)).filter(|n| *n == 2).map(|_| dpop::key(n.into()));
    let listens = shape != 3 && cast.pick(2) == 1;
    let mut document = json!({
        "client_name": format!("App {n}"), "redirect_uris": [redirect_uri], "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code", "refresh_token"],
        "refresh_tokens": if keep { "keep" } else { "rotate" },
    });
    if exchanges {
        document["grant_types"].as_array_mut().unwrap().push(EXCHANGE.into());
    }
    if listens {
        document["backchannel_logout_uri"] = redirect_uri.replace("/cb", "/out").into();
    }
    let after_logout = (shape == 0 || shape == 1).then_some("https://spa.example/bye");
    if let Some(uri) = after_logout {
        document["post_logout_redirect_uris"] = json!([uri]);
    }
    let place = cast.pick(3) as usize;
    for _ in 0..5 {
        let sent = Sent::json("POST", "/register", &document).once();
        let sent = if stored { sent.bearer(REGISTRATION_TOKEN) } else { sent };
        let Some(answer) = cast.ocean.send(place, sent).await else { continue };
        let (Some(id), 201) = (answer.text("client_id"), answer.status) else { continue };
        if listens {
            cast.ocean.oracle.listens(&id);
        }
        let app = App { key, exchanges, after_logout, ..App::new(id, place, redirect_uri, agents) };
        let app = App {
            secret: RefCell::new(answer.text("client_secret")),
            management: answer.text("registration_access_token"),
            ..app
        };
        cast.apps.borrow_mut().push(Rc::new(app));
        return;
    }
}

impl App {
    /// A public one, which no operator knows.
    pub fn new(id: String, place: usize, redirect_uri: &'static str, agents: u32) -> Self {
        Self {
            id,
            secret: RefCell::default(),
            redirect_uri,
            management: None,
            agents,
            place,
            held: RefCell::default(),
            gone: Cell::new(false),
            verifier: Rc::default(),
            key: None,
            exchanges: false,
            after_logout: None,
            id_token: RefCell::default(),
        }
    }

    /// A request of its own to the token endpoint: with a fresh proof, if it has a key.
    pub fn proven(&self, cast: &Cast, sent: Sent) -> Sent {
        match &self.key {
            Some(key) => dpop::proven(cast, key, sent, None),
            None => sent,
        }
    }

    /// A link to the authorization endpoint, and the verifier that goes with it.
    pub fn link(&self, cast: &Cast) -> (String, String) {
        let verifier = base64url::encode(sha256(cast.unique().to_be_bytes()));
        let challenge = base64url::encode(sha256(&verifier));
        let scopes = [
            "calendar.read calendar.write",
            "calendar.read",
            "calendar.read notes",
            "calendar.read calendar.write notes",
            "openid calendar.read",
            "openid offline_access calendar.read calendar.write",
        ];
        let scope = scopes[cast.pick(6) as usize];
        let prompt = ["", "", "", "consent", "none", "login"][cast.pick(6) as usize];
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", self.redirect_uri),
            ("scope", scope),
            ("state", "s"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend((!prompt.is_empty()).then_some(("prompt", prompt)));
        (format!("/authorize?{}", encode_pairs(pairs)), verifier)
    }

    /// A back-channel request as this client sends it.
    pub fn sent(&self, target: &str, pairs: &[(&str, &str)]) -> Sent {
        match &*self.secret.borrow() {
            Some(secret) => {
                Sent::form(target, pairs.iter().copied()).with("authorization", &basic(&self.id, secret))
            }
            None => Sent::form(target, pairs.iter().copied().chain([("client_id", self.id.as_str())])),
        }
    }

    /// Exchanges a code, and puts its agents to work. False when there are no tokens: the owner has to start again.
    pub async fn redeems(self: &Rc<Self>, cast: &Rc<Cast>, code: &str, verifier: &str) -> bool {
        for _ in 0..=cast.pick(3) {
            let answer =
                cast.ocean.send(self.place, self.proven(cast, self.redemption(code, verifier))).await;
            match answer {
                Some(answer) if answer.status == 200 => {
                    self.holds(cast, &answer);
                    return true;
                }
                Some(answer) if !is_to_be_tried_again(&answer) => return false,
                _ => cast.ocean.scheduler.sleep(1000).await,
            }
        }
        false
    }

    pub fn redemption(&self, code: &str, verifier: &str) -> Sent {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri),
            ("code_verifier", verifier),
        ];
        self.sent("/token", &pairs)
    }

    /// With no scope in it, all that was granted is asked for.
    pub fn refreshing(&self, token: &str, scope: Option<&str>) -> Sent {
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        pairs.extend(scope.map(|scope| ("scope", scope)));
        self.sent("/token", &pairs)
    }

    pub fn holds(self: &Rc<Self>, cast: &Rc<Cast>, answer: &Answer) {
        self.verifies(cast, answer);
        let Some(refresh) = answer.text("refresh_token") else { return };
        let access = answer.text("access_token").unwrap();
        let held = Rc::new(Held {
            grant: claims(&access).gid,
            access: RefCell::new(access),
            expires_at: Cell::new(expiry(cast, answer)),
            refresh: RefCell::new(refresh),
            lost: Cell::new(false),
        });
        self.held.borrow_mut().push(Rc::clone(&held));
        for n in 0..self.agents {
            let agent = Agent {
                app: Rc::clone(self),
                cast: Rc::clone(cast),
                held: Rc::clone(&held),
                place: self.place + n as usize,
            };
            cast.begin(async move { agent.works().await });
        }
    }

    fn verifies(&self, cast: &Rc<Cast>, answer: &Answer) {
        if let Some(token) = answer.text("id_token") {
            self.id_token.replace(Some(token.clone()));
            cast.leaks.id_tokens.borrow_mut().push(token.clone());
            let (verifier, place) = (Rc::clone(&self.verifier), self.place);
            cast.begin(verifier.verifies(Rc::clone(cast), place, token));
        }
    }

    /// A new secret beside the old one; false where it did not come about.
    pub async fn adds_a_secret(&self, cast: &Cast) -> Option<String> {
        let sent = Sent { method: "POST", ..Sent::get(format!("/register/{}/secret", self.id)) };
        let answer = cast.ocean.send(self.place, sent.bearer(self.management.as_ref()?).once()).await?;
        answer.text("client_secret").filter(|_| answer.status == 201)
    }

    /// Takes a secret into use, and gives back the one before.
    pub fn turns_to(&self, secret: String) -> Option<String> {
        self.secret.replace(Some(secret))
    }

    /// Only the newest secret is left; false where that is not certain.
    pub async fn retires_the_old_secret(&self, cast: &Cast) -> bool {
        let sent = Sent { method: "DELETE", ..Sent::get(format!("/register/{}/secret", self.id)) };
        let Some(token) = &self.management else { return false };
        cast.ocean
            .send(self.place, sent.bearer(token).once())
            .await
            .is_some_and(|answer| answer.status == 204)
    }

    /// Somebody has one of its refresh tokens, and a secret of it.
    pub async fn is_impersonated(&self, cast: &Cast, secret: &str) {
        let Some(held) = self.held.borrow().last().cloned() else { return };
        let token = held.refresh.borrow().clone();
        cast.ocean.oracle.excuse(held.grant);
        let sent = self.refreshing(&token, None).with("authorization", &basic(&self.id, secret));
        drop(cast.ocean.send(self.place, sent).await);
    }

    /// Its registration is deleted, or it is denied, as fits its kind.
    pub async fn is_stopped(&self, cast: &Cast) -> bool {
        let sent = match &self.management {
            Some(token) => {
                Sent { method: "DELETE", ..Sent::get(format!("/register/{}", self.id)) }.bearer(token)
            }
            None => Sent::json("POST", "/admin/clients/deny", &json!({ "client_id": self.id }))
                .bearer(ADMIN_TOKEN),
        };
        cast.ocean.send(self.place, sent.once()).await.is_some_and(|answer| answer.status < 300)
    }

    /// What its requests are recognised by.
    pub fn credentials(&self) -> String {
        self.secret.borrow().as_ref().map_or_else(|| self.id.clone(), |secret| basic(&self.id, secret))
    }

    pub fn is_stored(&self) -> bool {
        self.management.is_some()
    }
}

pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}")))
}

fn expiry(cast: &Cast, answer: &Answer) -> Time {
    cast.now() + answer.json()["expires_in"].as_u64().unwrap_or_default() * 1000
}

/// Nothing is wrong with the request: somebody on the way may have sent its proof before it.
fn is_to_be_tried_again(answer: &Answer) -> bool {
    answer.status == 503 || answer.text("error").as_deref() == Some("invalid_dpop_proof")
}

/// One of those who share a store.
pub struct Agent {
    pub app: Rc<App>,
    pub cast: Rc<Cast>,
    held: Rc<Held>,
    pub place: usize,
}

impl Agent {
    async fn works(&self) {
        for _ in 0..self.cast.pick(9) {
            if self.held.lost.get() {
                return;
            }
            match self.cast.pick(12) {
                0 => return,
                1..=4 => self.cast.waits().await,
                5..=8 => self.calls_the_resource().await,
                9 => self.refreshes().await,
                10 if self.app.exchanges && self.cast.pick(3) > 0 => self.exchanges().await,
                10 => self.introspects().await,
                _ if self.cast.pick(4) == 3 => return self.revokes().await,
                _ => {
                    let token = self.held.refresh.borrow().clone();
                    self.cast.leaks.refresh_tokens.borrow_mut().push((Rc::clone(&self.app), token));
                }
            }
        }
    }

    async fn calls_the_resource(&self) {
        if self.cast.now() + 5000 >= self.held.expires_at.get() {
            self.refreshes().await;
        }
        let target = ["/demo/whoami", "/demo/calendar"][self.cast.pick(2) as usize];
        let token = self.held.access.borrow().clone();
        let answer = self.cast.ocean.send(self.place, self.opens(target, &token)).await;
        if answer.is_some_and(|answer| answer.status == 401) && *self.held.access.borrow() == token {
            self.refreshes().await;
        }
    }

    /// A request to a resource with a token, and with a proof for it where it is bound to the app's key.
    pub fn opens(&self, target: &str, token: &str) -> Sent {
        match &self.app.key {
            Some(key) => {
                let sent = Sent::get(target).with("authorization", &format!("DPoP {token}"));
                dpop::proven(&self.cast, key, sent, Some(token))
            }
            None => Sent::get(target).bearer(token),
        }
    }

    /// The access token of the store.
    pub fn access_token(&self) -> String {
        self.held.access.borrow().clone()
    }

    async fn introspects(&self) {
        let token = self.held.access.borrow().clone();
        drop(self.cast.ocean.send(self.place, self.app.sent("/introspect", &[("token", &token)])).await);
    }

    async fn refreshes(&self) {
        let began = self.cast.now();
        // Everyone may ask for less.
        let scope = (self.cast.pick(6) == 5).then_some("calendar.read");
        let mut last = None;
        loop {
            // Read before each attempt: another agent may have been quicker.
            let token = self.held.refresh.borrow().clone();
            if self.held.lost.get() || last.as_ref().is_some_and(|last| *last != token) {
                return;
            }
            if self.cast.now() > began + PATIENCE {
                // Nothing came for half a minute. What it does later, it does at its own risk.
                self.cast.ocean.oracle.excuse(self.held.grant);
                return;
            }
            let sent = self.app.proven(&self.cast, self.app.refreshing(&token, scope));
            if sent.headers.contains_key("dpop") && self.cast.pick(4) == 3 {
                self.cast.leaks.proven.borrow_mut().push(sent.clone());
            }
            let answer = self.cast.ocean.send(self.place, sent).await;
            match answer {
                Some(answer) if answer.status == 200 => return self.keeps(&token, &answer),
                Some(answer) if !is_to_be_tried_again(&answer) => {
                    self.held.lost.set(true);
                    if answer.text("error").as_deref() == Some("invalid_grant") {
                        self.cast.ocean.oracle.logged_out(&self.cast.ocean, self.held.grant);
                    }
                    return;
                }
                _ => self.cast.ocean.scheduler.sleep(500 + Time::from(self.cast.pick(3000))).await,
            }
            last = Some(token);
        }
    }

    /// Only over the token that was sent: an answer that took long must not bring back an older one.
    fn keeps(&self, sent: &str, answer: &Answer) {
        if *self.held.refresh.borrow() == sent {
            let refresh = answer.text("refresh_token").unwrap_or_else(|| sent.to_owned());
            let keyring = self.cast.ocean.keyring();
            assert!(
                RefreshToken::open(keyring, &refresh).is_some_and(|token| token.grant == self.held.grant)
            );
            self.held.refresh.replace(refresh);
            self.app.verifies(&self.cast, answer);
            self.held.access.replace(answer.text("access_token").unwrap());
            self.held.expires_at.set(expiry(&self.cast, answer));
        }
    }

    async fn revokes(&self) {
        let token = match self.cast.pick(2) {
            0 => self.held.refresh.borrow().clone(),
            _ => self.held.access.borrow().clone(),
        };
        drop(self.cast.ocean.send(self.place, self.app.sent("/revoke", &[("token", &token)])).await);
    }
}
