//! What a client may know of the owner (OpenID Connect Core §5.3, §5.4).

use serde_json::{Map, Value, json};

use crate::model::id::Subject;
use crate::model::profile::{Profile, ProfileClaim};
use crate::model::scope::Scope;

/// The claims that these scopes open.
pub fn visible(scope: &Scope) -> impl Iterator<Item = ProfileClaim> {
    ProfileClaim::ALL.into_iter().filter(|claim| scope.contains(claim.scope()))
}

/// The answer: always `sub`, and what the scopes open.
pub fn userinfo_claims(
    subject: &Subject,
    scope: &Scope,
    profile: &Profile,
    username: &str,
) -> Map<String, Value> {
    let mut claims = profile.claims(visible(scope), username);
    claims.insert("sub".into(), json!(subject));
    claims
}
