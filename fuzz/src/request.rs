//! Whole requests, to any address, with any header and body: whatever comes, the answer is one that promises allow.

use std::collections::BTreeMap;

use serde_json::json;
use url::Url;

use crate::support::{ADMIN_TOKEN, Answer, Browser, CHALLENGE, Client, Harness, REGISTRATION_TOKEN, Sent};

/// Most requests of one input.
const MAX_REQUESTS: usize = 4;
/// Between two requests of an input.
const SEPARATOR: &[u8] = b"\n---\n";

/// Requests, one after another in one world: `METHOD target`, header lines, an empty line, the body. `{words}` in braces
/// stand for what a world has in which an owner, an app and an operator are at work: see [`words`].
pub fn request(data: &[u8]) {
    let harness = Harness::new();
    let words = if named(data) { words(&harness) } else { Vec::new() };
    for piece in split(data).into_iter().take(MAX_REQUESTS) {
        let Some(sent) = read(piece, &words) else { return };
        // The harness itself fails on a 5xx.
        let answer = harness.send(sent.clone());
        well_formed(&sent, &answer);
    }
}

const NAMES: [&str; 17] = [
    "{access_token}",
    "{admin}",
    "{authorization_request}",
    "{basic}",
    "{challenge}",
    "{client_id}",
    "{client_secret}",
    "{code}",
    "{consent}",
    "{cookie}",
    "{csrf}",
    "{initial}",
    "{manage}",
    "{refresh_token}",
    "{stored_id}",
    "{visitor}",
    "{visitor_csrf}",
];

fn named(data: &[u8]) -> bool {
    NAMES.iter().any(|name| data.windows(name.len()).any(|window| window == name.as_bytes()))
}

/// What a world has after its first minutes: credentials that are good, as they would be sent.
fn words(harness: &Harness) -> Vec<(&'static str, String)> {
    let client = Client::confidential(harness);
    let stored = Client::stored(harness, json!({}));
    let visitor = Browser::new(harness);
    let page = visitor.follow(visitor.get(&client.authorize(&[])));
    let sign_in = Browser::form(&page.body, "/signin");
    let owner = Browser::signed_up(harness, "owner");
    let (access_token, refresh_token) = client.tokens(&owner);
    let code = client.code(&owner);
    let page = owner.follow(owner.get(&client.authorize(&[("prompt", Some("consent"))])));
    let consent = Browser::form(&page.body, "/consent");
    let cookies = |browser: &Browser<'_>| {
        let cookies = browser.cookies.borrow();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    };
    let values = [
        access_token,
        ADMIN_TOKEN.into(),
        sign_in.value("authorization_request").into(),
        client.basic(),
        CHALLENGE.into(),
        client.id.clone(),
        client.secret.clone().unwrap_or_default(),
        code,
        consent.value("consent").into(),
        cookies(&owner),
        consent.value("csrf").into(),
        REGISTRATION_TOKEN.into(),
        stored.registration["registration_access_token"].as_str().unwrap_or_default().into(),
        refresh_token,
        stored.id.clone(),
        cookies(&visitor),
        sign_in.value("csrf").into(),
    ];
    NAMES.into_iter().zip(values).collect()
}

fn split(data: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR) {
        pieces.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    pieces.push(rest);
    pieces
}

/// A request as the platform would hand it on: it lets no line break into a header, and no blank into a target.
fn read(piece: &[u8], words: &[(&str, String)]) -> Option<Sent> {
    let end = piece.windows(2).position(|window| window == b"\n\n").unwrap_or(piece.len());
    let (head, body) = (&piece[..end], piece.get(end + 2..).unwrap_or_default());
    let said =
        |text: &str| words.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    let head = said(std::str::from_utf8(head).ok()?);
    let body = std::str::from_utf8(body).map_or_else(|_| body.to_vec(), |text| said(text).into_bytes());
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    if !target.starts_with('/') || !target.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()))
        .collect();
    Some(Sent { method: method.into(), target: target.into(), headers, body })
}

fn well_formed(sent: &Sent, answer: &Answer) {
    let content_type = answer.header("content-type");
    match answer.status {
        200 | 201 => {}
        204 => assert!(answer.body.is_empty()),
        303 => leads_somewhere(answer.header("location")),
        405 => assert!(!answer.header("allow").is_empty()),
        400..=499 => {}
        other => panic!("{other}: {sent:?}"),
    }
    match content_type {
        "application/json" => {
            let json = answer.json();
            let fails = answer.status >= 400;
            assert_eq!(json["error"].is_string(), fails, "{sent:?} {answer:?}");
            assert_eq!(json["error_description"].is_string(), fails);
            // What everybody may know may be kept, by whoever asked for nothing of his own.
            let public = sent.target.starts_with("/.well-known/") && !fails;
            assert!(public || answer.header("cache-control") == "no-store", "{answer:?}");
        }
        "text/html; charset=utf-8" => {
            assert!(
                answer.header("content-security-policy").starts_with("default-src 'none'; "),
                "{answer:?}"
            );
            // Ours have an address, and nothing inside.
            let ours =
                |rest: &&str| rest.starts_with(" src=\"/static/") && rest.contains("\" defer></script>");
            assert!(answer.body.split("<script").skip(1).all(|rest| ours(&rest)), "a script in {answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        "" => assert!(answer.body.is_empty()),
        _ => assert_eq!(answer.status, 200),
    }
    // Endpoints with CORS never read cookies; pages never have CORS.
    let open = answer.headers.contains_key("access-control-allow-origin");
    assert!(!open || !answer.headers.contains_key("set-cookie"), "{answer:?}");
    assert!(!open || content_type != "text/html; charset=utf-8", "{answer:?}");
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("ASCII");
        assert!(cookie.starts_with("__Host-postern_"), "{cookie}");
        for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
    }
}

/// A redirect goes to a page here, or to where a client may be.
fn leads_somewhere(location: &str) {
    if location.starts_with('/') {
        return assert!(!location.starts_with("//") && !location.contains('\\'), "{location}");
    }
    let url = Url::parse(location).expect("an absolute URI");
    let allowed = match url.scheme() {
        "https" => true,
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")),
        scheme => scheme.contains('.'),
    };
    assert!(allowed && url.fragment().is_none() && url.username().is_empty(), "{location}");
}
