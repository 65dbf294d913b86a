//! What must hold of everything that strangers send, whatever it is. Each noun has a file, and in it a property: a
//! function of bytes that panics where a promise is broken. libFuzzer calls them with bytes that it invents
//! (`fuzz_targets/`), and `tests/replay.rs` with those that are kept in `corpus/`.

mod access_token;
mod authorization_code;
mod authorization_parameters;
mod basic_header;
mod bearer_header;
mod client_id;
mod client_metadata;
mod cookies;
mod form;
mod mcp;
mod redirect_uri_matching;
mod redirect_uri_registration;
mod refresh_token;
mod request;
mod scope;

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
pub use client_id::client_id;
pub use client_metadata::client_metadata;
pub use cookies::cookies;
pub use form::form;
pub use mcp::mcp;
pub use redirect_uri_matching::redirect_uri_matching;
pub use redirect_uri_registration::redirect_uri_registration;
pub use refresh_token::refresh_token;
pub use request::request;
pub use scope::scope;
pub use settings::settings;

/// A property: it panics where its promise is broken.
pub type Property = fn(&[u8]);

/// Every target: one row, one file in `fuzz_targets/`, one folder in `corpus/`.
pub const TARGETS: &[(&str, Property)] = &[
    ("access_token", access_token),
    ("authorization_code", authorization_code),
    ("authorization_parameters", authorization_parameters),
    ("basic_header", basic_header),
    ("bearer_header", bearer_header),
    ("client_id", client_id),
    ("client_metadata", client_metadata),
    ("cookies", cookies),
    ("form", form),
    ("mcp", mcp),
    ("redirect_uri_matching", redirect_uri_matching),
    ("redirect_uri_registration", redirect_uri_registration),
    ("refresh_token", refresh_token),
    ("request", request),
    ("scope", scope),
    ("settings", settings),
];
