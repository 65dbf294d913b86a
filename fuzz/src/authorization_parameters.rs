//! Authorization requests: who may be redirected where, and what is asked of the owner.

use http::HeaderValue;
use postern::base::form::{Form, encode_pairs};
use postern::base::opaque::Opaque;
use postern::base::time::Seconds;
use postern::jose::sealed;
use postern::model::client::{Client, ClientOrigin, ClientProof};
use postern::model::client_id::ClientId;
use postern::model::client_metadata::ClientMetadata;
use postern::model::config::Config;
use postern::model::id::{GrantId, SessionId, SubjectId};
use postern::model::metadata_uri::Reach;
use postern::model::pkce::CodeChallenge;
use postern::model::profile::ProfileClaim;
use postern::model::purpose::REQUEST;
use postern::protocol::authorization::{
    AuthorizationError, AuthorizationRequest, MAX_PARAMETERS, PageRefusal, PendingRequest, Reply,
    ResponseMode, ReturnTo, check, identify,
};
use postern::protocol::owner_form::ConsentForm;
use postern::protocol::registration::parse_document;
use postern::protocol::resource::known_audiences;
use postern::store::memory::SeededEntropy;
use url::form_urlencoded;

use crate::support::ISSUER;
use crate::world::{NOW, catalogue, config, flipped, issuer, keyring, text};

/// What the client registered: every kind of redirect URI there is.
const REGISTERED: [&str; 4] = [
    "https://client.example/cb",
    "https://client.example/cb?x=1",
    "http://127.0.0.1/cb",
    "com.example.app:/cb",
];

/// The query of `GET /authorize`.
pub fn authorization_parameters(data: &[u8]) {
    // Only a key of ours can say this, but whatever it says is read without a panic.
    let _ = PendingRequest::open(keyring(), &sealed::seal(keyring(), &REQUEST, data), NOW);
    let Some(query) = text(data) else { return };
    let Ok(form) = Form::parse(query) else { return };
    let client = client();
    assert!(identify(&form, None).is_err(), "an unknown client is redirected to");
    let return_to = match identify(&form, Some(&client)) {
        Ok(return_to) => return_to,
        Err(refusal) => return stays_here(&form, refusal),
    };
    let sent: Vec<_> = form.values("redirect_uri").collect();
    assert_eq!(sent, [return_to.redirect_uri()]);
    assert!(client.metadata.redirect_uris.iter().any(|uri| uri.matches(sent[0])));
    assert_eq!(form.values("client_id").count(), 1);
    answers(&form, &return_to, return_to.with_code("pac_x", &issuer()), ("code", "pac_x"));

    let config = config();
    match check(&form, &client, &config, &issuer()) {
        Ok(request) => admitted(&form, &client, &config, &request),
        Err(error) => {
            travels(&error);
            answers(&form, &return_to, return_to.with_error(&error, &issuer()), ("error", error.code()));
        }
    }
    waits(&form);
}

fn client() -> Client {
    let document = format!(r#"{{"redirect_uris":{REGISTERED:?},"scope":"calendar.read calendar.write"}}"#);
    let document = parse_document(document.as_bytes()).expect("a document of ours");
    let metadata = ClientMetadata::parse(&document, &catalogue(), Reach::Public).expect("metadata of ours");
    let id = ClientId::stored(keyring(), &SeededEntropy::new(7));
    Client { id, metadata, proof: ClientProof::None, origin: ClientOrigin::Anonymous }
}

/// RFC 6749 §4.1.2.1: shown here, because the client or its redirect URI is not proven.
fn stays_here(form: &Form, refusal: PageRefusal) {
    let (ids, uris) = (form.values("client_id").count(), form.values("redirect_uri").count());
    let expected = match (ids, uris) {
        (1, 1) => PageRefusal::RedirectUriMismatch,
        (1, _) => PageRefusal::NoRedirectUri,
        _ => PageRefusal::NoClient,
    };
    assert_eq!(refusal, expected);
}

/// RFC 6749 §4.1.2, RFC 9207 §2: the redirect URI, and then the answer, once, with state and issuer.
fn answers(form: &Form, return_to: &ReturnTo, reply: Reply, answer: (&str, &str)) {
    let location = match reply {
        Reply::Redirect(location) => location,
        // Said the same way, in fields.
        Reply::Form(fields) => {
            let pairs = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            format!(
                "{}{}{}",
                return_to.redirect_uri(),
                if return_to.redirect_uri().contains('?') { "&" } else { "?" },
                encode_pairs(pairs)
            )
        }
    };
    let location = location.as_str();
    let added = location.strip_prefix(return_to.redirect_uri()).expect("another place");
    assert!(added.starts_with(['?', '&']));
    assert!(HeaderValue::from_str(location).is_ok(), "it would be left out of the answer: {location}");
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let values =
        |name: &str| pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_ref()).collect::<Vec<_>>();
    let states: Vec<_> = form.values("state").collect();
    assert_eq!(values("iss"), [ISSUER]);
    assert_eq!(values(answer.0), [answer.1]);
    assert_eq!(values("state"), if states.len() == 1 { states } else { Vec::new() });
    assert_eq!(values("code").len() + values("error").len(), 1);
}

