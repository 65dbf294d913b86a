//! The ID token (OpenID Connect Core §2, §3.1.3.6, §12.2).

use serde_json::{Map, Value, json};

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::base::time::Seconds;
use crate::model::client_id::ClientId;
use crate::model::id::SessionId;
use crate::model::issuer::Issuer;
use crate::protocol::grant::Issued;

/// What an ID token says beside what the grant knows.
#[derive(Debug)]
pub struct IdTokenFacts<'a> {
    /// Who signs.
    pub issuer: &'a Issuer,
    /// The access token it comes with.
    pub access_token: &'a str,
    /// How long it is good for.
    pub lifetime: Seconds,
    /// Whether the code was just redeemed. §12.2: at a refresh it "SHOULD NOT have a nonce Claim".
    pub first: bool,
    /// Claims about the owner that were asked for by name.
    pub profile: Map<String, Value>,
}

/// The claims; `None` where there is no owner to speak of.
pub fn id_token_claims(issued: &Issued, facts: IdTokenFacts<'_>) -> Option<Map<String, Value>> {
    let terms = &issued.terms;
    let owner = terms.owner?;
    let mut claims = facts.profile;
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("iss", json!(facts.issuer.as_str()));
    say("sub", json!(terms.subject));
    say("aud", json!(terms.client_id));
    say("azp", json!(terms.client_id));
    say("exp", json!(issued.issued_at.plus(facts.lifetime).seconds()));
    say("iat", json!(issued.issued_at.seconds()));
    say("auth_time", json!(owner.auth_time.seconds()));
    say("acr", json!(owner.method.acr()));
    say("amr", json!(owner.method.amr()));
    say("at_hash", json!(half_hash(facts.access_token)));
    say("sid", json!(session_of(owner.sid, &terms.client_id)));
    if let Some(nonce) = terms.nonce.as_ref().filter(|_| facts.first) {
        say("nonce", json!(nonce));
    }
    Some(claims)
}

/// §3.1.3.6: "the left-most half of the hash of the octets of the ASCII representation of the access_token".
fn half_hash(token: &str) -> String {
    base64url::encode(sha256(token).get(..16).unwrap_or_default())
}

/// `sid` (Back-Channel Logout §2.1): the session as this client sees it, so that no two clients can compare theirs.
pub fn session_of(sid: SessionId, client: &ClientId) -> String {
    let said = [b"postern/sid".as_slice(), &sid.0.0, client.as_str().as_bytes()].concat();
    base64url::encode(sha256(said).get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_hash_of_appendix_a_4() {
        // c_hash of the example, which is made in the same way (OpenID Connect Core §3.3.2.11).
        let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
        assert_eq!(half_hash(code), "LDktKdoQak3Pk0cnXxCltA");
    }
}
