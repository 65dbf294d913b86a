//! Registering a passkey (WebAuthn §7.1).

use minicbor::Decoder;
use minicbor::data::Type;

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
    let mut decoder = Decoder::new(attestation);
    let (mut format, mut statement, mut data) = (None, None, None);
    cose_key::entries(&mut decoder, |decoder| {
        // Each of the three stands once, and there is no fourth.
        match decoder.str().ok()? {
            "fmt" if format.is_none() => format = Some(decoder.str().ok()?),
            "attStmt" if statement.is_none() => {
                let is_map = matches!(decoder.datatype().ok()?, Type::Map | Type::MapIndef);
                decoder.skip().ok()?;
                statement = is_map.then_some(());
            }
            "authData" if data.is_none() => data = Some(decoder.bytes().ok()?),
            _ => return None,
        }
        Some(())
    })?;
    let whole = decoder.position() == attestation.len();
    (whole && format.is_some() && statement.is_some()).then(|| data.map(<[u8]>::to_vec))?
}