/// RFC 6749 §4.1.2.1: %x20-21 / %x23-5B / %x5D-7E.
fn travels(error: &AuthorizationError) {
    let fits = |text: &str| text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    assert!(fits(error.code()) && fits(&error.description()), "{error:?}");
    assert!(error.description().len() < 200, "{error:?}");
}

fn admitted(form: &Form, client: &Client, config: &Config, request: &AuthorizationRequest) {
    assert_eq!(form.repeated(&["resource"]), None);
    assert_eq!(form.value("response_type"), Some("code"));
    assert_eq!(form.value("code_challenge_method"), Some("S256"));
    assert_eq!(form.value("code_challenge").and_then(CodeChallenge::parse), Some(request.challenge));
    for name in ["request", "request_uri", "registration"] {
        assert_eq!(form.value(name), None);
    }
    assert!(form.value("response_mode").is_none_or(|mode| ResponseMode::parse(mode).is_some()));
    assert!(!request.scope.is_empty());
    assert!(request.scope.is_within(&client.metadata.allowed_scope(&config.catalogue)));
    if let Some(asked) = form.value("scope") {
        let brought: Vec<_> = request.claims.all().map(ProfileClaim::scope).collect();
        assert!(request.scope.tokens().all(|t| asked.split(' ').any(|a| a == t) || brought.contains(&t)));
    }
    let known = known_audiences(config, &issuer());
    let resource = form.value("resource").unwrap_or(ISSUER);
    assert!(request.audience == ISSUER || known.iter().any(|known| known.identifier == request.audience));
    assert!(request.audience == resource || resource.trim_end_matches('/') == ISSUER);
    assert_eq!(request.max_age.map(|age| age.0), form.value("max_age").map(|t| t.parse().expect("digits")));
    let prompt = form.value("prompt").unwrap_or_default();
    let asked = |word: &str| prompt.split(' ').any(|w| w == word);
    let asks = request.prompt;
    assert_eq!((asks.none, asks.login, asks.consent), (asked("none"), asked("login"), asked("consent")));
    assert!(!asks.none || prompt == "none");
}

/// What waits for its owner comes back as it was, for an hour, and cannot be changed on the way.
fn waits(form: &Form) {
    // As the endpoint counts it.
    if form.pairs().iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>() > MAX_PARAMETERS {
        return;
    }
    let pending = PendingRequest::new(form, &"\u{ac00}".repeat(100), Some(NOW), NOW);
    let sealed = pending.seal(keyring());
    assert_eq!(PendingRequest::open(keyring(), &sealed, NOW).as_ref(), Some(&pending));
    assert_eq!(&pending.form(), form);
    assert_eq!(PendingRequest::open(keyring(), &sealed, NOW.plus(Seconds::minutes(60))), None);
    for forged in flipped(&sealed) {
        assert_eq!(PendingRequest::open(keyring(), &forged, NOW), None, "{forged}");
    }
    let source = pending.csp_source().expect("it has a redirect URI");
    assert!(HeaderValue::from_str(&source).is_ok() && !source.contains([' ', ';', ',']), "{source}");

    let grant = GrantId(Opaque([6; 32]));
    let consent =
        ConsentForm::new(pending, grant, SubjectId(Opaque([4; 16])), SessionId(Opaque([3; 16])), NOW);
    let sealed = consent.seal(keyring());
    assert_eq!(ConsentForm::open(keyring(), &sealed, NOW).as_ref(), Some(&consent));
    assert_eq!(PendingRequest::open(keyring(), &sealed, NOW), None);
}
