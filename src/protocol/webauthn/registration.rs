//! Registering a passkey (WebAuthn §7.1).

use coset::cbor::value::Value;

use crate::base::base64url;
use crate::base::time::UnixTime;
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::model::id::SessionId;
use crate::model::passkey::CredentialId;
use crate::protocol::webauthn::authenticator_data::AuthenticatorData;
use crate::protocol::webauthn::client_data;
use crate::protocol::webauthn::{Ceremony, PasskeyRefusal, RelyingParty, SpentChallenge, cose_key};

/// What a registration brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Which passkey.
    pub id: CredentialId,
    /// Its key.
    pub key: Jwk,
    /// How often it has signed.
    pub counter: u32,
    /// Whether it is in more places than one.
    pub synced: bool,
    /// To be remembered.
    pub challenge: SpentChallenge,
}

/// Checks what a browser sent, base64url: `clientDataJSON` and `attestationObject`.
///
/// # Errors
/// [`PasskeyRefusal`].
pub fn register(
    client_data: &str,
    attestation: &str,
    session: SessionId,
    relying_party: RelyingParty<'_>,
    keyring: &Keyring,
    now: UnixTime,
) -> Result<Registration, PasskeyRefusal> {
    let malformed = PasskeyRefusal::Malformed;
    let client_data = base64url::decode(client_data).ok_or(malformed)?;
    let attestation = base64url::decode(attestation).ok_or(malformed)?;
    let challenge =
        client_data::check(&client_data, Ceremony::Register(session), relying_party, keyring, now)?;
    let said = authenticator_data(&attestation).ok_or(malformed)?;
    let said = AuthenticatorData::check(&said, relying_party)?;
    let (id, key) = said.credential.ok_or(malformed)?;
    Ok(Registration { id, key, counter: said.counter, synced: said.synced, challenge })
}

/// `authData` of the attestation object (§6.5.4). Its statement is not looked at: none was asked for, and nothing is
/// believed because of one.
fn authenticator_data(attestation: &[u8]) -> Option<Vec<u8>> {
    let mut rest = attestation;
    let object = cose_key::read_map(&mut rest)?.into_map().ok()?;
    if !rest.is_empty() {
        return None;
    }
    let member = |name: &str| {
        let mut found = object.iter().filter(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value);
        found.next().filter(|_| found.next().is_none())
    };
    member("fmt").and_then(Value::as_text)?;
    member("attStmt").filter(|statement| statement.is_map())?;
    member("authData").and_then(Value::as_bytes).cloned()
}
