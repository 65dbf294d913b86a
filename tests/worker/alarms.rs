//! Alarms: a grant that is over leaves its account's list and its own storage, by itself and after a crash.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::app::{App, Tokens, metadata_with};
use crate::browser::Browser;
use crate::server::Server;

/// How many objects of a class have a record, and whether the accounts' records name `text`.
const LOOK: &str = r#"
const { DatabaseSync } = require("node:sqlite");
const { readdirSync } = require("node:fs");
const [folder, text] = process.argv.slice(1);
let records = 0, named = 0;
for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))) {
  const database = new DatabaseSync(`${folder}/${file}`);
  if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record'").get()) continue;
  const { json } = database.prepare("SELECT json FROM record").get();
  records += 1;
  if (json.includes(text)) named += 1;
}
console.log(records, named);
"#;

fn look(server: &Server, class: &str, text: &str) -> (u32, u32) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = server.state().join("state/v3/do").join(format!("postern-{class}"));
    let output = Command::new(root.join("scripts/run.sh"))
        .args(["node", "--no-warnings", "-e", LOOK])
        .arg(folder)
        .arg(text)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut numbers = said.split_whitespace().map(|number| number.parse().unwrap());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    (numbers.next().expect(&complaint), numbers.next().expect(&complaint))
}

/// Waits until `look` says what is expected; alarms come when they come.
fn wait_for(server: &Server, class: &str, text: &str, expected: (u32, u32)) {
    for _ in 0..40 {
        if look(server, class, text) == expected {
            return;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    panic!("{class}: {:?} instead of {expected:?}", look(server, class, text));
}

#[test]
fn a_grant_that_is_over_deletes_itself_and_leaves_its_accounts_list_even_after_a_crash() {
    let settings = ["CODE_TTL:1", "ACCESS_TOKEN_TTL:3"];
    let server = Server::start(&settings);
    let (browser, _) = Browser::signed_up(&server);
    let app = App::registered(
        &server,
        &metadata_with(json!({ "client_name": "Fleeting", "grant_types": ["authorization_code"] })),
    );
    // The first approval is asked for, and its record outlives its form. The second comes of what is remembered.
    app.asks_for("calendar.read").allowed_in(&browser);
    let ask = app.asks_for("calendar.read");
    let tokens = Tokens::of(&app.redeem(&ask.code_of(&browser.get(&ask.url())), &ask).expect(200));
    assert_eq!(tokens.refresh, "");
    assert_eq!(look(&server, "Grant", &app.id), (2, 2));
    assert_eq!(look(&server, "Account", "Fleeting"), (1, 1));
    let server = server.crash().restart(&settings);
    wait_for(&server, "Grant", &app.id, (1, 1));
    assert!(!server.log().contains("Uncaught"), "{}", server.log());
}
