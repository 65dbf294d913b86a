//! Every secret that any test has met, so that the log can be searched for them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

static MET: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Remembers one.
pub fn met(secret: &str) {
    // Shorter ones are found in any log by chance.
    if secret.len() >= 12 {
        MET.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }
}

/// Remembers those of a JSON answer.
pub fn met_in_json(body: &str) {
    let Ok(Value::Object(object)) = serde_json::from_str(body) else { return };
    for name in ["access_token", "refresh_token", "client_secret", "registration_access_token", "device_code"]
    {
        if let Some(secret) = object.get(name).and_then(Value::as_str) {
            met(secret);
        }
    }
}

/// Checks that a log tells none of them.
#[track_caller]
pub fn assert_none_in(log: &str) {
    for secret in MET.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        assert!(!log.contains(secret), "the log says {secret}");
    }
}
