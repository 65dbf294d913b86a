//! The floors of the house: each may use only those below it. Reads every import and every path in `src`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each floor, and what it may use.
const FLOORS: [(&str, &[&str]); 8] = [
    ("base", &["base"]),
    ("jose", &["base", "jose"]),
    ("model", &["base", "jose", "model"]),
    ("protocol", &["base", "jose", "model", "protocol"]),
    // Pages show refusals of the protocol in words, and nothing else of it.
    ("pages", &["base", "model", "protocol", "pages"]),
    ("store", &["base", "jose", "model", "protocol", "store"]),
    ("endpoint", &["base", "jose", "model", "protocol", "pages", "store", "endpoint"]),
    ("edge", &["base", "jose", "model", "protocol", "store", "endpoint", "edge"]),
];

/// Longest file, in lines.
const MAX_LINES: usize = 500;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every floor that `code` names as `crate::floor`.
fn used(code: &str) -> Vec<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1).map(word).collect::<Vec<String>>())
        .collect()
}

#[test]
fn imports_go_down() {
    for (floor, allowed) in FLOORS {
        for file in files(&src().join(floor)) {
            for name in used(&fs::read_to_string(&file).unwrap()) {
                assert!(allowed.contains(&name.as_str()), "{} uses crate::{name}", file.display());
            }
        }
    }
}

#[test]
fn the_table_knows_every_floor() {
    let mut folders: Vec<_> = fs::read_dir(src())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut floors: Vec<_> = FLOORS.iter().map(|(floor, _)| (*floor).to_owned()).collect();
    floors.sort();
    assert_eq!(folders, floors);
}

#[test]
fn only_the_edge_names_the_platform() {
    for (floor, _) in FLOORS.iter().filter(|(floor, _)| *floor != "edge") {
        for file in files(&src().join(floor)) {
            let code = fs::read_to_string(&file).unwrap();
            for platform in ["worker::", "js_sys", "web_sys", "wasm_bindgen"] {
                assert!(!code.contains(platform), "{} names {platform}", file.display());
            }
        }
    }
}

#[test]
fn the_protocol_waits_for_nothing_and_reads_no_clock() {
    for floor in ["base", "jose", "model", "protocol"] {
        for file in files(&src().join(floor)) {
            let code = fs::read_to_string(&file).unwrap();
            for word in ["async fn", ".await", "SystemTime", "Instant::now", "getrandom"] {
                assert!(!code.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

#[test]
fn no_room_is_too_large_to_live_in() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in files(&src()).into_iter().chain(files(&tests)) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", file.display());
    }
}

#[test]
fn the_test_itself_sees_an_upward_import() {
    assert_eq!(
        used("use crate::endpoint::World;\n// crate::edge\nlet x = crate::store::Y;"),
        ["endpoint", "store"]
    );
}
