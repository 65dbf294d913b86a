//! Which `sub` a client sees (OpenID Connect Core §8).

use crate::model::client_metadata::ClientMetadata;
use crate::model::id::Subject;
use crate::model::session::Session;

/// The subject of whoever is signed in, for this client.
pub fn subject_of(session: &Session, client: &ClientMetadata) -> Subject {
    match client.sector() {
        Some(sector) => Subject::pairwise(session.sub, session.salt, sector),
        None => Subject::public(session.sub),
    }
}

#[cfg(test)]
mod tests {
    use crate::base::opaque::Opaque;
    use crate::model::id::{PairwiseSalt, Subject, SubjectId};

    #[test]
    fn sectors_owners_and_salts_tell_pairwise_subjects_apart() {
        let of = |sub: u8, salt: u8, sector: &str| {
            Subject::pairwise(SubjectId(Opaque([sub; 16])), PairwiseSalt(Opaque([salt; 16])), sector)
        };
        let one = of(1, 1, "a.example");
        assert_eq!(one, of(1, 1, "a.example"));
        for other in [of(2, 1, "a.example"), of(1, 2, "a.example"), of(1, 1, "b.example")] {
            assert_ne!(one, other);
        }
        assert_ne!(one, Subject::public(SubjectId(Opaque([1; 16]))));
    }
}
