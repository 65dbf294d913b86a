//! What must hold of everything that strangers send, whatever it is. Each noun has a file, and in it a property: a
//! function of bytes that panics where a promise is broken. libFuzzer calls them with bytes that it invents
//! (`fuzz_targets/`), and `tests/replay.rs` with those that are kept in `corpus/`.

mod access_token;
mod authorization_code;
mod authorization_parameters;
mod basic_header;
mod bearer_header;
mod cache_control;
mod claims_request;
mod client_assertion;
mod client_extension;
mod client_id;
mod client_metadata;
mod cookies;
mod device_codes;
mod dpop_proof;
mod form;
mod id_token_hint;
mod jwk;
mod logout_request;
mod look_alike;
mod mcp;
mod passkey;
mod profile;
mod published_client;
mod pushed_request;
mod redirect_uri_matching;
mod redirect_uri_registration;
mod refresh_token;
mod request;
mod scope;
mod signed_jwt;
mod token_exchange;
mod user_agent;

pub mod seeds;
mod settings;
#[path = "../../tests/native/support/mod.rs"]
#[expect(missing_docs, clippy::new_without_default, reason = "the native tests' own")]
pub mod support;
mod world;

pub use access_token::access_token;
pub use authorization_code::authorization_code;
pub use authorization_parameters::authorization_parameters;
pub use basic_header::basic_header;
pub use bearer_header::bearer_header;
pub use cache_control::cache_control;
pub use claims_request::claims_request;
pub use client_assertion::client_assertion;
pub use client_extension::client_extension;
pub use client_id::client_id;
pub use client_metadata::client_metadata;
pub use cookies::cookies;
pub use device_codes::device_codes;
pub use dpop_proof::dpop_proof;
pub use form::form;
pub use id_token_hint::id_token_hint;
pub use jwk::jwk;
pub use logout_request::logout_request;
pub use look_alike::look_alike;
pub use mcp::mcp;
pub use passkey::passkey;
pub use profile::profile;
pub use published_client::published_client;
pub use pushed_request::pushed_request;
pub use redirect_uri_matching::redirect_uri_matching;
pub use redirect_uri_registration::redirect_uri_registration;
pub use refresh_token::refresh_token;
pub use request::request;
pub use scope::scope;
pub use settings::settings;
pub use signed_jwt::signed_jwt;
pub use token_exchange::token_exchange;
pub use user_agent::user_agent;

/// A property: it panics where its promise is broken.
pub type Property = fn(&[u8]);

/// Every target: one row, one file in `fuzz_targets/`, one folder in `corpus/`.
pub const TARGETS: &[(&str, Property)] = &[
    ("access_token", access_token),
    ("authorization_code", authorization_code),
    ("authorization_parameters", authorization_parameters),
    ("basic_header", basic_header),
    ("bearer_header", bearer_header),
    ("cache_control", cache_control),
    ("claims_request", claims_request),
    ("client_assertion", client_assertion),
    ("client_extension", client_extension),
    ("client_id", client_id),
    ("client_metadata", client_metadata),
    ("cookies", cookies),
    ("device_codes", device_codes),
    ("dpop_proof", dpop_proof),
    ("form", form),
    ("id_token_hint", id_token_hint),
    ("jwk", jwk),
    ("logout_request", logout_request),
    ("look_alike", look_alike),
    ("mcp", mcp),
    ("passkey", passkey),
    ("profile", profile),
    ("published_client", published_client),
    ("pushed_request", pushed_request),
    ("redirect_uri_matching", redirect_uri_matching),
    ("redirect_uri_registration", redirect_uri_registration),
    ("refresh_token", refresh_token),
    ("request", request),
    ("scope", scope),
    ("settings", settings),
    ("signed_jwt", signed_jwt),
    ("token_exchange", token_exchange),
    ("user_agent", user_agent),
];
