//! What the browser says about a ceremony (WebAuthn §5.8.1), and the authenticator signs with the rest.

use serde::Deserialize;

use crate::base::base64url;
use crate::base::json;
use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::protocol::webauthn::{Ceremony, Challenge, PasskeyRefusal, RelyingParty, SpentChallenge};

#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<String>,
}

/// Checks it: the ceremony, our challenge, our origin, and no page of another site around ours.
pub(super) fn check(
    client_data: &[u8],
    ceremony: Ceremony,
    relying_party: RelyingParty<'_>,
    keyring: &Keyring,
    now: UnixTime,
) -> Result<SpentChallenge, PasskeyRefusal> {
    let text = std::str::from_utf8(client_data).map_err(|_| PasskeyRefusal::Malformed)?;
    let said: ClientData = json::read(text).map_err(|_| PasskeyRefusal::Malformed)?;
    let kind = match ceremony {
        Ceremony::SignIn => "webauthn.get",
        Ceremony::Register(_) => "webauthn.create",
    };
    if said.r#type != kind {
        return Err(PasskeyRefusal::WrongType);
    }
    // The challenge is the text of the sealed one, as bytes.
    let challenge = base64url::decode(&said.challenge).and_then(|bytes| String::from_utf8(bytes).ok());
    let spent = challenge.and_then(|text| Challenge::open(keyring, &text, ceremony, now));
    let spent = spent.ok_or(PasskeyRefusal::Challenge)?;
    if said.origin != relying_party.0.as_str() {
        return Err(PasskeyRefusal::Origin);
    }
    if said.cross_origin || said.top_origin.is_some() {
        return Err(PasskeyRefusal::CrossOrigin);
    }
    Ok(spent)
}
