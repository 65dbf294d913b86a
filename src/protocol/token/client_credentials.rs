//! `grant_type=client_credentials` (RFC 6749 §4.4): a client acts for itself.

use crate::model::id::Subject;
use crate::model::scope::{STANDARD, Scope};
use crate::protocol::grant::{Command, FamilyTerms, Issue, Proven, Terms};
use crate::protocol::resource::Audience;
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::Context;
use crate::protocol::token::scope::asked_scope;

/// What a client wants for itself.
#[derive(Debug)]
pub struct OwnRequest {
    scope: Scope,
    audience: String,
}

impl OwnRequest {
    pub(super) fn parse(context: &Context<'_>, audience: Audience) -> Result<Self, TokenRefusal> {
        // RFC 6749 §4.4: "MUST only be used by confidential clients".
        if !context.client.metadata.auth_method.is_confidential() {
            return Err(TokenRefusal::GrantTypeNotRegistered);
        }
        // Nobody signs in, so there is no one to speak of (OpenID Connect Core §2), and nobody to be away.
        let allowed = context.client.metadata.allowed_scope(&context.config.catalogue);
        let allowed = allowed.without(&Scope::from_tokens(STANDARD));
        Ok(Self { scope: asked_scope(context, &allowed, &audience)?, audience: audience.identifier })
    }

    pub(super) fn into_command(self, context: &Context<'_>, proven: Proven, kid: &str) -> Command {
        let client_id = context.client.id.clone();
        Command::Issue(Issue {
            terms: Terms {
                // RFC 9068 §2.2: "the sub claim should correspond to an identifier the authorization server uses to
                // indicate the client application".
                subject: Subject::client(client_id.as_str()),
                client_id,
                owner: None,
                scope: self.scope,
                audience: self.audience,
                nonce: None,
                id_token_claims: Vec::new(),
                jkt: None,
            },
            family: FamilyTerms {
                refresh: None,
                access_ttl: context.access_ttl(),
                kid: kid.to_owned(),
                proven,
            },
        })
    }
}
