//! Traffic that nobody sends in good faith, and whoever else is there is served meanwhile.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, RequestBuilder};

use crate::app::{ALL, App, Tokens, metadata};
use crate::browser::Browser;
use crate::http::{
    attempt, beside, client, encode, flipped, get, get_as, in_parallel, request, send, with_form, with_json,
};
use crate::server::{Server, at_length};

/// Where the machine is slow, nothing may lapse for that.
const SETTINGS: [&str; 2] = ["CODE_TTL:600", "REFRESH_RETRY_WINDOW:3600"];
/// Longer than any answer takes on a machine that is busy with other things, and far shorter than an attack.
const SOON: Duration = Duration::from_secs(10);

/// So many, or ten times that where there is time.
fn many(count: usize) -> usize {
    if at_length() { count * 10 } else { count }
}

/// What a server keeps: each database and each value with its bytes. What a database has yet to fold into itself
/// counts as its own, or it would seem to grow when the runtime closes it.
fn stored(server: &Server) -> BTreeMap<String, u64> {
    let mut kept = BTreeMap::new();
    // Beside these, wrangler keeps traces of every request: its own, and on a developer's machine only.
    let mut folders = ["kv", "do"].map(|kind| server.state().join("state/v3").join(kind)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            // Gone in the meantime: a log that was folded into its database.
            let (path, Ok(found)) = (entry.path(), entry.metadata()) else { continue };
            let name = path.display().to_string();
            match found.is_dir() {
                true => folders.push(path),
                // Shared memory, not storage.
                false if name.ends_with("-shm") => {}
                false => *kept.entry(name.trim_end_matches("-wal").to_owned()).or_default() += found.len(),
            }
        }
    }
    kept
}

/// What is there that was not, or has more bytes than it had.
fn growth(before: &BTreeMap<String, u64>, server: &Server) -> Vec<String> {
    let grew = |(name, size): &(String, u64)| before.get(name).is_none_or(|before| size > before);
    stored(server).into_iter().filter(grew).map(|(name, size)| format!("{name}: {size}")).collect()
}

/// Does the same `count` times from eight connections that stay open. Returns the requests in a second.
fn flood(count: usize, act: impl Fn(&Client, usize) + Sync) -> f64 {
    const CONNECTIONS: usize = 8;
    let begun = Instant::now();
    in_parallel(CONNECTIONS, |connection| {
        let client = client().pool_max_idle_per_host(1).build().unwrap();
        (0..count / CONNECTIONS).for_each(|at| act(&client, at * CONNECTIONS + connection));
    });
    count as f64 / begun.elapsed().as_secs_f64()
}

#[test]
fn junk_is_refused_and_leaves_nothing_behind() {
    let server = Server::start(&SETTINGS);
    let (browser, _) = Browser::signed_up(&server);
    let apps = [App::anonymous(&server), App::vouched_for(&server, &metadata())];
    let asks = apps.each_ref().map(|app| app.asks_for(ALL));
    let tokens = apps.each_ref().map(|app| app.tokens(&browser, ALL));
    let codes = asks.each_ref().map(|ask| ask.code_without_asking(&browser.open(&ask.url())));
    let at = |path: &str| format!("{}{path}", server.url);
    let (whoami, calendar) = (at("/demo/whoami"), at("/demo/calendar"));
    get_as(&tokens[0].access, &calendar).expect(200);
    let before = stored(&server);

    let rate = flood(many(1200), |client, n| {
        let (app, ask, code, tokens) =
            (&apps[n / 6 % 2], &asks[n / 6 % 2], &codes[n / 6 % 2], &tokens[n / 6 % 2]);
        let spoilt = |text: &str| flipped(text, n * 7 % text.len());
        // The same requests as ever, over the connection of this flood.
        let on =
            |request: RequestBuilder| RequestBuilder::from_parts(client.clone(), request.build().unwrap());
        let bearer = |url: &str| client.get(url).bearer_auth(spoilt(&tokens.access));
        match n % 6 {
            0 => send(bearer(&whoami)).expect_error(401, "invalid_token"),
            1 => send(bearer(&calendar)).expect_error(401, "invalid_token"),
            2 => send(on(app.redeeming(&spoilt(code), ask))).expect_error(400, "invalid_grant"),
            3 => send(on(app.refreshing(&spoilt(&tokens.refresh)))).expect_error(400, "invalid_grant"),
            4 => send(on(app.request("/revoke", &[("token", &spoilt(&tokens.refresh))]))).expect(200),
            _ => {
                let mut forged = app.clone();
                forged.id = spoilt(&app.id);
                send(on(forged.refreshing(&tokens.refresh))).expect_error(401, "invalid_client")
            }
        };
    });
    println!("junk: {rate:.0} requests/s");
    assert_eq!(growth(&before, &server), Vec::<String>::new());
    // What was forged is as good as ever.
    for at in [0, 1] {
        apps[at].redeem(&codes[at], &asks[at]).expect(200);
        apps[at].refresh(&tokens[at].refresh).expect(200);
    }
    App::vouched_for(&server, &metadata());
    assert_ne!(growth(&before, &server), Vec::<String>::new(), "this is how it would have been seen");
}

