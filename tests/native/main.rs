//! The whole server on memory stores: a clock that is set by hand, seeded entropy, one file per URL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

mod access_token_ttl;
mod account;
mod admin;
mod admin_accounts;
mod admin_clients;
mod admin_events;
mod admin_keys;
mod admin_pages;
mod alarms;
mod authorize;
mod authorize_openid;
mod backchannel;
mod budget;
mod client_assertion;
mod client_credentials;
mod client_keys;
mod client_metadata_document;
mod consent;
mod console;
mod console_client;
mod credentials;
mod data;
mod delete_account;
mod demo;
mod demo_mcp;
mod device;
mod device_answer;
mod dpop;
mod event_lines;
mod events;
mod frame;
mod id_token;
mod id_token_hint;
mod introspect;
mod journal;
mod jwks;
mod limits;
mod logo;
mod logout;
mod pages;
mod par;
mod passkeys;
mod playground;
mod profile;
mod register;
mod register_manage;
mod revoke;
mod routes;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod stale;
mod token;
mod token_exchange;
mod token_exchange_bound;
mod token_refresh;
mod unavailable;
mod userinfo;
mod well_known;
