//! The authorization endpoint's rules (RFC 6749 §4.1.1, OAuth 2.1 §4.1, RFC 7636, RFC 9207).

mod checks;
mod error;
mod interaction;
mod pending;
mod pushed;
mod request;
mod response_mode;
mod return_to;

pub use checks::{check, check_arrival};
pub use error::{AuthorizationError, PageRefusal};
pub use interaction::{Interaction, auth_after, decide};
pub use pending::{PendingRequest, RequestedAt};
pub use pushed::{LIFETIME as PUSHED_LIFETIME, PushedRequest};
pub use request::{AuthorizationRequest, Prompt};
pub use response_mode::ResponseMode;
pub use return_to::{Reply, ReturnTo, identify};

/// Most bytes that the parameters of a request may have together.
pub const MAX_PARAMETERS: usize = 6 * 1024;
