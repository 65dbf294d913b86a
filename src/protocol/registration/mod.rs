//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod document;
mod policy;

pub use document::{ClientDocument, Management};
pub use policy::{Keeping, RegistrationRefusal, decide, parse_document, vouched};
