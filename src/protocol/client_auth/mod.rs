//! Client authentication (RFC 6749 §2.3, RFC 7521 §4.2): what was presented, and whether it proves the client.

mod assertion;
mod authenticate;
mod presented;

pub use assertion::{ASSERTION_TYPE, AssertionFault, ClientAssertion, Place};
pub use authenticate::{AuthenticatedClient, Authentication, Claimant, authenticate};
pub use presented::{PresentedCredentials, Way};

/// Why a client is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthRefusal {
    /// The `Authorization` header is not well-formed Basic.
    MalformedBasic,
    /// No client id at all.
    NoClient,
    /// Two ways of authenticating, or two client ids that differ (RFC 6749 §2.3: "MUST NOT use more than one").
    TwoWays,
    /// It authenticates in a way it did not register.
    OtherMethod,
    /// Never issued here, deleted, or denied.
    UnknownClient,
    /// Not its secret.
    WrongSecret,
    /// Its assertion proves nothing.
    Assertion(AssertionFault),
    /// A public client where only clients that authenticate may ask.
    PublicClient,
}

impl ClientAuthRefusal {
    /// Whether this is a malformed request rather than a failed authentication.
    pub const fn is_malformed_request(self) -> bool {
        matches!(self, Self::TwoWays)
    }
}
