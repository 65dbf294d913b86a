//! What endpoints ask of the world: one trait a noun. The Worker's answers are in `edge`, memory's in [`memory`].

pub mod account_object;
pub mod accounts;
pub mod calendar;
pub mod clients;
pub mod consents;
pub mod directory;
pub mod document_cache;
pub mod grant_object;
pub mod grants;
pub mod journal;
pub mod journal_object;
pub mod logout_notices;
pub mod memory;
mod memory_directory;
mod memory_journals;
pub mod memory_signatures;
pub mod meter;
pub mod page;
pub mod passwords;
pub mod proof_memory;
pub mod rate_limits;
pub mod record;
pub mod signatures;
pub mod signing_keys;
pub mod signing_keys_object;
pub mod web;

use std::fmt;

/// Storage did not answer. The caller may try again; nothing was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
