//! Clients that prove themselves with real keys, and clients whose id is an address, by openid-client.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::browser::Browser;
use crate::server::Server;

#[test]
fn openid_client_signs_with_keys_and_secrets_and_publishes_itself() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let mut node = Command::new("scripts/run.sh")
        .args(["node", "tests/worker/clients/assertion.mjs"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ISSUER", &server.url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut stdin = node.stdin.take().unwrap();
    let mut lines = BufReader::new(node.stdout.take().unwrap()).lines();
    let mut pages = Vec::new();
    let last = loop {
        let line = lines.next().and_then(Result::ok).unwrap_or_default();
        if !line.starts_with("http") {
            break line;
        }
        let page = browser.open(&line).asks_for_consent();
        let back = browser.send(page.form().press("decision", "allow")).reply;
        pages.push(page.reply.body);
        writeln!(stdin, "{}", back.location()).unwrap();
    };
    // What failed has been printed by node.
    assert_eq!((last.as_str(), pages.len()), ("done", 5));
    assert!(node.wait().unwrap().success());
    // The last two never registered: what is known of them is where they are from.
    let published: Vec<_> =
        pages.iter().map(|page| page.contains("This app is published by 127.0.0.1:")).collect();
    assert_eq!(published, [false, false, false, true, true]);
}
