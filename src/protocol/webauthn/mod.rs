//! Passkeys: Web Authentication (WebAuthn Level 3), the relying party's half. Registration reads what an authenticator
//! made (§7.1), sign-in checks what it signed (§7.2). No attestation is asked for, so none is believed.

mod assertion;
mod authenticator_data;
mod challenge;
mod client_data;
mod cose_key;
mod ecdsa_signature;
mod registration;

pub use assertion::{Assertion, PresentedAssertion};
pub use challenge::{Ceremony, Challenge, SpentChallenge};
pub use registration::{Registration, register};

use crate::model::issuer::Issuer;

/// The relying party: where passkeys of this server work.
#[derive(Clone, Copy, Debug)]
pub struct RelyingParty<'a>(pub &'a Issuer);

impl<'a> RelyingParty<'a> {
    /// Its id (§4, "RP ID"): the host of the issuer. Passkeys belong to it for good.
    pub fn id(self) -> &'a str {
        let authority = self.0.as_str().split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            // The address of a host has brackets, and no passkeys.
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

/// Why a passkey is not taken, or does not sign in. The owner hears one sentence, the log hears this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// Something that is no passkey's answer at all.
    Malformed,
    /// §7.1 step 7, §7.2 step 11: the other ceremony, or none.
    WrongType,
    /// A challenge that we did not make, for something else, for another session, or too long ago.
    Challenge,
    /// §7.1 step 9, §7.2 step 13: another site asked the authenticator.
    Origin,
    /// §7.1 step 10, §7.2 step 14: a page of ours inside a page of another site.
    CrossOrigin,
    /// §7.1 step 14, §7.2 step 16: a passkey of another relying party.
    RelyingParty,
    /// §7.1 step 15, §7.2 step 17: nobody touched the authenticator.
    UserNotPresent,
    /// §7.1 step 16, §7.2 step 18: nobody showed that they are the one.
    UserNotVerified,
    /// §6.1.3: backed up, and not able to be.
    BackupState,
    /// §7.1 step 21: a key of a kind that was not asked for, or none.
    Key,
    /// §7.2 step 6: nobody's.
    UserHandle,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relying_party_is_the_host_without_its_port() {
        for (issuer, id) in [
            ("https://auth.example.com", "auth.example.com"),
            ("https://auth.example.com:8443", "auth.example.com"),
            ("http://localhost:8787", "localhost"),
            ("http://[::1]:8787", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            let issuer = Issuer::parse(issuer).unwrap();
            assert_eq!(RelyingParty(&issuer).id(), id);
        }
    }
}
