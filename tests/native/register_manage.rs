//! `/register/{client_id}` and `/register/{client_id}/secret`.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, Sent, tampered};

struct Manager<'a> {
    client: Client<'a>,
    path: String,
    token: String,
}

impl<'a> Manager<'a> {
    fn new(harness: &'a Harness, more: Value) -> Self {
        let client = Client::stored(harness, more);
        let path = format!("/register/{}", client.id);
        let token = client.registration["registration_access_token"].as_str().unwrap().to_owned();
        Self { client, path, token }
    }

    fn call(&self, method: &str, path: &str) -> Answer {
        let sent = Sent { method: method.into(), ..Sent::get(&format!("{}{path}", self.path)) };
        self.client.harness.send(sent.bearer(&self.token))
    }

    fn put(&self, document: &Value) -> Answer {
        self.client.harness.send(Sent::json("PUT", &self.path, document).bearer(&self.token))
    }

    /// What to send back to change nothing.
    fn document(&self) -> Value {
        self.call("GET", "").json()
    }

    fn works_with(&self, secret: &str) -> bool {
        let client = Client {
            harness: self.client.harness,
            id: self.client.id.clone(),
            secret: Some(secret.into()),
            redirect_uri: String::new(),
            registration: json!({}),
        };
        client.post("/introspect", &[("token", "x")]).status == 200
    }
}

#[test]
fn reading_returns_what_was_registered_but_never_the_secret_again() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({}));
    let answer = manager.call("GET", "");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let document = answer.json();
    assert_eq!(document["client_id"], manager.client.id.as_str());
    assert_eq!(document["client_name"], "Diary");
    assert_eq!(document["registration_access_token"], manager.token.as_str());
    assert_eq!(document.get("client_secret"), None);
    assert_eq!(manager.call("HEAD", "").status, 200);
}

#[test]
fn updating_replaces_everything_but_the_id() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({ "software_id": "s" }));
    let id = manager.client.id.as_str();
    let document =
        json!({ "client_id": id, "redirect_uris": ["https://new.example/cb"], "client_name": "New" });
    let answer = manager.put(&document);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["client_name"], "New");
    assert_eq!(answer.json().get("software_id"), None);
    let target = manager.client.authorize(&[("redirect_uri", Some("https://new.example/cb"))]);
    assert_eq!(harness.get(&target).status, 303);
    assert_eq!(harness.get(&manager.client.authorize(&[])).status, 400, "the old redirect URI is gone");
    assert!(manager.works_with(manager.client.secret.as_deref().unwrap()), "the secret stays");
}

#[test]
fn an_update_must_name_this_client_and_may_name_its_secret() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({}));
    let with = |name: &str, value: Value| {
        let mut document = manager.document();
        document[name] = value;
        manager.put(&document)
    };
    with("client_id", json!("another")).assert_error(400, "invalid_client_metadata");
    with("client_id", json!(null)).assert_error(400, "invalid_client_metadata");
    with("client_secret", json!("chosen")).assert_error(400, "invalid_client_metadata");
    with("client_secret", json!(1)).assert_error(400, "invalid_client_metadata");
    with("redirect_uris", json!(["javascript:x"])).assert_error(400, "invalid_redirect_uri");
    assert_eq!(with("client_secret", json!(manager.client.secret)).status, 200);
    assert_eq!(manager.document()["client_id_issued_at"], 1_800_000_000_u64);
}

#[test]
fn a_client_that_changes_its_kind_gains_or_loses_its_secret() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({ "token_endpoint_auth_method": "none" }));
    assert_eq!(manager.client.secret, None);
    let mut document = manager.document();
    document["token_endpoint_auth_method"] = json!("client_secret_basic");
    let secret = manager.put(&document).json()["client_secret"].as_str().unwrap().to_owned();
    assert!(manager.works_with(&secret));
    document["token_endpoint_auth_method"] = json!("none");
    assert_eq!(manager.put(&document).json().get("client_secret"), None);
    assert!(!manager.works_with(&secret));
}

#[test]
fn two_secrets_are_live_while_one_takes_over() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({}));
    let first = manager.client.secret.clone().unwrap();
    let rotate = || {
        let answer = manager.call("POST", "/secret");
        assert_eq!(answer.status, 201);
        answer.json()["client_secret"].as_str().unwrap().to_owned()
    };
    let second = rotate();
    assert!(manager.works_with(&first) && manager.works_with(&second));
    assert_eq!(manager.document()["client_secrets_created_at"].as_array().unwrap().len(), 2);
    let third = rotate();
    assert!(!manager.works_with(&first), "the oldest of three is gone");
    assert!(manager.works_with(&second) && manager.works_with(&third));
    assert_eq!(manager.call("DELETE", "/secret").status, 204);
    assert!(!manager.works_with(&second) && manager.works_with(&third));
    let public = Manager::new(&harness, json!({ "token_endpoint_auth_method": "none" }));
    public.call("POST", "/secret").assert_error(400, "invalid_client_metadata");
}

#[test]
fn a_deleted_client_is_unknown_everywhere() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({}));
    let browser = Browser::signed_up(&harness, "alice");
    let (access, refresh) = manager.client.tokens(&browser);
    let answer = manager.call("DELETE", "");
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        manager.call(method, "").assert_error(401, "invalid_token");
    }
    manager.client.refresh(&refresh).assert_error(401, "invalid_client");
    manager.client.post("/introspect", &[("token", &access)]).assert_error(401, "invalid_client");
    assert_eq!(browser.get(&manager.client.authorize(&[])).status, 400);
}

#[test]
fn only_its_own_token_manages_a_client() {
    let harness = Harness::new();
    let manager = Manager::new(&harness, json!({}));
    let other = Manager::new(&harness, json!({}));
    harness.memory.meter.take();
    let send = |method: &str, path: &str, token: Option<&str>| {
        let sent = Sent { method: method.into(), ..Sent::json("PUT", path, &manager.client.registration) };
        harness.send(token.map_or(sent.clone(), |token| sent.bearer(token)))
    };
    for method in ["GET", "PUT", "DELETE"] {
        for forged in tampered(&manager.token) {
            send(method, &manager.path, Some(&forged)).assert_error(401, "invalid_token");
        }
        send(method, &manager.path, None).assert_error(401, "invalid_token");
        send(method, "/register/prc_x", Some(&manager.token)).assert_error(401, "invalid_token");
    }
    assert_eq!(harness.memory.meter.take().kv_reads, 0, "junk costs nothing");
    for method in ["GET", "PUT", "DELETE"] {
        send(method, &manager.path, Some(&other.token)).assert_error(401, "invalid_token");
    }
    let sealed = Client::confidential(&harness);
    let path = format!("/register/{}", sealed.id);
    send("DELETE", &path, Some(&manager.token)).assert_error(401, "invalid_token");
    assert_eq!(manager.call("GET", "").status, 200);
    let answer = manager.call("PATCH", "");
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, PUT, DELETE, HEAD"));
}
