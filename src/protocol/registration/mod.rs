//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod document;
mod policy;
mod published;

pub use document::{ClientDocument, Management};
pub use policy::{Keeping, RegistrationRefusal, check_vouched, decide, parse_document};
pub use published::{PublishedRefusal, lists_all, read_published};
