//! Token revocation (RFC 7009): either token of a grant ends the grant.

use crate::model::client_id::ClientId;
use crate::protocol::grant::{Command, Revoker};
use crate::protocol::introspection::PresentedToken;

/// What to tell the grant of a token in the name of the client that authenticated; the grant may still disagree. `None`
/// where the token itself says that it was issued to another (RFC 7009 §2.1).
pub fn revoke(token: PresentedToken, client_id: ClientId) -> Option<Command> {
    let revoker = match token {
        PresentedToken::Refresh(_) => Revoker::Client(client_id),
        PresentedToken::Access(access) if access.client_id == client_id => {
            Revoker::Bearer { client_id, sub: access.sub, audience: access.audience }
        }
        PresentedToken::Access(_) => return None,
    };
    Some(Command::Revoke(revoker))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;
    use crate::base::opaque::Opaque;
    use crate::base::time::UnixTime;
    use crate::jose::keyring::Keyring;
    use crate::model::id::{GrantId, Subject, SubjectId};
    use crate::model::scope::Scope;
    use crate::protocol::resource::Access;

    struct Bytes(u8);
    impl crate::base::entropy::Entropy for Bytes {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    #[test]
    fn an_access_token_is_revoked_by_its_own_client_alone() {
        let keyring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let client = |n| ClientId::stored(&keyring, &Bytes(n));
        let (sub, audience) = (Subject::public(SubjectId(Opaque([2; 16]))), "https://as.example".to_owned());
        let token = PresentedToken::Access(Box::new(Access {
            sub: sub.clone(),
            client_id: client(1),
            scope: Scope::parse("a").unwrap(),
            audience: audience.clone(),
            grant: GrantId(Opaque([5; 32])),
            expires_at: UnixTime::from_seconds(2),
            issued_at: UnixTime::from_seconds(1),
            jkt: None,
            actor: None,
            owner: None,
        }));
        let own = Command::Revoke(Revoker::Bearer { client_id: client(1), sub, audience });
        assert_eq!(revoke(token.clone(), client(1)), Some(own));
        assert_eq!(revoke(token, client(2)), None, "not even the grant is asked");
    }
}
