//! The MCP server, as the SDK's own client finds its way to it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::browser::Browser;
use crate::server::Server;

#[test]
fn the_typescript_sdk_walks_from_the_address_to_the_step_up() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let mut node = Command::new("scripts/run.sh")
        .args(["node", "tests/worker/clients/mcp.mjs"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ISSUER", &server.url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut stdin = node.stdin.take().unwrap();
    let mut lines = BufReader::new(node.stdout.take().unwrap()).lines();
    let mut asked = 0;
    let last = loop {
        let line = lines.next().and_then(Result::ok).unwrap_or_default();
        if !line.starts_with("http") {
            break line;
        }
        asked += 1;
        let page = browser.open(&line).asks_for_consent();
        let back = browser.send(page.form().press("decision", "allow")).reply;
        writeln!(stdin, "{}", back.location()).unwrap();
    };
    // What failed has been printed by node.
    assert_eq!((last.as_str(), asked), ("done", 2));
    assert!(node.wait().unwrap().success());
}
