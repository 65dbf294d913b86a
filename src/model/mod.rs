//! The nouns of OAuth as parsed values. None of them decides about a request.

pub mod access_token;
pub mod auth_method;
pub mod authorization_code;
pub mod catalogue;
pub mod client;
pub mod client_id;
pub mod client_metadata;
pub mod client_secret;
pub mod config;
pub mod consent;
pub mod event;
pub mod grant_type;
pub mod id;
pub mod issuer;
pub mod language;
pub mod metadata_uri;
pub mod network;
pub mod password;
pub mod pkce;
pub mod purpose;
pub mod redirect_uri;
pub mod refresh_token;
pub mod resource;
pub mod scope;
pub mod session;
pub mod username;
