//! The console: its programs are run as they stand, by whoever would run them; and what an app did wrong is told.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::app::App;
use crate::browser::{Browser, Page};
use crate::secrets;
use crate::server::Server;

/// A folder of its own for each program.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/snippets").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Registers an app of a kind; the page that is shown once.
#[track_caller]
fn registered(browser: &Browser, kind: &str) -> Page {
    let form = browser.open("/console/register").form().choose("kind", kind).fill("client_name", "Diary");
    let page = browser.send(form.fill("redirect_uris", "https://diary.example/it's"));
    assert_eq!(page.reply.status, 200, "{page:#?}");
    for id in ["#client_secret", "#registration_access_token"] {
        secrets::met(&page.texts(id).concat());
    }
    page
}

/// Runs a program to its end, and is the owner who allows it.
#[track_caller]
fn run(server: &Server, browser: &Browser, command: &mut Command) {
    let name = format!("{command:?}");
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut program = started.unwrap_or_else(|error| panic!("{name} cannot be run: {error}"));
    let mut stdin = program.stdin.take().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines().map_while(Result::ok);
    let link = lines.find(|line| line.starts_with(&server.url)).unwrap_or_else(|| panic!("{name}: no link"));
    let page = browser.open(&link);
    // Whoever has allowed an app is not asked again.
    let back = match page.reply.status {
        303 => page.reply,
        _ => browser.send(page.asks_for_consent().form().press("decision", "allow")).reply,
    };
    writeln!(stdin, "{}", back.location()).unwrap();
    let rest: Vec<_> = lines.collect();
    assert!(program.wait().unwrap().success(), "{name}: {rest:?}");
    assert!(rest.iter().any(|line| line.contains("calendar.read")), "{name}: {rest:?}");
    assert!(rest.last().is_some_and(|line| line.starts_with("Refreshed: ")), "{name}: {rest:?}");
}

/// Writes a program of the page where its first lines say, and how to run it.
fn program(page: &Page, folder: &Path, id: &str) -> Command {
    let code = page.texts(&format!("#snippet-{id}")).concat();
    let with = |command: &str, arguments: &[&str]| {
        let mut run = Command::new(command);
        run.args(arguments).current_dir(folder);
        run
    };
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/.bin/node");
    let (file, run) = match id {
        "curl" => ("app.sh", with("sh", &["app.sh"])),
        "javascript" => ("app.mjs", with(node.to_str().unwrap(), &["app.mjs"])),
        "python" => ("app.py", with("python3", &["app.py"])),
        _ => ("src/main.rs", with("cargo", &["run", "--quiet"])),
    };
    fs::write(folder.join(file), code).unwrap();
    run
}

#[test]
fn each_program_of_the_page_lives_the_whole_story() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for kind in ["web", "page"] {
        let page = registered(&browser, kind);
        for id in ["curl", "javascript", "python"] {
            run(server, &browser, &mut program(&page, &folder(&format!("{kind}-{id}")), id));
        }
    }
    // Later the secret is not on the page: it comes from where the program says.
    let page = registered(&browser, "web");
    let secret = page.texts("#client_secret").concat();
    let later = browser.open(&page.links("/console/clients/")[0].replace("/edit", ""));
    assert!(!later.reply.body.contains(&secret));
    for id in ["curl", "javascript", "python"] {
        let mut command = program(&later, &folder(&format!("later-{id}")), id);
        run(server, &browser, command.env("CLIENT_SECRET", &secret));
    }
}

#[test]
fn the_program_in_rust_builds_with_what_its_page_says_and_lives_the_whole_story() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let folder = folder("rust");
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/snippets/target");
    for kind in ["web", "page"] {
        let page = registered(&browser, kind);
        // Once for both: what was added before stays as it is.
        if !folder.join("Cargo.lock").exists() {
            let _ = fs::remove_file(folder.join("Cargo.toml"));
            let setup = page.texts("#setup-rust").concat();
            let set_up = Command::new("sh").args(["-euc", &setup]).current_dir(&folder).status();
            assert!(set_up.expect("sh").success(), "{setup}");
        }
        let mut command = program(&page, &folder, "rust");
        run(server, &browser, command.env("CARGO_TARGET_DIR", &target));
    }
}

#[test]
fn the_page_of_an_app_tells_what_it_did_wrong_and_keeps_it_from_others() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let page = registered(&browser, "web");
    let id = page.texts("#client_id").concat();
    let secret = page.texts("#client_secret").concat();
    let app = App::of(server, &serde_json::json!({ "client_id": id, "client_secret": secret }));
    // It is written down after the answer has gone out.
    let noted = |sentence: &str| {
        for _ in 0..50 {
            if browser.open(&format!("/console/clients/{id}")).reply.body.contains(sentence) {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        false
    };
    assert!(noted("Nothing went wrong within a day."));
    let impostor = App::of(server, &serde_json::json!({ "client_id": app.id, "client_secret": "pcs_x" }));
    impostor
        .token(&[("grant_type", "refresh_token"), ("refresh_token", "x")])
        .expect_error(401, "invalid_client");
    assert!(noted("The client secret is wrong."));
    let ask = app.asks_for("calendar.read");
    Browser::new(server).get(&ask.url().replace("diary.example", "evil.example")).expect(400);
    assert!(noted("is not one that the app registered"));
    let (stranger, _) = Browser::signed_up(server);
    stranger.get(&format!("/console/clients/{id}")).expect(404);
}
