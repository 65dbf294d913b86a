//! What the README tells people to run, run as it stands there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::app::{ALL, App};
use crate::audience::{API, audience_key, claims, forge, server_with_resources, tokens_for};
use crate::browser::Browser;
use crate::http::flipped;
use crate::server::{ADMIN_TOKEN, Server};

/// The fenced block that follows a comment in the README.
fn snippet(marker: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let after = readme.split(&format!("<!-- {marker} -->")).nth(1).unwrap_or_else(|| panic!("no {marker}"));
    let fenced = after.trim_start().strip_prefix("```").expect("a fenced block right after the comment");
    let (_, code) = fenced.split_once('\n').unwrap();
    code.split("\n```").next().unwrap().to_owned()
}

#[test]
fn the_offline_verification_of_the_readme_tells_good_tokens_from_bad_ones() {
    let (server, _) = server_with_resources();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let keys = audience_key(server, ADMIN_TOKEN, &json!(API)).expect(200);
    let (key, keys) = (keys.json()["keys"][0].clone(), keys.body);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("readme-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let programs = [("verify.js", "verify.mjs", "node"), ("verify.py", "verify.py", "python3")];
    for (marker, file, interpreter) in programs {
        let code = snippet(marker);
        assert!(code.lines().count() <= 20, "short enough to be read");
        fs::write(folder.join(file), code).unwrap();
        let verify = |token: &str| -> Output {
            Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/run.sh"))
                .arg(interpreter)
                .arg(folder.join(file))
                .envs([("JWKS", keys.as_str()), ("AUDIENCE", API), ("ISSUER", &server.url), ("TOKEN", token)])
                .output()
                .unwrap_or_else(|error| panic!("{interpreter}: {error}"))
        };
        let elsewhere = tokens_for(&app, &browser, &server.url).access;
        let good = tokens_for(&app, &browser, API).access;
        let output = verify(&good);
        assert!(output.status.success(), "{interpreter}: {}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).expect("the claims as JSON");
        assert_eq!((&said["aud"], &said["client_id"]), (&json!(API), &json!(app.id)));
        assert_eq!(said["scope"], "calendar.read");

        let dot = |nth: usize| good.match_indices('.').nth(nth).unwrap().0;
        let header = &good[..dot(0)];
        let with = |name: &str, value: Value| {
            let mut claims = claims(&good);
            claims[name] = value;
            forge(&key, header, &claims)
        };
        assert!(verify(&with("scope", json!("anything"))).status.success(), "the key's holder makes its own");
        for (bad, what) in [
            (flipped(&good, dot(0) - 3), "another header"),
            (flipped(&good, dot(0) + 40), "other claims"),
            (flipped(&good, dot(1) + 1), "another signature"),
            (format!("{}.", &good[..dot(1)]), "no signature"),
            (elsewhere, "a token of the issuer for itself"),
            (with("aud", json!("https://other.example.com")), "another audience"),
            (with("iss", json!("https://another.example")), "another issuer"),
            (with("exp", json!(said["iat"].as_u64().unwrap() - 1)), "an expired token"),
        ] {
            let output = verify(&bad);
            assert!(!output.status.success() && output.stdout.is_empty(), "{interpreter} takes {what}");
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_curl_commands_of_the_readme_tell_the_whole_story() {
    let server = Server::shared();
    let output = Command::new("bash")
        .args(["-c", &snippet("story")])
        .env("POSTERN", &server.url)
        .output()
        .expect("bash, curl and openssl");
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let [whoami, added, calendar, refreshed, refused] = said.as_slice() else { panic!("{said:#?}") };
    assert_eq!(whoami["scope"], ALL);
    assert_eq!(added["title"], "Dentist");
    assert_eq!(calendar["entries"], json!([added]));
    assert!(refreshed["access_token"].is_string() && refreshed["refresh_token"].is_string());
    assert_eq!(refused["error"], "invalid_grant");
}
