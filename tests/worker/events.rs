//! What the log tells of what was done: lines that a machine can read.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::app::{ALL, App, Tokens};
use crate::browser::{Browser, PASSWORD};
use crate::http::{get_as, request, send, with_form};
use crate::secrets;
use crate::server::Server;

/// Every line of the log that is a JSON object, in order.
fn lines(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str(line.trim()).ok()).filter(Value::is_object).collect()
}

#[test]
fn every_act_is_one_line_of_json_and_a_guarded_resource_is_none() {
    let server = Server::start(&[]);
    let app = App::anonymous(&server);
    let (browser, name) = Browser::signed_up(&server);
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
    for path in ["whoami", "calendar"] {
        get_as(&tokens.access, &format!("{}/demo/{path}", server.url)).expect(200);
    }
    app.redeem(&code, &ask).expect(400);
    Browser::new(&server).sign_in(&name, "a-wrong-guess").refuses(403);
    let mut impostor = app.clone();
    impostor.secret = Some("pcs_not-the-secret".into());
    impostor.refresh(&tokens.refresh).expect(401);
    app.refresh("prt_forged").expect(400);
    // Elsewhere, as the platform would say; X-Forwarded-For is anybody's to say.
    let elsewhere = with_form(request("POST", &format!("{}/token", server.url)), &[]);
    send(elsewhere.header("cf-connecting-ip", "2001:db8:77::1").header("x-forwarded-for", "x")).expect(401);

    let log = server.log_once_it_says("NoClient");
    let lines = lines(&log);
    let told: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap_or_default()).collect();
    assert_eq!(
        told,
        [
            "client_registered",
            "signed_up",
            "access_granted",
            "code_redeemed",
            "code_replayed",
            "sign_in_refused",
            "client_authentication_failed",
            "refused",
            "client_authentication_failed",
        ],
        "{log}"
    );
    let (granted, redeemed) = (&lines[2], &lines[3]);
    assert_eq!((&granted["sub"], &granted["grant"]), (&redeemed["sub"], &redeemed["grant"]));
    assert_eq!((&redeemed["scope"], &redeemed["path"]), (&json!(ALL), &json!("/token")));
    assert_eq!(lines[7]["reason"], "ForgedGrant");
    let source = |at: usize| lines[at]["source"].as_str().unwrap();
    assert_eq!(source(0).len(), 12);
    assert_eq!(source(0), source(6));
    assert_ne!(source(0), source(8));
    secrets::met(PASSWORD);
    secrets::met("2001:db8:77::1");
    secrets::assert_none_in(&log);
    assert!(!log.contains(&name));
    assert!(lines.iter().all(|line| !line.to_string().contains("127.0.0.1")));
}

#[test]
fn a_data_set_that_is_bound_gets_every_line_and_may_fail() {
    let script = r#"
        import { readFileSync } from "node:fs";
        const source = readFileSync("src/edge/glue.js", "utf8");
        const { tell } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
        const points = [];
        const line = JSON.stringify({ event: "signed_in", at: 1, path: "/signin", source: "s", account: "a", sub: "b" });
        tell({}, line);
        tell({ EVENTS: { writeDataPoint: (point) => points.push(point) } }, line);
        tell({ EVENTS: { writeDataPoint() { throw new Error("full"); } } }, line);
        console.log(JSON.stringify(points));
    "#;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("scripts/run.sh"))
        .args(["node", "--input-type=module", "--eval", script])
        .output()
        .expect("node");
    let (said, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let said: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), 4, "{errors}");
    assert!(errors.contains("EVENTS takes no data points: Error: full"), "{errors}");
    let blobs = ["signed_in", "/signin", "s", "a", "b", "", "", "", "", "", "", "", "", ""];
    assert_eq!(said[3], json!([{ "indexes": ["signed_in"], "blobs": blobs, "doubles": [1] }]));
}

#[test]
fn the_server_serves_with_a_data_set_as_the_configuration_describes_it() {
    let toml = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("wrangler.toml")).unwrap();
    assert!(toml.contains("# [[analytics_engine_datasets]]\n# binding = \"EVENTS\""));
    let server = Server::start_with_options(&[], &["--with-events"]);
    Browser::signed_up(&server);
    let log = server.log_once_it_says("signed_up");
    assert!(!log.contains("EVENTS takes no data points"), "{log}");
    assert!(log.contains("EVENTS"), "wrangler lists its bindings: {log}");
}
