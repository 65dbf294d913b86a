//! A walk: a client of Node that nobody here wrote asks, and an owner in a browser allows.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::browser::Browser;
use crate::server::Server;

/// Runs `tests/worker/clients/{script}` to its end, for an owner who has just signed up. The script writes a line for each
/// authorization request, reads where the browser was sent back to, and says at last that it is done; what fails in it is
/// printed. The pages that were shown, in order.
pub fn walk(server: &Server, script: &str, more: &[(&str, &str)]) -> Vec<String> {
    let (browser, _) = Browser::signed_up(server);
    let mut node = Command::new("scripts/run.sh")
        .args(["node", &format!("tests/worker/clients/{script}")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ISSUER", &server.url)
        .envs(more.iter().copied())
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
    assert_eq!(last, "done");
    assert!(node.wait().unwrap().success());
    pages
}
