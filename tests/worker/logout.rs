//! Signing out for a client, and the notices that go to clients over a real connection, under real signatures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::app::{App, metadata_with};
use crate::browser::Browser;
use crate::http::{encode, post};
use crate::server::Server;

const BYE: &str = "https://diary.example/bye";

/// A client's own server, as far as notices go there.
struct Listener {
    uri: String,
    /// What it answers; 0: nothing, while the connection stays open.
    status: Arc<AtomicU16>,
    notices: Receiver<String>,
}

impl Listener {
    fn start(status: u16) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://127.0.0.1:{}/out", socket.local_addr().unwrap().port());
        let (status, (send, notices)) = (Arc::new(AtomicU16::new(status)), channel());
        let answer = Arc::clone(&status);
        std::thread::spawn(move || {
            let silent = Mutex::new(Vec::new());
            for connection in socket.incoming() {
                let Ok(mut connection) = connection else { return };
                let mut reader = BufReader::new(connection.try_clone().unwrap());
                let (mut line, mut length, mut form) = (String::new(), 0, false);
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    let header = line.trim_end().to_ascii_lowercase();
                    if let Some(value) = header.strip_prefix("content-length: ") {
                        length = value.parse().unwrap();
                    }
                    form |= header == "content-type: application/x-www-form-urlencoded";
                    line.clear();
                }
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() || !form {
                    continue;
                }
                let status = answer.load(Ordering::Relaxed);
                if send.send(String::from_utf8(body).unwrap()).is_err() {
                    return;
                }
                if status == 0 {
                    silent.lock().unwrap().push(connection);
                    continue;
                }
                let _ = write!(
                    connection,
                    "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
            }
        });
        Self { uri, status, notices }
    }

    /// The logout token of the next notice.
    #[track_caller]
    fn token(&self) -> String {
        let form = self.notices.recv_timeout(Duration::from_secs(90)).expect("a notice");
        let pairs: Vec<_> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        assert_eq!(pairs.len(), 1, "{form}");
        assert_eq!(pairs[0].0, "logout_token");
        pairs[0].1.clone()
    }

    #[track_caller]
    fn hears_nothing(&self) {
        let heard = self.notices.recv_timeout(Duration::from_millis(300));
        assert_eq!(heard, Err(RecvTimeoutError::Timeout));
    }

    fn app(&self, server: &Server, more: Value) -> App {
        let mut members = json!({ "backchannel_logout_uri": self.uri, "post_logout_redirect_uris": [BYE] });
        for (name, value) in more.as_object().unwrap() {
            members[name] = value.clone();
        }
        App::registered(server, &metadata_with(members))
    }
}

fn id_token(app: &App, browser: &Browser) -> String {
    let ask = app.asks_for("openid").with("prompt", "consent");
    let code = ask.allowed_in(browser);
    app.redeem(&code, &ask).expect(200).member("id_token")
}

