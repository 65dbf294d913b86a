//! Requests and replies, in the words of the tests.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

use crate::secrets;

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

/// Storage operations of one request, as `Server-Timing` tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// KV reads.
    pub reads: u32,
    /// KV writes.
    pub writes: u32,
    /// KV lists.
    pub lists: u32,
    /// Calls of objects.
    pub objects: u32,
}

/// Nothing at all.
pub const NOTHING: Spent = spent(0, 0, 0, 0);

/// So much.
pub const fn spent(reads: u32, writes: u32, lists: u32, objects: u32) -> Spent {
    Spent { reads, writes, lists, objects }
}

impl Reply {
    /// Checks the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// Checks an error as RFC 6749 §5.2 spells it.
    #[track_caller]
    pub fn expect_error(self, status: u16, error: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.member("error"), error, "{reply:#?}");
        assert!(!reply.member("error_description").is_empty(), "{reply:#?}");
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("cache-control"), "no-store");
        reply
    }

    /// Checks what it cost.
    #[track_caller]
    pub fn costs(self, budget: Spent) -> Self {
        assert_eq!(self.spent(), budget, "{} {}", self.status, self.body);
        self
    }

    /// A header; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    /// Every value of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:#?}"))
    }

    /// A text of the JSON body; empty where it is absent.
    #[track_caller]
    pub fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    /// Where it redirects to.
    #[track_caller]
    pub fn location(&self) -> Url {
        Url::parse(self.header("location")).unwrap_or_else(|_| panic!("no absolute location: {self:#?}"))
    }

    /// A parameter of where it redirects to; there must be one at most.
    #[track_caller]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let location = self.location();
        let mut values = location.query_pairs().filter(|(n, _)| n == name);
        let value = values.next().map(|(_, value)| value.into_owned());
        assert!(values.next().is_none(), "{name} stands twice in {location}");
        value
    }

    /// The storage operations it took.
    #[track_caller]
    pub fn spent(&self) -> Spent {
        let timing = self.header("server-timing");
        let of = |name: &str| {
            let entry = timing.split(", ").find_map(|entry| entry.strip_prefix(name));
            let number =
                entry.and_then(|entry| entry.strip_prefix(";desc=\"")?.strip_suffix('"')?.parse().ok());
            number.unwrap_or_else(|| panic!("no {name} in {timing:?}: {self:#?}"))
        };
        spent(of("kv-read"), of("kv-write"), of("kv-list"), of("object"))
    }
}

/// A client that follows no redirect, and has a connection for each request: what waits in a pool may be closed by the
/// other side just when it is wanted.
pub fn client() -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(60))
}

/// A request without cookies.
pub fn request(method: &str, url: &str) -> RequestBuilder {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let client = CLIENT.get_or_init(|| client().build().unwrap());
    client.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
}

/// Sends it. No answer to anything here is the server's fault.
#[track_caller]
pub fn send(request: RequestBuilder) -> Reply {
    let reply = send_to_anyone(request);
    assert!(reply.status < 500, "{reply:#?}");
    reply
}

/// Sends it to a server that is expected to be at fault.
#[track_caller]
pub fn send_to_anyone(request: RequestBuilder) -> Reply {
    receive(request).expect("an answer")
}

/// Sends it to a server that may die meanwhile. What a proxy says in place of the dead is no answer.
pub fn attempt(request: RequestBuilder) -> Option<Reply> {
    receive(request).ok().filter(|reply| reply.status < 500)
}

fn receive(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let response = request.send()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let reply = Reply { status, headers, body: response.text()? };
    secrets::met_in_json(&reply.body);
    for cookie in reply.all("set-cookie") {
        let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
        secrets::met(value.map_or("", |(_, value)| value));
    }
    if let Ok(location) = Url::parse(reply.header("location")) {
        location.query_pairs().filter(|(name, _)| name == "code").for_each(|(_, code)| secrets::met(&code));
    }
    Ok(reply)
}

/// GET.
#[track_caller]
pub fn get(url: &str) -> Reply {
    send(request("GET", url))
}

/// GET with a bearer token.
#[track_caller]
pub fn get_as(token: &str, url: &str) -> Reply {
    send(request("GET", url).bearer_auth(token))
}

/// POST of a form.
#[track_caller]
pub fn post(url: &str, pairs: &[(&str, &str)]) -> Reply {
    send(with_form(request("POST", url), pairs))
}

/// POST of JSON.
#[track_caller]
pub fn post_json(url: &str, body: &Value) -> Reply {
    send(with_json(request("POST", url), body))
}

/// Adds a form.
pub fn with_form(request: RequestBuilder, pairs: &[(&str, &str)]) -> RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded").body(encode(pairs))
}

/// Adds a JSON body.
pub fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

/// `application/x-www-form-urlencoded`.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Does the same in `count` threads that start together.
pub fn in_parallel<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(count);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|at| {
                let (start, act) = (&start, &act);
                scope.spawn(move || {
                    start.wait();
                    act(at)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Does `other` again and again for as long as `act` takes. Says how often, and how long the slowest time took.
pub fn beside<T>(mut other: impl FnMut() + Send, act: impl FnOnce() -> T) -> (T, u32, Duration) {
    /// Also where `act` panics, or its thread would wait for the other one for ever.
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let (mut times, mut slowest) = (0, Duration::ZERO);
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                other();
                slowest = slowest.max(begun.elapsed());
                times += 1;
            }
            (times, slowest)
        });
        let done = {
            let _over = Over(&over);
            act()
        };
        let (times, slowest) = others.join().unwrap();
        (done, times, slowest)
    })
}

/// `text` with the character at `at` replaced by another of the same alphabet.
pub fn flipped(text: &str, at: usize) -> String {
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}
