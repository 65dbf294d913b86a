//! What a client asks for where no browser carries the request: with its own credentials, or from a device.

use crate::model::scope::Scope;
use crate::protocol::resource::Audience;
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::Context;

/// The `scope` parameter, or what a request without one means: all of it in `allowed`, and never empty (RFC 6749 §3.3).
pub(super) fn asked_scope(
    context: &Context<'_>,
    allowed: &Scope,
    audience: &Audience,
) -> Result<Scope, TokenRefusal> {
    let scope = match context.form.value("scope") {
        Some(text) => Scope::parse(text).map_err(|_| TokenRefusal::ScopeMalformed)?,
        None => context.config.catalogue.defaults().and(allowed),
    };
    if !scope.is_within(allowed) {
        return Err(TokenRefusal::ScopeNotAllowed);
    }
    let scope = audience.narrow(scope);
    if scope.is_empty() { Err(TokenRefusal::ScopeNotAllowed) } else { Ok(scope) }
}
