//! OpenID Connect: what a client learns of the owner who signed in.

mod hint;
mod id_token;
mod logout_request;
mod logout_token;
mod subject;
mod userinfo;

pub use hint::{IdTokenHint, read_hint};
pub use id_token::{IdTokenFacts, id_token_claims, session_of};
pub use logout_request::{LogoutRefusal, LogoutRequest};
pub use logout_token::{LOGOUT_TOKEN_TYPE, logout_target, logout_token_claims};
pub use subject::subject_of;
pub use userinfo::{userinfo_claims, visible};
