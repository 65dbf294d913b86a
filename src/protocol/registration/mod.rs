//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod document;
mod policy;
mod published;

pub use document::{ClientDocument, Management};
pub use policy::{Keeping, RegistrationRefusal, decide, parse_document, vouched};
pub use published::{PublishedRefusal, lists_all, read_published};
