//! The platform's rate limiting bindings. They count by key, in each of its locations apart, and approximately.

use async_trait::async_trait;

use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown};
use crate::store::rate_limits::{RateLimit, RateLimits};

const fn binding(limit: RateLimit) -> &'static str {
    match limit {
        RateLimit::Registration => "RATE_LIMIT_REGISTRATION",
        RateLimit::SignUp => "RATE_LIMIT_SIGN_UP",
        RateLimit::SignIn => "RATE_LIMIT_SIGN_IN",
        RateLimit::TokenErrors => "RATE_LIMIT_TOKEN_ERRORS",
    }
}

#[async_trait(?Send)]
impl RateLimits for Edge {
    async fn admits(&self, limit: RateLimit, key: &str) -> bool {
        match end_of(glue::admits(&self.env, binding(limit), key)).await {
            Ok(admitted) => admitted.as_bool().unwrap_or(true),
            // A limiter that is broken must not lock everybody out. Said once a request, where several are asked.
            Err(error) => {
                if !self.limiter_failed.replace(true) {
                    glue::complain(&format!("{} does not answer: {}", binding(limit), thrown(error)));
                }
                true
            }
        }
    }
}
