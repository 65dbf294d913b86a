//! Signing up: look, hash, look again.

use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::model::password::PasswordHash;
use crate::protocol::account::farewell::MAX_FAREWELLS;
use crate::protocol::account::{Account, AccountReply, Owner, SignUp, Transition};

/// Whether the name is free, before anything is hashed. One that was left is, unless it was left again and again while
/// nobody could be told.
pub fn is_free(account: &Account) -> bool {
    account.owner.is_none() && account.farewells.len() < MAX_FAREWELLS
}

/// Makes the account, unless somebody else did while the hash was computed.
pub fn finish(mut account: Account, sign_up: SignUp, hash: Secret<Vec<u8>>, now: UnixTime) -> Transition {
    if !is_free(&account) {
        return Transition::stay(AccountReply::UsernameTaken);
    }
    let password = PasswordHash { algorithm: sign_up.algorithm, salt: sign_up.salt, hash };
    let mut owner = Owner::new(sign_up.sub, sign_up.username, password, now);
    let reply = owner.begin_session(sign_up.session, now);
    account.owner = Some(owner);
    Transition::to(account, reply)
}
