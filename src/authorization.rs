//! Authorization requests: client and redirect URI first, then every other check, then the wait for the owner.

use postern::base::form::Form;
use postern::base::time::{Seconds, UnixTime};
use postern::model::purpose::{CONSENT_FORM, REQUEST};
use postern::protocol::authorization::{
    AuthorizationError, AuthorizationRequest, ConsentForm, MAX_PARAMETERS, PageRefusal, PendingRequest,
    ReturnTo, check, identify,
};
use postern::protocol::resource::{audience_of, known_audiences};
use url::Url;

use crate::fixed::{ISSUER, NOW, fixed};
use crate::redirect_uri::arrives;
use crate::{sealed, text};

/// The redirect goes to the client and nowhere else, says why, and a request waits unchanged.
pub fn parameters(data: &[u8]) {
    let fixed = fixed();
    sealed_by_others(data);
    let Some(form) = text(data).and_then(|query| Form::parse(query).ok()) else { return };
    waits(&form, data);
    assert!(identify(&form, None).is_err());
    let count = |name| form.values(name).count();
    let return_to = match identify(&form, Some(&fixed.client)) {
        Ok(return_to) => return_to,
        Err(refusal) => {
            match refusal {
                PageRefusal::NoClient => assert_ne!(count("client_id"), 1),
                PageRefusal::NoRedirectUri => assert_ne!(count("redirect_uri"), 1),
                PageRefusal::RedirectUriMismatch => assert_eq!(count("redirect_uri"), 1),
                other => panic!("{other:?}"),
            }
            return;
        }
    };
    assert_eq!((count("client_id"), count("redirect_uri")), (1, 1));
    assert_eq!(Some(return_to.redirect_uri()), form.value("redirect_uri"));
    assert!(fixed.client.metadata.redirect_uris.iter().any(|uri| uri.matches(return_to.redirect_uri())));
    comes_back(&return_to, &form, &return_to.with_code("pac_x", &fixed.issuer), "code");
    match check(&form, &fixed.client, &fixed.config, &fixed.issuer) {
        Ok(request) => in_order(&request, &form),
        Err(error) => {
            said(&error);
            comes_back(&return_to, &form, &return_to.with_error(&error, &fixed.issuer), "error");
        }
    }
}

/// RFC 6749 §4.1.2: exactly one answer, with the state that was sent, in exactly one place.
fn comes_back(return_to: &ReturnTo, form: &Form, location: &str, answer: &str) {
    let url = Url::parse(return_to.redirect_uri()).unwrap();
    arrives(location, return_to, &url);
    let there = Url::parse(location).unwrap();
    let all = |name: &str| there.query_pairs().filter(|(n, _)| n == name).map(|(_, v)| v.into_owned()).collect::<Vec<_>>();
    assert_eq!(all("code").len() + all("error").len(), 1, "{location}");
    assert_eq!(all(answer).len(), 1);
    assert_eq!(all("iss"), [ISSUER]);
    let sent: Vec<_> = form.values("state").collect();
    let state = if sent.len() == 1 { sent } else { Vec::new() };
    assert_eq!(all("state"), state);
}

/// RFC 6749 §4.1.2.1: registered codes, and descriptions of %x20-21 / %x23-5B / %x5D-7E.
fn said(error: &AuthorizationError) {
    let plain = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    assert!(error.description().chars().all(plain), "{}", error.description());
    let codes = [
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "registration_not_supported",
        "request_not_supported",
        "request_uri_not_supported",
        "unsupported_response_type",
    ];
    assert!(codes.contains(&error.code()), "{}", error.code());
}

/// What passes every check is what the client asked for, and no more.
fn in_order(request: &AuthorizationRequest, form: &Form) {
    let fixed = fixed();
    assert_eq!(form.repeated(&["resource"]), None);
    assert_eq!(form.value("response_type"), Some("code"));
    assert_eq!(form.value("code_challenge_method"), Some("S256"));
    let challenge = serde_json::to_value(request.challenge).unwrap();
    assert_eq!(challenge.as_str(), form.value("code_challenge"), "the one spelling");
    assert!(!request.scope.is_empty());
    let asked = form.value("scope").map_or_else(
        || fixed.config.catalogue.defaults(),
        |scope| postern::model::scope::Scope::parse(scope).unwrap(),
    );
    assert!(request.scope.is_within(&asked) && asked.is_within(&fixed.config.catalogue.all()));
    let audience = audience_of(form, &fixed.config, &fixed.issuer).unwrap();
    assert_eq!(audience.identifier, request.audience);
    let known = known_audiences(&fixed.config, &fixed.issuer);
    assert!(request.audience == ISSUER || known.iter().any(|k| k.identifier == request.audience));
    let prompt = request.prompt;
    assert!(!prompt.none || (!prompt.login && !prompt.consent));
    assert_eq!(prompt == Default::default(), form.value("prompt").is_none());
    let max_age = form.value("max_age").map(|age| Seconds(age.parse().unwrap()));
    assert_eq!(request.max_age, max_age);
}

/// A request within the limits waits unchanged for an hour, and nobody can change it.
fn waits(form: &Form, data: &[u8]) {
    let keyring = &fixed().keyring;
    let size: usize = form.pairs().iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    if size > MAX_PARAMETERS {
        return;
    }
    let pending = PendingRequest::new(form, "Diary", Some(NOW), NOW);
    let sealed = pending.seal(keyring);
    assert_eq!(PendingRequest::open(keyring, &sealed, NOW).as_ref(), Some(&pending));
    assert_eq!(&pending.form(), form);
    let opens = |text: &str| PendingRequest::open(keyring, text, NOW).is_some();
    sealed::unforgeable(&sealed, data, opens);
    sealed::unforgeable_inside(&REQUEST, &sealed, data, opens);
    assert!(PendingRequest::open(keyring, &sealed, NOW.plus(Seconds::minutes(60))).is_none());
    assert!(ConsentForm::open(keyring, &sealed, NOW).is_none());
    let _ = pending.csp_source();
}

/// Text as it comes back, and any payload under a right tag: what opens reads the same again.
fn sealed_by_others(data: &[u8]) {
    let keyring = &fixed().keyring;
    let payload = sealed::seal(&REQUEST, data);
    for sent in text(data).into_iter().chain([payload.as_str()]) {
        if let Some(pending) = PendingRequest::open(keyring, sent, NOW) {
            assert_eq!(PendingRequest::open(keyring, &pending.seal(keyring), NOW).as_ref(), Some(&pending));
            assert!(PendingRequest::open(keyring, sent, UnixTime::from_millis(u64::MAX)).is_none());
        }
    }
    let form = sealed::seal(&CONSENT_FORM, data);
    for sent in text(data).into_iter().chain([form.as_str()]) {
        if let Some(form) = ConsentForm::open(keyring, sent, NOW) {
            assert_eq!(ConsentForm::open(keyring, &form.seal(keyring), NOW).as_ref(), Some(&form));
        }
    }
}
