//! The story as told by clients that nobody here wrote.

use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, RevocationUrl,
    Scope, StandardRevocableToken, TokenIntrospectionResponse, TokenResponse, TokenUrl,
};

use crate::app::App;
use crate::browser::Browser;
use crate::http::{get_as, request};
use crate::secrets;
use crate::server::Server;
use crate::walk::walk;

/// The crate's requests, by our HTTP client. It revokes over https only: TLS then ends in front of the server.
pub fn send(sent: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let url = sent.uri().to_string().replacen("https://", "http://", 1);
    let mut request = request(sent.method().as_str(), &url);
    for (name, value) in sent.headers() {
        request = request.header(name, value);
    }
    let response = request.body(sent.body().clone()).send()?;
    assert!(response.status().as_u16() < 500);
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    Ok(answer.body(response.bytes()?.to_vec()).expect("a response is a response"))
}

#[test]
fn the_oauth2_crate_walks_from_the_code_to_the_revocation() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let at = |path: &str| format!("{}{path}", server.url);
    for app in [App::anonymous(server), App::public(server)] {
        let mut client = BasicClient::new(ClientId::new(app.id.clone()))
            .set_auth_uri(AuthUrl::new(at("/authorize")).unwrap())
            .set_token_uri(TokenUrl::new(at("/token")).unwrap())
            .set_redirect_uri(RedirectUrl::new(app.redirect_uri.clone()).unwrap())
            .set_introspection_url(IntrospectionUrl::new(at("/introspect")).unwrap())
            .set_revocation_url(
                RevocationUrl::new(at("/revoke").replacen("http://", "https://", 1)).unwrap(),
            );
        if let Some(secret) = &app.secret {
            client = client.set_client_secret(ClientSecret::new(secret.clone()));
        }
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        secrets::met(verifier.secret());
        let (url, state) = client
            .authorize_url(CsrfToken::new_random)
            .add_scope(Scope::new("calendar.read".to_owned()))
            .add_scope(Scope::new("calendar.write".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let page = browser.open(url.as_str()).asks_for_consent();
        let back = browser.send(page.form().press("decision", "allow")).reply;
        assert_eq!(back.parameter("state").as_ref(), Some(state.secret()));
        let code = AuthorizationCode::new(back.parameter("code").unwrap());

        let wrong = client.exchange_code(code.clone());
        let wrong = wrong.set_pkce_verifier(PkceCodeVerifier::new("x".repeat(43))).request(&send);
        let Err(RequestTokenError::ServerResponse(error)) = wrong else { panic!("{wrong:?}") };
        assert_eq!(*error.error(), BasicErrorResponseType::InvalidGrant);

        let first = client.exchange_code(code).set_pkce_verifier(verifier).request(&send).unwrap();
        let scopes: Vec<_> = first.scopes().unwrap().iter().map(|scope| scope.as_str()).collect();
        assert_eq!(scopes, ["calendar.read", "calendar.write"]);
        assert_eq!(first.expires_in().unwrap().as_secs(), 600);
        let second = client.exchange_refresh_token(first.refresh_token().unwrap()).request(&send).unwrap();
        for token in [&first, &second] {
            secrets::met(token.access_token().secret());
            secrets::met(token.refresh_token().unwrap().secret());
        }
        get_as(second.access_token().secret(), &at("/demo/calendar")).expect(200);

        let active = |token: &AccessToken| client.introspect(token).request(&send).unwrap().active();
        if app.secret.is_some() {
            assert!(active(second.access_token()));
        }
        let refresh_token = second.refresh_token().unwrap();
        let revocable: StandardRevocableToken = refresh_token.into();
        client.revoke_token(revocable).unwrap().request(&send).unwrap();
        if app.secret.is_some() {
            assert!(!active(second.access_token()));
        }
        let dead = client.exchange_refresh_token(refresh_token).request(&send);
        assert!(matches!(dead, Err(RequestTokenError::ServerResponse(_))), "{dead:?}");
    }
}

#[test]
fn oauth4webapi_walks_from_discovery_to_the_revocation() {
    assert_eq!(walk(Server::shared(), "story.mjs", &[]).len(), 3);
}
