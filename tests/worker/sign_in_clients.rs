//! Signing in, by relying parties that nobody here wrote. Each finds everything through discovery.

use std::io::Write;
use std::process::{Command, Stdio};

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientRegistrationRequest, CoreGrantType,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    RedirectUrl, Scope, SubjectIdentifier, TokenResponse,
};

use crate::app::REDIRECT_URI;
use crate::browser::Browser;
use crate::clients::send;
use crate::secrets;
use crate::server::Server;

#[test]
fn the_openidconnect_crate_signs_people_in() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let page = browser.open("/account/profile");
    browser.send(page.form().fill("name", "Alice").fill("email", "alice@example.com"));
    let issuer = IssuerUrl::new(server.url.clone()).unwrap();
    let provider = CoreProviderMetadata::discover(&issuer, &send).unwrap();
    let mut subjects = Vec::new();
    for (algorithm, userinfo, subject_type) in [
        (CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, None, CoreSubjectIdentifierType::Public),
        (
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Some(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
            CoreSubjectIdentifierType::Pairwise,
        ),
    ] {
        let redirect_uri = RedirectUrl::new(REDIRECT_URI.to_owned()).unwrap();
        let registered = CoreClientRegistrationRequest::new(vec![redirect_uri.clone()], Default::default())
            .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
            .set_id_token_signed_response_alg(Some(algorithm.clone()))
            .set_userinfo_signed_response_alg(userinfo.clone())
            .set_subject_type(Some(subject_type))
            .register(provider.registration_endpoint().expect("a registration endpoint"), &send)
            .unwrap();
        let (id, secret) = (registered.client_id().clone(), registered.client_secret().cloned());
        let client =
            CoreClient::from_provider_metadata(provider.clone(), id, secret).set_redirect_uri(redirect_uri);

        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        secrets::met(verifier.secret());
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        let scopes = ["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned()));
        let (url, state, nonce) = request.add_scopes(scopes.clone()).set_pkce_challenge(challenge).url();
        let page = browser.open(url.as_str()).asks_for_consent();
        let back = browser.send(page.form().press("decision", "allow")).reply;
        assert_eq!(back.parameter("state").as_ref(), Some(state.secret()));
        let code = AuthorizationCode::new(back.parameter("code").unwrap());
        let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request(&send).unwrap();

        // Signature, issuer, audience, expiry, nonce; and then the hash of the access token.
        let trusts = client.id_token_verifier();
        let id_token = tokens.id_token().expect("an ID token");
        let claims = id_token.claims(&trusts, &nonce).unwrap();
        assert_eq!(id_token.signing_alg().unwrap(), &algorithm);
        let hash = AccessTokenHash::from_token(
            tokens.access_token(),
            &algorithm,
            id_token.signing_key(&trusts).unwrap(),
        );
        assert_eq!(Some(&hash.unwrap()), claims.access_token_hash());
        subjects.push(claims.subject().clone());
        // The crate refuses what answers another request, or was issued to another client.
        assert!(id_token.claims(&trusts, &Nonce::new_random()).is_err());
        let other = openidconnect::ClientId::new("other".to_owned());
        let other = CoreClient::from_provider_metadata(provider.clone(), other, None);
        assert!(id_token.claims(&other.id_token_verifier(), &nonce).is_err());

        let ask = |subject: SubjectIdentifier| {
            let request = client.user_info(tokens.access_token().clone(), Some(subject)).unwrap();
            request.require_signed_response(userinfo.is_some()).request(&send)
        };
        let told: CoreUserInfoClaims = ask(claims.subject().clone()).unwrap();
        assert_eq!(told.preferred_username().map(|said| said.as_str()), Some(name.as_str()));
        assert_eq!(told.email().map(|said| said.as_str()), Some("alice@example.com"));
        assert_eq!(told.email_verified(), Some(false));
        let wrong: Result<CoreUserInfoClaims, _> = ask(SubjectIdentifier::new("another".to_owned()));
        assert!(wrong.is_err());

        let refresh_token = tokens.refresh_token().expect("a refresh token");
        let again = client.exchange_refresh_token(refresh_token).unwrap().request(&send).unwrap();
        for token in [tokens.access_token(), again.access_token()] {
            secrets::met(token.secret());
        }
        let none = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("a nonce".to_owned()));
        let second = again.id_token().expect("an ID token").claims(&trusts, none).unwrap();
        assert_eq!((second.subject(), second.auth_time()), (claims.subject(), claims.auth_time()));

        // Silently, as the one that the ID token names; and not where that is not possible.
        let silently = |scopes: Vec<Scope>| {
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            secrets::met(verifier.secret());
            let request = client.authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            );
            let request = request.add_prompt(CoreAuthPrompt::None).set_id_token_hint(id_token);
            let (url, ..) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
            browser.open(url.as_str()).reply
        };
        assert!(silently(scopes.to_vec()).parameter("code").is_some());
        let more = silently(vec![Scope::new("calendar.read".to_owned())]);
        assert_eq!(more.parameter("error").as_deref(), Some("consent_required"));
    }
    assert_ne!(subjects[0], subjects[1], "pairwise");
}

/// Runs a client that is written in JavaScript. It signs up an owner, and fills in the pages by itself.
#[track_caller]
pub fn run(script: &str) {
    run_at(Server::shared(), script, "optional");
}

#[track_caller]
fn run_at(server: &Server, script: &str, nonce: &str) {
    let output = Command::new("scripts/run.sh")
        .args(["node", "--no-warnings", &format!("tests/worker/clients/{script}")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ISSUER", &server.url)
        .env("NONCE", nonce)
        .stdin(Stdio::null())
        .output()
        .expect("node starts");
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{failed}");
    if said.starts_with("skipped: ") {
        // Past what captures the output of a test that passes.
        let _ = writeln!(std::io::stderr(), "{script} {said}");
    } else {
        assert!(said.ends_with("done\n"), "{said}{failed}");
    }
}

#[test]
fn openid_client_signs_people_in() {
    run("openid-client.mjs");
}

#[test]
fn oauth4webapi_signs_people_in() {
    run("oauth4webapi.mjs");
}

#[test]
fn passport_signs_people_in_to_a_web_site() {
    run("passport.mjs");
}

#[test]
fn a_page_in_a_browser_signs_its_visitor_in() {
    run("page.mjs");
}

#[test]
fn a_page_in_a_browser_learns_the_nonce_where_it_is_required() {
    run_at(&Server::start(&["DPOP_NONCE:required"]), "page.mjs", "required");
}