#[test]
fn anonymous_registrations_leave_nothing_behind() {
    let server = Server::start(&SETTINGS);
    App::anonymous(&server).tokens(&Browser::signed_up(&server).0, ALL);
    let before = stored(&server);
    let url = format!("{}/register", server.url);
    let rate = flood(many(1000), |client, _| {
        send(with_json(client.post(&url), &metadata())).expect(201);
    });
    println!("anonymous registrations: {rate:.0} requests/s");
    assert_eq!(growth(&before, &server), Vec::<String>::new());
    App::vouched_for(&server, &metadata());
    assert_ne!(growth(&before, &server), Vec::<String>::new(), "this is how it would have been seen");
}

#[test]
fn bodies_and_headers_that_are_too_large_are_refused_and_harm_nobody_else() {
    let server = Server::start(&SETTINGS);
    let app = App::anonymous(&server);
    let mut tokens = app.tokens(&Browser::signed_up(&server).0, ALL);
    let at = |path: &str| format!("{}{path}", server.url);
    let refresh = || tokens = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    let ((), _, slowest) = beside(refresh, || {
        in_parallel(8, |_| {
            for size in [66_000, 1_000_000, 10_000_000] {
                let body = encode(&[("token", &"x".repeat(size))]);
                let post = request("POST", &at("/token"));
                send(with_form(post, &[]).body(body)).expect(413);
            }
            // Where the runtime itself draws a line it may answer as it likes, or hang up.
            for size in [20_000, 100_000, 1_000_000] {
                let value = "x".repeat(size);
                for (name, value) in [("cookie", format!("postern_session={value}")), ("x-header", value)] {
                    let get = request("GET", &at("/account")).header(name, value);
                    if let Some(reply) = attempt(get) {
                        assert!(matches!(reply.status, 303 | 400..500), "{size}: {}", reply.status);
                    }
                }
            }
        });
    });
    println!("beside what is too large: {slowest:?} at most");
    assert!(slowest < SOON, "{slowest:?}");
    get(&at("/healthz")).expect(200);
}

/// A connection that sends its request a byte at a time.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    fn new(server: &Server, request: String) -> Self {
        let stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        Self { stream, rest: request.into_bytes() }
    }

    fn send(&mut self, bytes: usize) {
        let bytes: Vec<_> = self.rest.drain(..bytes.min(self.rest.len())).collect();
        self.stream.write_all(&bytes).unwrap();
    }

    /// The status, once everything has been sent.
    fn status(mut self) -> String {
        self.send(usize::MAX);
        let mut line = [0; 12];
        self.stream.read_exact(&mut line).expect("a status line");
        String::from_utf8_lossy(&line[9..]).into_owned()
    }
}

#[test]
fn hundreds_of_connections_that_send_byte_by_byte_keep_nobody_waiting() {
    let server = Server::start(&SETTINGS);
    let (browser, name) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let mut tokens = app.tokens(&browser, ALL);
    let host = server.url.strip_prefix("http://").unwrap();
    let body = encode(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let form = "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic eDp4";
    let length = body.len();
    let post =
        format!("POST /token HTTP/1.1\r\nHost: {host}\r\n{form}\r\nContent-Length: {length}\r\n\r\n{body}");
    // Half of them dawdle over their headers, half over their bodies.
    let mut slow: Vec<_> = (0..200).map(|_| (Slow::new(&server, head.clone()), "200")).collect();
    slow.extend((0..200).map(|_| {
        let mut slow = Slow::new(&server, post.clone());
        slow.send(post.len() - length);
        (slow, "401")
    }));
    let mut slowest = Duration::ZERO;
    for _ in 0..15 {
        slow.iter_mut().for_each(|(slow, _)| slow.send(1));
        let begun = Instant::now();
        get(&format!("{}/healthz", server.url)).expect(200);
        tokens = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
        Browser::signed_in(&server, &name);
        slowest = slowest.max(begun.elapsed());
    }
    println!("beside {} slow connections: {slowest:?} at most", slow.len());
    assert!(slowest < SOON, "{slowest:?}");
    // Slow is not wrong: who finishes is answered. Who just leaves is not missed.
    for (slow, expected) in slow.into_iter().step_by(7) {
        assert_eq!(slow.status(), expected);
    }
    app.refresh(&tokens.refresh).expect(200);
}
