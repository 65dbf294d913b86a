//! Token introspection (RFC 7662): what a token is, for its own client and for the resource it is meant for.

use serde_json::{Value, json};

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::model::client_id::ClientId;
use crate::model::config::Config;
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::model::refresh_token::RefreshToken;
use crate::protocol::dpop;
use crate::protocol::grant::Inspection;
use crate::protocol::resource::{Access, confirm, known_audiences, verify};

/// A token whose MAC was right. That is a filter, not a fact: the grant has the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresentedToken {
    /// An access token.
    Access(Box<Access>),
    /// A refresh token.
    Refresh(RefreshToken),
}

impl PresentedToken {
    /// Recognises a token of either kind, whatever `token_type_hint` said (RFC 7662 §2.1).
    pub fn recognise(
        keyring: &Keyring,
        config: &Config,
        issuer: &Issuer,
        token: &str,
        now: UnixTime,
    ) -> Option<Self> {
        if let Some(token) = RefreshToken::open(keyring, token) {
            return Some(Self::Refresh(token));
        }
        let resources = known_audiences(config, issuer);
        let mut audiences = vec![issuer.as_str()];
        audiences.extend(resources.iter().map(|r| r.identifier.as_str()));
        verify(keyring, issuer.as_str(), &audiences, token, now)
            .ok()
            .map(|access| Self::Access(Box::new(access)))
    }

    /// The grant to ask.
    pub fn grant(&self) -> GrantId {
        match self {
            Self::Access(access) => access.grant,
            Self::Refresh(token) => token.grant,
        }
    }
}

/// What is said of every token that the caller may know nothing about, or that is dead (RFC 7662 §2.2).
pub fn inactive() -> Value {
    json!({ "active": false })
}

/// What a caller is told of a token, with the facts of its grant.
pub fn describe(
    token: PresentedToken,
    inspection: &Inspection,
    caller: &ClientId,
    config: &Config,
    issuer: &Issuer,
    now: UnixTime,
) -> Value {
    let terms = &inspection.terms;
    let own = terms.client_id == *caller;
    let guards = |audience: &str| {
        config
            .resources
            .iter()
            .any(|r| r.identifier == audience && r.introspection_client.as_deref() == Some(caller.as_str()))
    };
    let mut told = match token {
        PresentedToken::Access(access) => match confirm(*access, inspection) {
            // Of an exchanged token, the own client is the one that exchanged it.
            Ok(access) if access.client_id == *caller || guards(&access.audience) => {
                let mut told = json!({
                    "active": true,
                    "token_type": if access.jkt.is_some() { dpop::SCHEME } else { "Bearer" },
                    "scope": access.scope,
                    "client_id": access.client_id,
                    "sub": access.sub,
                    "aud": access.audience,
                    "iss": issuer.as_str(),
                    "exp": access.expires_at.seconds(),
                    "iat": access.issued_at.seconds(),
                    "auth_time": terms.owner.map(|owner| owner.auth_time.seconds()),
                });
                // RFC 9449 §6.2.
                if let (Some(jkt), Some(members)) = (&access.jkt, told.as_object_mut()) {
                    members.insert("cnf".into(), json!({ "jkt": jkt }));
                }
                // RFC 8693 §4.1.
                if let (Some(act), Some(members)) = (&access.actor, told.as_object_mut()) {
                    members.insert("act".into(), json!(act));
                }
                told
            }
            _ => inactive(),
        },
        PresentedToken::Refresh(token) => match inspection.refresh {
            Some((generation, until)) if own && token.generation == generation && now < until => {
                json!({
                    "active": true,
                    "scope": terms.scope,
                    "client_id": terms.client_id,
                    "sub": terms.subject,
                    "aud": terms.audience,
                    "iss": issuer.as_str(),
                    "exp": until.seconds(),
                    "iat": inspection.created_at.seconds(),
                    "auth_time": terms.owner.map(|owner| owner.auth_time.seconds()),
                })
            }
            _ => inactive(),
        },
    };
    // What a grant does not have is left out: nobody signed in where a client acts for itself.
    if let Some(members) = told.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;
    use crate::base::opaque::Opaque;
    use crate::base::time::Seconds;
    use crate::model::id::{AccountId, SessionId, Subject, SubjectId};
    use crate::model::scope::Scope;
    use crate::model::sign_in_method::SignInMethod;
    use crate::protocol::grant::{Approver, Terms};

    #[test]
    fn a_refresh_token_is_inactive_from_the_moment_it_ends() {
        let root = format!("k1:{}", base64url::encode([1; 32]));
        let (config, keyring) = Config::load(|name| match name {
            "ROOT_KEYS" => Some(root.clone()),
            "ISSUER" => Some("https://as.example".into()),
            _ => None,
        })
        .unwrap();
        struct Ones;
        impl crate::base::entropy::Entropy for Ones {
            fn fill(&self, out: &mut [u8]) {
                out.fill(1);
            }
        }
        let (client_id, end) = (ClientId::stored(&keyring, &Ones), UnixTime::from_seconds(1000));
        let inspection = Inspection {
            refreshes: 0,
            place: None,
            terms: Terms {
                client_id: client_id.clone(),
                subject: Subject::public(SubjectId(Opaque([2; 16]))),
                owner: Some(Approver {
                    sub: SubjectId(Opaque([2; 16])),
                    account: AccountId(Opaque([3; 32])),
                    sid: SessionId(Opaque([4; 16])),
                    auth_time: UnixTime::from_seconds(1),
                    method: SignInMethod::Password,
                }),
                scope: Scope::parse("a").unwrap(),
                audience: "https://as.example".into(),
                nonce: None,
                id_token_claims: Vec::new(),
                jkt: None,
            },
            access_until: UnixTime::from_seconds(500),
            refresh: Some((3, end)),
            created_at: UnixTime::from_seconds(1),
            used_at: UnixTime::from_seconds(1),
            bindings: Vec::new(),
            exchanged: Vec::new(),
        };
        let issuer = Issuer::parse("https://as.example").unwrap();
        let active = |generation, now| {
            let token = PresentedToken::Refresh(RefreshToken { grant: GrantId(Opaque([5; 32])), generation });
            describe(token, &inspection, &client_id, &config, &issuer, now)["active"].clone()
        };
        assert_eq!(active(3, end.previous()), json!(true));
        assert_eq!(active(3, end), json!(false));
        assert_eq!(active(2, end.previous()), json!(false));
        assert_eq!(active(3, end.plus(Seconds(1))), json!(false));
    }
}
