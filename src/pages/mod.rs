//! The pages people see: escaped HTML as functions of view structs. No inline script, no inline style.

pub mod account;
pub mod account_data;
pub mod account_delete;
pub mod account_sections;
pub mod account_sessions;
pub mod admin;
pub mod admin_accounts;
pub mod admin_clients;
pub mod admin_events;
pub mod admin_keys;
pub mod assets;
pub mod consent;
pub mod console;
pub mod console_client;
pub mod console_delete;
pub mod console_form;
pub mod console_snippets;
pub mod console_test;
pub mod date;
pub mod device;
pub mod evidence;
pub mod form_post;
pub mod layout;
pub mod message;
pub mod passkeys;
pub mod password;
pub mod playground;
mod playground_drawing;
pub mod profile;
pub mod recovery;
pub mod sign_in;
pub mod sign_out;
pub mod start;
pub mod text;

/// A hidden CSRF field's value, made for the browser that sees the page.
pub type Csrf<'a> = &'a str;
