//! What the authenticator says (WebAuthn §6.1): for whom, whether somebody was there and showed who they are, how often it
//! has signed, and at registration the new key.

use crate::base::digest::sha256;
use crate::jose::jwk::Jwk;
use crate::model::passkey::CredentialId;
use crate::protocol::webauthn::cose_key;
use crate::protocol::webauthn::{PasskeyRefusal, RelyingParty};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const CREDENTIAL_INCLUDED: u8 = 0x40;
const EXTENSIONS_INCLUDED: u8 = 0x80;

/// What it says, checked.
#[derive(Debug)]
pub(super) struct AuthenticatorData {
    pub(super) counter: u32,
    pub(super) synced: bool,
    /// At registration.
    pub(super) credential: Option<(CredentialId, Jwk)>,
}

impl AuthenticatorData {
    /// Reads it to its last byte, and checks what holds for both ceremonies.
    pub(super) fn check(bytes: &[u8], relying_party: RelyingParty<'_>) -> Result<Self, PasskeyRefusal> {
        let malformed = PasskeyRefusal::Malformed;
        let (rp_id_hash, rest) = bytes.split_at_checked(32).ok_or(malformed)?;
        let (flags, rest) = rest.split_first().ok_or(malformed)?;
        let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or(malformed)?;
        if rp_id_hash != sha256(relying_party.id()) {
            return Err(PasskeyRefusal::RelyingParty);
        }
        let has = |flag: u8| flags & flag != 0;
        if !has(USER_PRESENT) {
            return Err(PasskeyRefusal::UserNotPresent);
        }
        if !has(USER_VERIFIED) {
            return Err(PasskeyRefusal::UserNotVerified);
        }
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(PasskeyRefusal::BackupState);
        }
        let credential = match has(CREDENTIAL_INCLUDED) {
            true => Some(credential(&mut rest)?),
            false => None,
        };
        if has(EXTENSIONS_INCLUDED) {
            // None was asked for; what is there all the same must be a map (§6.1), and is not looked at.
            cose_key::skip_map(&mut rest).ok_or(malformed)?;
        }
        if !rest.is_empty() {
            return Err(malformed);
        }
        let (counter, synced) = (u32::from_be_bytes(*counter), has(BACKED_UP));
        Ok(Self { counter, synced, credential })
    }
}

/// §6.5.1: which model of authenticator, the id, the key.
fn credential(rest: &mut &[u8]) -> Result<(CredentialId, Jwk), PasskeyRefusal> {
    let malformed = PasskeyRefusal::Malformed;
    let (_aaguid, after) = rest.split_first_chunk::<16>().ok_or(malformed)?;
    let (length, after) = after.split_first_chunk::<2>().ok_or(malformed)?;
    let (id, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(malformed)?;
    *rest = after;
    let key = cose_key::read(rest)?;
    Ok((CredentialId::of_bytes(id).ok_or(malformed)?, key))
}
