//! CSRF tokens: what ties a form to the browser it was shown in.
//!
//! A token is the MAC of the browser's binding: the session, or before sign-in a random cookie that was set with the
//! form. Nothing is stored, and a token of one session is worth nothing in another.

use crate::base::base64url;
use crate::jose::keyring::{Accepts, Keyring};
use crate::model::id::{BrowserId, SessionId};
use crate::model::purpose::CSRF_LABEL;

/// What a form is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A signed-in session.
    Session(SessionId),
    /// A browser that has not signed in.
    Visitor(BrowserId),
}

impl Binding {
    /// The token for a form that is shown now.
    pub fn token(&self, keyring: &Keyring) -> String {
        let kid = keyring.signing_kid();
        let tag = keyring.key(kid, CSRF_LABEL, Accepts::Current).map(|key| key.sign(&self.message()));
        format!("{kid}.{}", base64url::encode(tag.unwrap_or_default()))
    }

    /// Whether a posted token belongs to this browser.
    pub fn admits(&self, keyring: &Keyring, token: &str) -> bool {
        let Some((kid, tag)) = token.split_once('.') else { return false };
        let Some(key) = keyring.key(kid, CSRF_LABEL, Accepts::Current) else { return false };
        base64url::decode(tag).is_some_and(|tag| key.verifies(&self.message(), &tag))
    }

    fn message(&self) -> Vec<u8> {
        let (kind, id) = match self {
            Self::Session(id) => (b's', id.0.0),
            Self::Visitor(id) => (b'v', id.0.0),
        };
        [&[kind], id.as_slice()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;

    #[test]
    fn a_token_belongs_to_one_binding() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let session = Binding::Session(SessionId(Opaque([1; 16])));
        let token = session.token(&ring);
        assert!(session.admits(&ring, &token));
        for other in
            [Binding::Session(SessionId(Opaque([2; 16]))), Binding::Visitor(BrowserId(Opaque([1; 16])))]
        {
            assert!(!other.admits(&ring, &token));
        }
        for forged in ["", ".", "k1.", "k1.AA", "k2.AA", &token[1..], &format!("{token}A")] {
            assert!(!session.admits(&ring, forged), "{forged}");
        }
    }
}
