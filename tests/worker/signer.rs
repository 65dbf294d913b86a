//! Signs as clients do that prove themselves: keys that are real, in a process of node's.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{App, new_verifier};
use crate::secrets;

/// A signer.
pub struct Signer {
    process: Child,
    /// What it is told, and what it answers. It ends when the former closes.
    talk: Mutex<Option<(ChildStdin, Lines<BufReader<ChildStdout>>)>>,
    keys: Vec<Value>,
}

impl Signer {
    /// One with keys of its own.
    pub fn start() -> Self {
        let mut process = Command::new("scripts/run.sh")
            .args(["node", "tests/worker/clients/sign.mjs"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let stdin = process.stdin.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let keys = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        Self { process, talk: Mutex::new(Some((stdin, lines))), keys }
    }

    /// Its public key for an algorithm.
    #[track_caller]
    pub fn key(&self, algorithm: &str) -> &Value {
        let key = self.keys.iter().find(|key| key["alg"] == algorithm);
        key.unwrap_or_else(|| panic!("nobody signs with {algorithm} here"))
    }

    /// An assertion by which a client authenticates (RFC 7523 §3).
    #[track_caller]
    pub fn assertion(&self, app: &App, algorithm: &str, audience: &str) -> String {
        let now = now();
        let claims = json!({
            "iss": app.id, "sub": app.id, "aud": audience, "iat": now, "exp": now + 60, "jti": new_verifier(),
        });
        let header = match algorithm {
            "HS256" => json!({ "alg": algorithm }),
            _ => json!({ "alg": algorithm, "kid": self.key(algorithm)["kid"] }),
        };
        self.sign(&header, &claims, app.secret.as_deref())
    }

    /// A DPoP proof (RFC 9449 §4.2), for a request with `token`, if it has one.
    #[track_caller]
    pub fn proof(&self, algorithm: &str, method: &str, url: &str, token: Option<&str>) -> String {
        let header = json!({ "typ": "dpop+jwt", "alg": algorithm, "jwk": self.key(algorithm) });
        let mut claims = json!({ "jti": new_verifier(), "htm": method, "htu": url, "iat": now() });
        if let Some(token) = token {
            claims["ath"] = json!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
        }
        self.sign(&header, &claims, None)
    }

    #[track_caller]
    fn sign(&self, header: &Value, claims: &Value, secret: Option<&str>) -> String {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, lines) = talk.as_mut().unwrap();
        writeln!(stdin, "{}", json!({ "header": header, "claims": claims, "secret": secret })).unwrap();
        let jwt = lines.next().and_then(Result::ok).expect("a JWT");
        secrets::met(&jwt);
        jwt
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        *self.talk.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let _ = self.process.wait();
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
