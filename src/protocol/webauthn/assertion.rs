//! Signing in with a passkey (WebAuthn §7.2).

use serde::{Deserialize, Serialize};

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::base::form::Form;
use crate::base::time::UnixTime;
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::model::passkey::{CredentialId, UserHandle};
use crate::protocol::webauthn::authenticator_data::AuthenticatorData;
use crate::protocol::webauthn::{
    Ceremony, PasskeyRefusal, RelyingParty, SpentChallenge, client_data, ecdsa_signature,
};

/// What an authenticator signed, with everything checked that can be without its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// Which passkey.
    pub id: CredentialId,
    /// How often it has signed, as it says.
    pub counter: u32,
    /// Whether it is in more places than one.
    pub synced: bool,
    /// To be remembered.
    pub challenge: SpentChallenge,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

/// An assertion, and whose it says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedAssertion {
    /// Whose.
    pub user: UserHandle,
    /// What was signed.
    pub assertion: Assertion,
}

impl PresentedAssertion {
    /// Reads and checks the fields `id`, `user_handle`, `client_data`, `authenticator_data` and `signature` of a form, each in
    /// base64url.
    ///
    /// # Errors
    /// [`PasskeyRefusal`].
    pub fn read(
        form: &Form,
        relying_party: RelyingParty<'_>,
        keyring: &Keyring,
        now: UnixTime,
    ) -> Result<Self, PasskeyRefusal> {
        let malformed = PasskeyRefusal::Malformed;
        let field = |name: &str| form.value(name).unwrap_or_default();
        let bytes = |name: &str| base64url::decode(field(name)).ok_or(malformed);
        let id = CredentialId::parse(field("id")).ok_or(malformed)?;
        let (client_data, data, signature) =
            (bytes("client_data")?, bytes("authenticator_data")?, bytes("signature")?);
        let challenge = client_data::check(&client_data, Ceremony::SignIn, relying_party, keyring, now)?;
        let said = AuthenticatorData::check(&data, relying_party)?;
        if said.credential.is_some() {
            return Err(malformed);
        }
        // Only now: whose it is says nobody but the sender.
        let user = UserHandle::parse(field("user_handle")).ok_or(PasskeyRefusal::UserHandle)?;
        let signed = [data.as_slice(), &sha256(&client_data)].concat();
        let (counter, synced) = (said.counter, said.synced);
        Ok(Self { user, assertion: Assertion { id, counter, synced, challenge, signed, signature } })
    }
}

impl Assertion {
    /// What has to be verified under `key`: message and signature. `None` where the signature is none.
    pub fn to_verify(&self, key: &Jwk) -> Option<(&[u8], Vec<u8>)> {
        let signature = match key {
            Jwk::Ec { .. } => ecdsa_signature::to_fixed(&self.signature)?,
            Jwk::Rsa { .. } => self.signature.clone(),
        };
        Some((&self.signed, signature))
    }
}
