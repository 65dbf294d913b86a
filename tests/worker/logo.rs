//! Logos over a real connection: fetched from the app's own server, and answered from here.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use serde_json::json;

use crate::app::{App, metadata_with};
use crate::browser::Browser;
use crate::http::{NOTHING, flipped, get};
use crate::server::Server;

/// A picture, as far as its beginning tells; in ASCII, so that it can be compared as a text.
const GIF: &str = "GIF89a and so on";

/// An app's own server: what it has, by path, and each request that it got.
struct Site {
    origin: String,
    asked: Receiver<String>,
}

impl Site {
    fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://127.0.0.1:{}", socket.local_addr().unwrap().port());
        let (send, asked) = channel();
        std::thread::spawn(move || {
            for connection in socket.incoming() {
                let Ok(mut connection) = connection else { return };
                let mut reader = BufReader::new(connection.try_clone().unwrap());
                let (mut request, mut read) = (String::new(), 3);
                while read > 2 {
                    read = reader.read_line(&mut request).unwrap_or(0);
                }
                let path = request.split(' ').nth(1).unwrap_or_default();
                let (status, more, body) = match path {
                    "/logo.gif" => (200, "content-type: image/gif", GIF.to_owned()),
                    "/logo.svg" => (200, "content-type: image/svg+xml", "<svg/>".to_owned()),
                    "/lie.png" => (200, "content-type: image/png", GIF.to_owned()),
                    "/elsewhere.gif" => {
                        (302, "location: /logo.gif\r\ncontent-type: image/gif", GIF.to_owned())
                    }
                    "/large.gif" => (200, "content-type: image/gif", GIF.repeat(5000)),
                    _ => (404, "content-type: text/plain", String::new()),
                };
                let length = body.len();
                let _ = write!(
                    connection,
                    "HTTP/1.1 {status} x\r\n{more}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                if send.send(request.to_ascii_lowercase()).is_err() {
                    return;
                }
            }
        });
        Self { origin, asked }
    }

    /// Where the page of an app with that logo has it.
    fn logo(&self, server: &Server, browser: &Browser, path: &str) -> String {
        let members = json!({ "logo_uri": format!("{}{path}", self.origin) });
        let app = App::registered(server, &metadata_with(members));
        let page = browser.open(&app.asks_for("calendar.read").url()).asks_for_consent();
        let (_, rest) = page.reply.body.split_once("src=\"/logo/").expect("a logo");
        format!("{}/logo/{}", server.url, rest.split('"').next().unwrap())
    }
}

#[test]
fn a_logo_is_fetched_without_a_word_of_who_looks_at_it() {
    let (server, site) = (Server::shared(), Site::start());
    let (browser, _) = Browser::signed_up(server);
    let address = site.logo(server, &browser, "/logo.gif");
    assert!(site.asked.try_recv().is_err(), "only who looks at it has it fetched");
    let logo = browser.get(&address).expect(200).costs(NOTHING);
    assert_eq!((logo.header("content-type"), logo.body.as_str()), ("image/gif", GIF));
    assert_eq!(logo.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(logo.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(logo.header("cache-control"), "private, max-age=86400");
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    let asked = site.asked.recv().unwrap();
    assert!(asked.contains("\naccept: image/png, image/jpeg, image/webp, image/gif\r\n"), "{asked}");
    for word in ["cookie:", "authorization:", "referer:"] {
        assert!(!asked.contains(word), "{asked}");
    }
    get(&flipped(&address, address.len() - 3)).expect(404);
    assert!(site.asked.try_recv().is_err(), "forged");
}

#[test]
fn what_is_no_picture_is_not_found_and_a_redirect_is_not_followed() {
    let (server, site) = (Server::shared(), Site::start());
    let (browser, _) = Browser::signed_up(server);
    for path in ["/logo.svg", "/lie.png", "/elsewhere.gif", "/large.gif", "/nothing.png"] {
        get(&site.logo(server, &browser, path)).expect(404);
        assert!(site.asked.recv().unwrap().starts_with(&format!("get {path} ")));
    }
    assert!(site.asked.try_recv().is_err());
}
