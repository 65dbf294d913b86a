//! Where a grant is made that no owner approved.

use crate::model::client_id::ClientHash;
use crate::model::id::GrantId;
use crate::protocol::grant::Proven;
use crate::store::Unavailable;
use crate::store::grants::Grants;

/// The address of a grant that a token request makes. A request that proved something with an id that is good for one use
/// comes to the address of that id, and the grant there is made once (RFC 7523 §3, `jti`): no other object has to
/// be asked. Of several ids it is the first, which is the client assertion's where there is one: who can make a new one
/// is the client itself, whatever else is sent again.
pub fn grant_address(
    grants: &dyn Grants,
    client: &ClientHash,
    proven: &Proven,
) -> Result<GrantId, Unavailable> {
    match proven.once.first() {
        None => grants.new_id(),
        Some(once) => grants.named(&format!("once:{}:{}", client.as_str(), once.id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;
    use crate::base::time::{Seconds, UnixTime};
    use crate::model::client_id::ClientId;
    use crate::model::id::Subject;
    use crate::model::scope::Scope;
    use crate::protocol::grant::{Command, FamilyTerms, GrantRefusal, Issue, Once, Reply, Terms};
    use crate::store::memory::Memory;
    use futures::executor::block_on;

    const NOW: UnixTime = UnixTime::from_seconds(1_000_000);

    fn proven(ids: &[u8]) -> Proven {
        let once = |id: &u8| Once { id: Opaque([*id; 16]), until: NOW.plus(Seconds(900)) };
        Proven { once: ids.iter().map(once).collect(), ..Proven::default() }
    }

    #[test]
    fn an_id_that_comes_again_comes_to_the_same_grant_and_only_from_its_client() {
        let memory = Memory::new(NOW);
        let hash = |byte: u8| ClientHash::parse(&Opaque([byte; 32]).to_string()).unwrap();
        let address = |client, ids: &[u8]| grant_address(&memory, &hash(client), &proven(ids)).unwrap();
        assert_eq!(address(1, &[7]), address(1, &[7]));
        assert_eq!(address(1, &[7]), address(1, &[7, 9]), "a fresh proof does not hide a spent assertion");
        assert_ne!(address(1, &[7]), address(2, &[7]));
        assert_ne!(address(1, &[7]), address(1, &[8]));
        assert_ne!(address(1, &[]), address(1, &[]));
    }

    #[test]
    fn a_spent_id_is_remembered_for_longer_than_the_token_lives() {
        let memory = Memory::new(NOW);
        let client_id: ClientId = serde_json::from_str("\"prc_x\"").unwrap();
        let terms = Terms {
            subject: Subject::client(client_id.as_str()),
            client_id: client_id.clone(),
            owner: None,
            scope: Scope::parse("a").unwrap(),
            audience: "https://as.example".into(),
            nonce: None,
            id_token_claims: Vec::new(),
            jkt: None,
        };
        let send = || {
            let proven = proven(&[7]);
            let grant = grant_address(&memory, &client_id.hash(), &proven).unwrap();
            let family = FamilyTerms { refresh: None, access_ttl: Seconds(600), kid: "k1".into(), proven };
            let issue = Issue { terms: terms.clone(), family };
            block_on(memory.send(grant, Command::Issue(issue))).unwrap()
        };
        assert!(matches!(send(), Reply::Issued(issued) if issued.refresh.is_none()));
        for seconds in [0, 600, 899] {
            memory.now.set(NOW.plus(Seconds(seconds)));
            block_on(memory.run_alarms()).unwrap();
            assert_eq!(send(), Reply::Refused(GrantRefusal::AlreadyCreated), "{seconds}");
        }
        memory.now.set(NOW.plus(Seconds(900)));
        block_on(memory.run_alarms()).unwrap();
        assert_eq!(memory.objects().0, 0);
    }
}
