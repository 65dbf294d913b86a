//! Servers under test. Each has a state of its own and ends with this process.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::secrets;

/// The root key of every server here: 32 bytes in base64url.
pub const ROOT_KEY: &str = "k1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
/// The initial access token.
pub const REGISTRATION_TOKEN: &str = "registration-token-of-the-tests";
/// The operator's token.
pub const ADMIN_TOKEN: &str = "admin-token-of-the-tests";

/// A running server.
pub struct Server {
    /// Its origin.
    pub url: String,
    state: PathBuf,
    process: Child,
    /// The server ends when this closes.
    stdin: Option<ChildStdin>,
    /// The processes that run the module.
    pub workerd: Vec<u32>,
}

/// Whether there is time for more of the same: `make faults` says so.
pub fn at_length() -> bool {
    std::env::var_os("FAULTS").is_some_and(|value| value == "long")
}

/// The module of a folder that scripts/build-worker.sh filled.
pub fn shipped_module(build: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(build).join("index_bg.wasm")).expect("a built module")
}

/// What is left of a server that was killed: its state and its address.
pub struct Wreck {
    state: PathBuf,
    port: String,
}

impl Server {
    /// The server that most tests share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// A server with settings of its own, each `NAME:value`.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_with_secrets(&secrets(ROOT_KEY), settings)
    }

    /// A server with settings, and with options of `scripts/serve.mjs`.
    pub fn start_with_options(settings: &[&str], options: &[&str]) -> Self {
        Self::run(new_state(&secrets(ROOT_KEY)), "0", settings, options)
    }

    /// A server of the module that a feature makes (`scripts/build-worker.sh fast FEATURE`).
    pub fn start_with_feature(feature: &str, settings: &[&str]) -> Self {
        Self::start_with_options(settings, &["--build", &format!("target/{feature}")])
    }

    /// A server with a `.dev.vars` of its own.
    pub fn start_with_secrets(secrets: &str, settings: &[&str]) -> Self {
        Self::run(new_state(secrets), "0", settings, &[])
    }

    fn run(state: PathBuf, port: &str, settings: &[&str], options: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(root.join("scripts/run.sh"));
        command.args(["node", "scripts/serve.mjs", "--port", port, "--state"]).arg(&state);
        // All tests come from one address, and hundreds of them sign up, sign in and guess.
        let limits = if settings.contains(&"RATE_LIMITS:on") { "on" } else { "off" };
        command.args(["--var", &format!("RATE_LIMITS:{limits}")]).args(options);
        for setting in settings {
            command.args(["--var", setting]);
        }
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("scripts/run.sh starts node");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the server did not start; {}", log_of(&state)));
        let url = ready["url"].as_str().expect("a url").to_owned();
        let stdin = process.stdin.take();
        let pids = ready["workerd"].as_array().into_iter().flatten();
        let workerd = pids.filter_map(|pid| pid.as_u64()?.try_into().ok()).collect();
        Self { url, state, process, stdin, workerd }
    }

    /// Kills it as a power cut would.
    pub fn crash(mut self) -> Wreck {
        let mut stdin = self.stdin.take().unwrap();
        stdin.write_all(b"crash\n").unwrap();
        self.process.wait().unwrap();
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        Wreck { state: std::mem::take(&mut self.state), port }
    }

    /// Where it keeps what it stores.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        log_of(&self.state)
    }

    /// Waits until its log says `sentence`, and returns the log.
    pub fn log_once_it_says(&self, sentence: &str) -> String {
        for _ in 0..400 {
            let log = self.log();
            if log.contains(sentence) {
                return log;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the log never said {sentence:?}");
    }
}

impl Wreck {
    /// Starts again on the same state.
    pub fn restart(self, settings: &[&str]) -> Server {
        Server::run(self.state, &self.port, settings, &[])
    }

    /// Starts again on the same state with other root keys.
    pub fn restart_with_keys(self, root_keys: &str) -> Server {
        fs::write(self.state.join(".dev.vars"), secrets(root_keys)).unwrap();
        self.restart(&[])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.stdin.take().is_some() {
            let _ = self.process.wait();
            // What a failed test leaves may be looked at.
            if !std::thread::panicking() {
                secrets::assert_none_in(&self.log());
                let _ = fs::remove_dir_all(&self.state);
            }
        }
    }
}

/// `.dev.vars` with these root keys.
pub fn secrets(root_keys: &str) -> String {
    format!(
        "ROOT_KEYS={root_keys}\nDEV=1\nREGISTRATION_TOKEN={REGISTRATION_TOKEN}\nADMIN_TOKEN={ADMIN_TOKEN}\n"
    )
}

fn log_of(state: &Path) -> String {
    fs::read_to_string(state.join("wrangler.log")).unwrap_or_default()
}

/// A folder for the state of one server, with its secrets in it.
fn new_state(secrets: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("worker");
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let state = all.join(format!("{}-{next}", std::process::id()));
    if next == 0 {
        remove_old(&all);
    }
    fs::create_dir_all(&state).expect("a folder for the state");
    fs::write(state.join(".dev.vars"), secrets).expect("secrets are written");
    state
}

/// The shared server's state outlives its run, since nothing drops a static.
fn remove_old(all: &Path) {
    let old = |entry: &fs::DirEntry| {
        let modified = entry.metadata().ok().and_then(|metadata| metadata.modified().ok());
        modified.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > Duration::from_secs(1800))
    };
    for entry in fs::read_dir(all).into_iter().flatten().flatten().filter(old) {
        let _ = fs::remove_dir_all(entry.path());
    }
}
