//! Telling clients that a session is over (Back-Channel Logout §2.5).

use async_trait::async_trait;

use crate::base::entropy::Entropy;
use crate::base::form::encode_pairs;
use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::protocol::account::{LogoutTarget, Told};
use crate::protocol::oidc::{LOGOUT_TOKEN_TYPE, logout_token_claims};
use crate::store::Unavailable;
use crate::store::signing_keys::{SigningKeys, sign_jwt};
use crate::store::web::Web;

/// Where an account's notices go.
#[async_trait(?Send)]
pub trait LogoutNotices {
    /// Tells one client. Takes no longer than a post may.
    async fn notify(&self, target: &LogoutTarget, now: UnixTime) -> Told;
    /// Tells the log.
    fn log(&self, line: &str);
}

/// What a logout token is made and sent with.
pub struct BackChannel<'a> {
    /// The root keys.
    pub keyring: &'a Keyring,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The keys of ID tokens.
    pub signing_keys: &'a dyn SigningKeys,
    /// Where it goes.
    pub web: &'a dyn Web,
}

impl BackChannel<'_> {
    /// Signs a logout token and posts it.
    pub async fn notify(&self, target: &LogoutTarget, now: UnixTime) -> Told {
        let Ok(token) = self.token(target, now).await else { return Told::Unheard };
        let form = encode_pairs([("logout_token", token.as_str())]);
        // §2.8: 200 where it was done; some frameworks say 204. 400: the request is invalid, or the client failed.
        match self.web.post(&target.uri, &form).await {
            Ok(200 | 204) => Told::Heard,
            Ok(400) => Told::Refused,
            _ => Told::Unheard,
        }
    }

    async fn token(&self, target: &LogoutTarget, now: UnixTime) -> Result<String, Unavailable> {
        let claims = logout_token_claims(target, self.entropy, now);
        let (keys, keyring) = (self.signing_keys, self.keyring);
        sign_jwt(keys, keyring, target.algorithm, LOGOUT_TOKEN_TYPE, &claims, now).await
    }
}
