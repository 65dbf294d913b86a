//! One file per URL family: load, decide, store, render. No protocol rule lives here.

pub mod request;
pub mod response;
pub mod routes;

mod account;
mod account_data;
mod account_delete;
mod account_passkeys;
mod account_password;
mod account_recovery;
mod admin;
mod admin_pages;
mod audit;
mod authorize;
mod browser;
mod client;
mod connected;
mod consent;
mod console;
mod console_client;
mod console_edit;
mod console_form;
mod console_register;
mod console_test;
mod demo;
mod demo_mcp;
mod device;
mod device_authorization;
mod dpop;
mod form;
mod grant_address;
mod guard;
mod hint;
mod introspect;
mod journal;
mod language;
mod limits;
mod logo;
mod logout;
mod operator_journal;
mod par;
mod playground;
mod profile;
mod published;
mod register;
mod register_manage;
mod revoke;
mod sessions;
mod sign;
mod sign_in;
mod sign_in_passkey;
mod sign_in_recovery;
mod sign_out;
mod sign_up;
mod signed_in;
mod start;
mod static_files;
mod token;
mod userinfo;
mod well_known;

use std::cell::{Cell, OnceCell};

use crate::base::base64url;
use crate::base::entropy::{Entropy, random_array};
use crate::base::time::UnixTime;
use crate::endpoint::response::Response;
use crate::jose::keyring::Keyring;
use crate::model::client_id::ClientHash;
use crate::model::config::Config;
use crate::model::issuer::Issuer;
use crate::store::Unavailable;
use crate::store::accounts::Accounts;
use crate::store::calendar::Calendars;
use crate::store::clients::Clients;
use crate::store::consents::Consents;
use crate::store::directory::Directory;
use crate::store::grants::Grants;
use crate::store::journal::Journals;
use crate::store::proof_memory::ProofMemory;
use crate::store::rate_limits::RateLimits;
use crate::store::signatures::Signatures;
use crate::store::signing_keys::SigningKeys;
use crate::store::web::Web;

/// Everything an endpoint may ask for, passed explicitly.
pub struct World<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The keys.
    pub keyring: &'a Keyring,
    /// Who we are, as this request reached us.
    pub issuer: Issuer,
    /// The time of this request.
    pub now: UnixTime,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Clients.
    pub clients: &'a dyn Clients,
    /// Consents.
    pub consents: &'a dyn Consents,
    /// The directory of accounts.
    pub directory: &'a dyn Directory,
    /// Grants.
    pub grants: &'a dyn Grants,
    /// Accounts.
    pub accounts: &'a dyn Accounts,
    /// Calendars.
    pub calendars: &'a dyn Calendars,
    /// Journals.
    pub journals: &'a dyn Journals,
    /// Rate limits.
    pub rate_limits: &'a dyn RateLimits,
    /// The keys of ID tokens.
    pub signing_keys: &'a dyn SigningKeys,
    /// Other people's signatures.
    pub signatures: &'a dyn Signatures,
    /// Other people's documents.
    pub web: &'a dyn Web,
    /// DPoP proofs that were seen.
    pub proofs: &'a dyn ProofMemory,
    /// Whether the answer says the nonce of the next DPoP proof: where there was one, or should have been.
    pub gives_nonce: Cell<bool>,
    /// The client that this request is about, where a developer registered it: what is wrong goes into its journal.
    pub developed: OnceCell<ClientHash>,
    /// What this request is called in the log and on the page that refuses it. Made when it is asked for.
    pub id: OnceCell<String>,
}

impl World<'_> {
    /// What this request is called.
    pub fn request_id(&self) -> &str {
        self.id.get_or_init(|| base64url::encode(random_array::<9>(self.entropy)))
    }
}

/// Why a handler stops early.
pub enum Halt {
    /// With this answer.
    Answer(Box<Response>),
    /// Because storage does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for Halt {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl From<Response> for Halt {
    fn from(response: Response) -> Self {
        Self::Answer(Box::new(response))
    }
}

/// What a handler gives.
pub type Handled = Result<Response, Halt>;
