//! Every kept input through its property, and every input near it: on a stable toolchain, in seconds.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use postern_fuzz::{Property, TARGETS, seeds};

/// Most inputs a target may keep, and most bytes of them all together.
const MAX_FILES: usize = 500;
const MAX_CORPUS: u64 = 1_500_000;
/// Inputs that are made up near the kept ones, for each target.
const NEAR: usize = 4_000;
/// The same for targets that start a server or compute many MACs for each input: milliseconds in a debug build.
const NEAR_DEAR: usize = 600;
const DEAR: [&str; 11] = [
    "access_token",
    "authorization_parameters",
    "client_assertion",
    "cookies",
    "dpop_proof",
    "id_token_hint",
    "jwk",
    "logout_request",
    "request",
    "settings",
    "token_exchange",
];

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn names(folder: &str) -> BTreeSet<String> {
    files(&here(folder)).iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_property_holds_of_every_kept_input_and_of_those_near_it() {
    let broken: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = TARGETS.iter().map(|target| scope.spawn(|| replay(target))).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn replay((name, property): &(&str, Property)) -> Vec<String> {
    let kept: Vec<_> = files(&here("corpus").join(name))
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    assert!(!kept.is_empty(), "{name} has no corpus");
    let each = if DEAR.contains(name) { NEAR_DEAR } else { NEAR } / kept.len();
    let near = kept.iter().flat_map(|(path, bytes)| {
        near(bytes, each).into_iter().map(move |bytes| (format!("near {path}: {bytes:?}"), bytes))
    });
    kept.iter()
        .cloned()
        .chain(near)
        .filter(|(_, bytes)| catch_unwind(|| property(bytes)).is_err())
        .map(|(path, _)| format!("{name}: {path}"))
        .collect()
}

/// `many` inputs that are shorter than `bytes` or differ in a bit, spread evenly over it.
fn near(bytes: &[u8], many: usize) -> Vec<Vec<u8>> {
    let at = |n: usize, of: usize| n * of / many.div_ceil(2).max(1);
    let cut = (0..many.div_ceil(2)).map(|n| bytes[..at(n, bytes.len())].to_vec());
    let flipped = (0..many / 2).filter(|_| !bytes.is_empty()).map(|n| {
        let bit = at(n, bytes.len() * 8);
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    });
    cut.chain(flipped).collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn every_target_is_in_the_table_in_its_file_and_in_the_manifest() {
    let table: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), table);
    assert_eq!(names("corpus"), table);
    let manifest = fs::read_to_string(here("Cargo.toml")).unwrap();
    for name in &table {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let target = fs::read_to_string(here(&format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("postern_fuzz::{name}(data)")), "{name} calls another property");
    }
}

#[test]
fn the_seeds_are_kept_as_they_are_written_and_the_corpus_stays_small() {
    for (name, bytes) in seeds::files() {
        assert_eq!(
            fs::read(here("corpus").join(&name)).ok(),
            Some(bytes),
            "{name}: cargo run --example seeds"
        );
    }
    let mut size = 0;
    for folder in files(&here("corpus")) {
        let kept = files(&folder);
        assert!(kept.len() < MAX_FILES, "{}: cargo fuzz cmin", folder.display());
        size += kept.iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>();
    }
    assert!(size < MAX_CORPUS, "{size} bytes");
}
