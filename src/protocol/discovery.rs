//! Authorization server metadata (RFC 8414 §2) and that of an OpenID provider (OpenID Connect Discovery §3). Follows from the enums, so that nothing is advertised that is not there.

use serde_json::{Value, json};

use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::hs256;
use crate::model::auth_method::AuthMethod;
use crate::model::config::{Config, Registration, SignUp};
use crate::model::grant_type::GrantType;
use crate::model::issuer::Issuer;
use crate::model::pkce;
use crate::model::profile::ProfileClaim;
use crate::model::sign_in_method::SignInMethod;
use crate::protocol::authorization::{Prompt, ResponseMode};
use crate::protocol::resource::known_audiences;

/// Claims of every ID token.
const ID_TOKEN_CLAIMS: [&str; 12] =
    ["acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "iss", "nonce", "sid", "sub"];

/// The document: one for both, as clients of either kind look in either place.
pub fn authorization_server_metadata(config: &Config, issuer: &Issuer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let methods: Vec<_> = AuthMethod::ALL.iter().map(|m| m.word()).collect();
    let confidential: Vec<_> =
        AuthMethod::ALL.iter().filter(|m| m.is_confidential()).map(|m| m.word()).collect();
    let scopes: Vec<_> = config.catalogue.entries().iter().map(|e| e.name.as_str()).collect();
    let resources: Vec<_> = known_audiences(config, issuer).into_iter().map(|r| r.identifier).collect();
    let signatures: Vec<_> =
        SigningAlgorithm::ALL.map(SigningAlgorithm::word).into_iter().chain([hs256::ALGORITHM]).collect();
    let mut document = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "token_endpoint_auth_methods_supported": methods,
        "pushed_authorization_request_endpoint": at("/par"),
        "require_pushed_authorization_requests": false,
        "device_authorization_endpoint": at("/device_authorization"),
        "token_endpoint_auth_signing_alg_values_supported": signatures,
        "revocation_endpoint": at("/revoke"),
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": signatures,
        "introspection_endpoint": at("/introspect"),
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": signatures,
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ResponseMode::ALL.map(ResponseMode::word),
        "grant_types_supported": GrantType::ALL.map(GrantType::word),
        "code_challenge_methods_supported": [pkce::METHOD],
        "ui_locales_supported": ["en", "ko"],
        "authorization_response_iss_parameter_supported": true,
        "dpop_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::word),
        "client_id_metadata_document_supported": config.client_id_metadata,
        "protected_resources": resources,
    });
    let openid = openid_metadata(config, issuer);
    if let (Some(members), Value::Object(openid)) = (document.as_object_mut(), openid) {
        members.extend(openid);
    }
    if config.registration != Registration::Closed
        && let Some(members) = document.as_object_mut()
    {
        members.insert("registration_endpoint".into(), json!(at("/register")));
    }
    document
}

/// What an OpenID provider adds.
fn openid_metadata(config: &Config, issuer: &Issuer) -> Value {
    let prompts =
        Prompt::WORDS.into_iter().filter(|word| *word != "create" || config.sign_up == SignUp::Open);
    let prompts: Vec<_> = prompts.collect();
    let at = |path: &str| format!("{issuer}{path}");
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::word);
    let claims: Vec<_> =
        ID_TOKEN_CLAIMS.into_iter().chain(ProfileClaim::ALL.into_iter().map(ProfileClaim::name)).collect();
    json!({
        "jwks_uri": at("/jwks.json"),
        "userinfo_endpoint": at("/userinfo"),
        "end_session_endpoint": at("/logout"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "id_token_signing_alg_values_supported": algorithms,
        "userinfo_signing_alg_values_supported": algorithms,
        "introspection_signing_alg_values_supported": algorithms,
        "subject_types_supported": ["public", "pairwise"],
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "acr_values_supported": SignInMethod::ACRS,
        "prompt_values_supported": prompts,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}
