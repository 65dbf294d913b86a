//! What fuzzing starts from: the examples of the RFCs, near misses, and credentials of the fixed keys, which no fuzzer
//! would ever guess. `cargo run --example seeds` writes them into `corpus/`, and the replay sees to it that they are there.

mod credentials;
mod openid;
mod passkeys;
mod requests;
mod texts;

/// Every seed: its target, and its bytes. Their order names the files, so new ones go last among their target's.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let texts = texts::TEXTS
        .iter()
        .flat_map(|(target, texts)| texts.iter().map(|text| (*target, (*text).to_owned())));
    let requests = requests::REQUESTS.iter().map(|request| ("request", (*request).to_owned()));
    let written = texts.chain(requests).chain(credentials::all()).chain(openid::all());
    let passkeys = passkeys::all().into_iter().map(|seed| ("passkey", seed));
    written.map(|(target, text)| (target, text.into_bytes())).chain(passkeys).collect()
}

/// Every seed with its path below `corpus/`.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let seeds = all();
    let number = |at: usize| seeds[..at].iter().filter(|(target, _)| *target == seeds[at].0).count();
    let name = |at: usize| format!("{}/seed-{:02}", seeds[at].0, number(at));
    seeds.iter().enumerate().map(|(at, (_, bytes))| (name(at), bytes.clone())).collect()
}