#[track_caller]
fn verify(server: &Server, app: &App, id_token: &str, logout_token: &str) -> String {
    let output = Command::new("scripts/run.sh")
        .args(["node", "tests/worker/clients/logout-token.mjs"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ISSUER", &server.url)
        .env("CLIENT_ID", &app.id)
        .env("ID_TOKEN", id_token)
        .env("LOGOUT_TOKEN", logout_token)
        .output()
        .expect("node starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// As a page of the client would: a POST without cookies, and on from there with them.
#[track_caller]
fn leads(server: &Server, browser: &Browser, pairs: &[(&str, &str)]) -> crate::browser::Page {
    let sealed = post(&format!("{}/logout", server.url), pairs).expect(303);
    assert!(sealed.all("set-cookie").is_empty());
    browser.open(sealed.header("location"))
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/account").status == 200
}

#[test]
fn a_client_signs_its_owner_out_and_hears_of_it_in_a_token_that_verifies() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    for algorithm in ["RS256", "ES256"] {
        let listener = Listener::start(200);
        let app = listener.app(server, json!({ "id_token_signed_response_alg": algorithm }));
        let token = id_token(&app, &browser);
        let elsewhere = Browser::signed_in(server, &name);
        let cookies = browser.cookies();
        let state = "state of the app & more";
        let back = leads(
            server,
            &browser,
            &[("id_token_hint", &token), ("post_logout_redirect_uri", BYE), ("state", state)],
        );
        assert_eq!(back.reply.parameter("state").as_deref(), Some(state));
        assert_eq!(back.reply.location().as_str().split_once('?').unwrap().0, BYE);
        let logout_token = listener.token();
        assert_eq!(verify(server, &app, &token, &logout_token), algorithm);
        listener.hears_nothing();
        assert!(!is_signed_in(&browser) && is_signed_in(&elsewhere));
        let stolen = crate::http::send(browser.replay(&cookies, "GET", "/account"));
        assert_eq!(stolen.status, 303, "the session is over, not only its cookie");
        browser.sign_in(&name, crate::browser::PASSWORD).at("/account");
    }
    let log = server.log_once_it_says("logout_notified");
    assert!(log.contains(r#""path":"back-channel""#));
}

#[test]
fn without_an_id_token_the_owner_presses_a_button() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let listener = Listener::start(204);
    let app = listener.app(server, json!({}));
    id_token(&app, &browser);
    let pairs = [("client_id", app.id.as_str()), ("post_logout_redirect_uri", BYE)];
    let page = browser.open(&format!("/logout?{}", encode(&pairs))).at("/logout");
    let csp = page.reply.header("content-security-policy").to_owned();
    assert!(csp.ends_with("form-action 'self' https://diary.example"), "{csp}");
    let form = page.form().press("logout", "yes");
    browser.send(form.clone().forge("csrf", "x")).refuses(403);
    browser.send(form.clone().without("csrf")).refuses(403);
    assert!(is_signed_in(&browser));
    listener.hears_nothing();
    assert_eq!(browser.send(form).reply.location().as_str(), BYE);
    listener.token();
    assert!(!is_signed_in(&browser));
}

#[test]
fn what_is_not_in_order_leads_nowhere() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let listener = Listener::start(200);
    let app = listener.app(server, json!({}));
    let token = id_token(&app, &browser);
    let (payload, signature) = (token.split('.').nth(1).unwrap(), token.rsplit('.').next().unwrap());
    // {"alg":"none","typ":"JWT"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    let middle = crate::http::flipped(signature, signature.len() / 2);
    let forged = format!("{}.{middle}", token.rsplit_once('.').unwrap().0);
    let other = App::public(server);
    let back = ("post_logout_redirect_uri", BYE);
    for pairs in [
        vec![back],
        vec![("id_token_hint", none.as_str()), back],
        vec![("id_token_hint", &forged), back],
        vec![("id_token_hint", &token), ("client_id", &other.id), back],
        vec![("id_token_hint", &token), ("post_logout_redirect_uri", "https://diary.example/bye/")],
        vec![("client_id", &other.id), back],
    ] {
        browser.open(&format!("/logout?{}", encode(&pairs))).refuses(400);
        post(&format!("{}/logout", server.url), &pairs).expect(400);
    }
    assert!(is_signed_in(&browser));
    listener.hears_nothing();
}

#[test]
fn a_client_that_does_not_answer_holds_nobody_up_for_long_and_is_told_again() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    // One is silent, one is out of order, one is gone: all at once.
    let (silent, broken, gone) = (Listener::start(0), Listener::start(503), "http://127.0.0.1:9/out");
    let apps = [
        silent.app(server, json!({ "client_name": "Silent" })),
        broken.app(server, json!({ "client_name": "Broken" })),
        silent.app(server, json!({ "client_name": "Gone", "backchannel_logout_uri": gone })),
    ];
    let tokens = apps.each_ref().map(|app| id_token(app, &browser));
    let begun = Instant::now();
    let page = browser.open("/signout").at("/signout");
    let done = browser.send(page.form());
    assert!(done.reply.body.contains("You are signed out"), "{done:#?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(!is_signed_in(&browser));
    let first = [silent.token(), broken.token()];
    silent.status.store(200, Ordering::Relaxed);
    broken.status.store(200, Ordering::Relaxed);
    // A minute later, by the alarm of the account.
    for (at, listener) in [&silent, &broken].into_iter().enumerate() {
        let again = listener.token();
        assert_ne!(again, first[at], "a token of its own");
        verify(server, &apps[at], &tokens[at], &again);
        listener.hears_nothing();
    }
}
