//! The checks of an authorization request, in order. The first that fails is the answer.

use crate::base::base64url;
use crate::base::form::Form;
use crate::base::time::Seconds;
use crate::model::claims_request::ClaimsRequest;
use crate::model::client::Client;
use crate::model::config::Config;
use crate::model::grant_type::GrantType;
use crate::model::issuer::Issuer;
use crate::model::pkce::{self, CodeChallenge};
use crate::model::profile::ProfileClaim;
use crate::model::scope::{OFFLINE_ACCESS, OPENID, Scope};
use crate::model::sign_in_method::SignInMethod;
use crate::protocol::authorization::{AuthorizationError, AuthorizationRequest, Prompt, ResponseMode};
use crate::protocol::resource::{Audience, audience_of};

/// Longest `nonce`, in bytes: it is kept with the grant.
const MAX_NONCE: usize = 512;

/// What the checks look at.
struct Subject<'a> {
    form: &'a Form,
    client: &'a Client,
    config: &'a Config,
}

type Check = fn(&Subject<'_>) -> Result<(), AuthorizationError>;

/// One row a check: only shape and registration; what yields a value is in [`check`].
const CHECKS: [Check; 6] =
    [repeated_parameters, request_objects, response_type, response_mode, grant_type, code_challenge_method];

/// Checks a request whose client and redirect URI are proven.
///
/// # Errors
/// The first [`AuthorizationError`].
pub fn check(
    form: &Form,
    client: &Client,
    config: &Config,
    issuer: &Issuer,
) -> Result<AuthorizationRequest, AuthorizationError> {
    let subject = Subject { form, client, config };
    CHECKS.into_iter().try_for_each(|check| check(&subject))?;
    let audience = audience_of(form, config, issuer).ok_or(AuthorizationError::Resource)?;
    let claims = claims(&subject)?;
    Ok(AuthorizationRequest {
        challenge: code_challenge(&subject)?,
        scope: scope(&subject, &claims, &audience)?,
        audience: audience.identifier,
        prompt: prompt(&subject)?,
        max_age: max_age(&subject)?,
        nonce: nonce(&subject)?,
        jkt: dpop_jkt(&subject)?,
        claims,
    })
}

/// RFC 9126 §6: a client that registered `require_pushed_authorization_requests` is heard in no other way.
///
/// # Errors
/// [`AuthorizationError::PushedRequestRequired`].
pub fn check_arrival(client: &Client, pushed: bool) -> Result<(), AuthorizationError> {
    let required =
        client.metadata.extension.as_ref().is_some_and(|extension| extension.requires_pushed_requests);
    if required && !pushed { Err(AuthorizationError::PushedRequestRequired) } else { Ok(()) }
}

fn repeated_parameters(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    // RFC 6749 §3.1: "MUST NOT be included more than once". RFC 8707 §2 excepts `resource`.
    match subject.form.repeated(&["resource"]) {
        Some(name) => Err(AuthorizationError::Repeated(name.to_owned())),
        None => Ok(()),
    }
}

fn response_type(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    match subject.form.value("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(AuthorizationError::ResponseTypeUnsupported),
        None => Err(AuthorizationError::ResponseTypeMissing),
    }
}

fn request_objects(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    // OpenID Connect Core §6: who does not support them says so by name. Before anything else is missed: RFC 9101 §5 lets
    // a request object stand for all the rest.
    let has = |name| subject.form.value(name).is_some();
    if has("request") {
        Err(AuthorizationError::RequestNotSupported)
    } else if has("request_uri") {
        Err(AuthorizationError::RequestUriNotSupported)
    } else if has("registration") {
        Err(AuthorizationError::RegistrationNotSupported)
    } else {
        Ok(())
    }
}

fn response_mode(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    match subject.form.value("response_mode") {
        None => Ok(()),
        Some(word) if ResponseMode::parse(word).is_some() => Ok(()),
        Some(_) => Err(AuthorizationError::ResponseMode),
    }
}

fn grant_type(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    match subject.client.metadata.may_use(GrantType::AuthorizationCode) {
        true => Ok(()),
        false => Err(AuthorizationError::GrantTypeNotRegistered),
    }
}

fn code_challenge_method(subject: &Subject<'_>) -> Result<(), AuthorizationError> {
    match (subject.form.value("code_challenge"), subject.form.value("code_challenge_method")) {
        (None, _) => Err(AuthorizationError::ChallengeMissing),
        (Some(_), Some(pkce::METHOD)) => Ok(()),
        // RFC 7636 §4.3: no method means plain.
        (Some(_), _) => Err(AuthorizationError::ChallengeMethod),
    }
}

fn code_challenge(subject: &Subject<'_>) -> Result<CodeChallenge, AuthorizationError> {
    let text = subject.form.value("code_challenge").ok_or(AuthorizationError::ChallengeMissing)?;
    CodeChallenge::parse(text).ok_or(AuthorizationError::ChallengeMalformed)
}

fn claims(subject: &Subject<'_>) -> Result<ClaimsRequest, AuthorizationError> {
    let Some(text) = subject.form.value("claims") else { return Ok(ClaimsRequest::default()) };
    let claims = ClaimsRequest::parse(text).map_err(|_| AuthorizationError::Claims)?;
    // OpenID Connect Core §5.5.1.1: an essential acr that cannot be met is an error, not a lower answer.
    let met =
        |acr: &Vec<String>| SignInMethod::ACRS.iter().any(|known| acr.iter().any(|value| value == known));
    match &claims.essential_acr {
        Some(acr) if !met(acr) => Err(AuthorizationError::AcrUnmet),
        _ => Ok(claims),
    }
}

fn nonce(subject: &Subject<'_>) -> Result<Option<String>, AuthorizationError> {
    match subject.form.value("nonce") {
        Some(nonce) if nonce.len() > MAX_NONCE => Err(AuthorizationError::Nonce),
        nonce => Ok(nonce.map(str::to_owned)),
    }
}

/// RFC 9449 §10: the SHA-256 thumbprint of a key (RFC 7638).
fn dpop_jkt(subject: &Subject<'_>) -> Result<Option<String>, AuthorizationError> {
    match subject.form.value("dpop_jkt") {
        Some(jkt) if base64url::decode_array::<32>(jkt).is_none() => Err(AuthorizationError::DpopJkt),
        jkt => Ok(jkt.map(str::to_owned)),
    }
}

fn scope(
    subject: &Subject<'_>,
    claims: &ClaimsRequest,
    audience: &Audience,
) -> Result<Scope, AuthorizationError> {
    let catalogue = &subject.config.catalogue;
    let allowed = subject.client.metadata.allowed_scope(catalogue);
    let scope = match subject.form.value("scope") {
        Some(text) => Scope::parse(text).map_err(|_| AuthorizationError::ScopeMalformed)?,
        None => catalogue.defaults().and(&allowed),
    };
    // A claim that is asked for by name brings its scope along: the owner is asked for what will be told.
    let brought = Scope::from_tokens(claims.all().map(ProfileClaim::scope)).and(&allowed);
    let scope = if scope.contains(OPENID) { scope.or(&brought) } else { scope };
    // OpenID Connect Core §11: without a refresh token there is nothing to be offline with.
    let offline = Scope::from_tokens([OFFLINE_ACCESS]);
    let refreshes = subject.client.metadata.may_use(GrantType::RefreshToken);
    let scope = if refreshes { scope } else { scope.without(&offline) };
    if let Some(unknown) = scope.without(&allowed).tokens().next() {
        return Err(AuthorizationError::ScopeUnknown(unknown.to_owned()));
    }
    let scope = audience.narrow(scope);
    if scope.is_empty() { Err(AuthorizationError::ScopeEmpty) } else { Ok(scope) }
}

fn prompt(subject: &Subject<'_>) -> Result<Prompt, AuthorizationError> {
    subject
        .form
        .value("prompt")
        .map_or(Ok(Prompt::default()), |t| Prompt::parse(t).ok_or(AuthorizationError::Prompt))
}

fn max_age(subject: &Subject<'_>) -> Result<Option<Seconds>, AuthorizationError> {
    let Some(text) = subject.form.value("max_age") else {
        let registered =
            subject.client.metadata.extension.as_ref().and_then(|extension| extension.default_max_age);
        return Ok(registered.map(|age| Seconds(u64::from(age))));
    };
    // u32 seconds are 136 years: whoever says more means no limit, and says it wrongly.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse::<u32>().ok().filter(|_| digits).ok_or(AuthorizationError::MaxAge)?;
    Ok(Some(Seconds(u64::from(seconds))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::Entropy;
    use crate::model::client::{ClientOrigin, ClientProof};
    use crate::model::client_id::ClientId;
    use crate::model::client_metadata::ClientMetadata;
    use crate::model::metadata_uri::Reach;

    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, out: &mut [u8]) {
            out.fill(1);
        }
    }

    #[test]
    fn a_client_that_did_not_register_the_code_grant_gets_no_code() {
        let root = format!("k1:{}", base64url::encode([1; 32]));
        let (config, keyring) = Config::load(|name| match name {
            "ROOT_KEYS" => Some(root.clone()),
            "ISSUER" => Some("https://as.example".into()),
            _ => None,
        })
        .unwrap();
        let document = serde_json::json!({
            "redirect_uris": ["https://client.example/cb"], "token_endpoint_auth_method": "none",
        });
        let metadata =
            ClientMetadata::parse(document.as_object().unwrap(), &config.catalogue, Reach::Public).unwrap();
        let id = ClientId::stored(&keyring, &Ones);
        let mut client = Client { id, metadata, proof: ClientProof::None, origin: ClientOrigin::Anonymous };
        let challenge = "c".repeat(43);
        let query = format!("response_type=code&code_challenge={challenge}&code_challenge_method=S256");
        let (form, issuer) = (Form::parse(&query).unwrap(), Issuer::parse("https://as.example").unwrap());
        assert!(check(&form, &client, &config, &issuer).is_ok());
        client.metadata.grant_types = vec![GrantType::RefreshToken];
        let refused = check(&form, &client, &config, &issuer);
        assert_eq!(refused, Err(AuthorizationError::GrantTypeNotRegistered));
    }
}
