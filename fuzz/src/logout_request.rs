//! Requests to sign out (RP-Initiated Logout §2): where the browser is sent, and whose session is named.

use http::HeaderValue;
use postern::base::form::Form;
use postern::base::opaque::Opaque;
use postern::base::time::Seconds;
use postern::jose::sealed;
use postern::model::client::Client;
use postern::model::id::SessionId;
use postern::model::purpose::LOGOUT;
use postern::protocol::authorization::PendingRequest;
use postern::protocol::oidc::{IdTokenHint, LogoutRefusal, LogoutRequest, session_of};
use serde_json::json;
use url::form_urlencoded;

use crate::support::ISSUER;
use crate::world::{NOW, filled, flipped, keyring, registered, text};

/// Where the client may have the browser go afterwards.
const REGISTERED: [&str; 4] = [
    "https://client.example/bye",
    "https://client.example/bye?x=1",
    "https://client.example/bye?",
    "com.example.app:/bye",
];

/// The query of `GET /logout`, in which `{client}` stands for the client's id.
pub fn logout_request(data: &[u8]) {
    // Only a key of ours can say this, but whatever it says is read without a panic.
    let _ = LogoutRequest::open(keyring(), &sealed::seal(keyring(), &LOGOUT, data), NOW);
    let Some(sent) = text(data) else { return };
    let client = registered(&json!({
        "redirect_uris": ["https://client.example/cb"], "post_logout_redirect_uris": REGISTERED,
    }));
    let Ok(form) = Form::parse(&filled(sent, &[("client", client.id.as_str())])) else { return };
    let session = SessionId(Opaque([3; 16]));
    let hint = |aud: &str, sid: String| {
        let hint = json!({ "iss": ISSUER, "sub": "s", "aud": aud, "sid": sid, "exp": 1, "at_hash": "h" });
        serde_json::from_value::<IdTokenHint>(hint).expect("a hint")
    };
    let own = hint(client.id.as_str(), session_of(session, &client.id));
    let earlier = hint(client.id.as_str(), session_of(SessionId(Opaque([4; 16])), &client.id));
    let foreign = hint("another", session_of(session, &client.id));
    for hint in [None, Some(&own), Some(&earlier), Some(&foreign)] {
        // As the endpoint looks it up: by client_id, or else by the hint.
        let id = form.value("client_id").or(hint.map(|hint| hint.aud.as_str()));
        let client = (id == Some(client.id.as_str())).then_some(&client);
        match LogoutRequest::check(&form, hint.cloned(), client, NOW) {
            Ok(request) => {
                assert_eq!(request.names(session), hint == Some(&own) && client.is_some());
                goes_on(&form, hint, client, &request);
                travels(&request, session);
            }
            Err(refusal) => {
                assert!(!refusal.description().is_empty());
                let foreign = hint.zip(form.value("client_id")).is_some_and(|(hint, id)| hint.aud != id);
                assert!(
                    !foreign || [LogoutRefusal::OtherClient, LogoutRefusal::Malformed].contains(&refusal)
                );
            }
        }
    }
}

/// Only to what the client registered, with the state once.
fn goes_on(form: &Form, hint: Option<&IdTokenHint>, client: Option<&Client>, request: &LogoutRequest) {
    assert_eq!(form.repeated(&[]), None);
    assert!(hint.is_none_or(|hint| form.value("client_id").is_none_or(|id| id == hint.aud)));
    assert_eq!(request.go_on_to().is_some(), form.value("post_logout_redirect_uri").is_some());
    let (Some(address), Some(sent)) = (request.go_on_to(), form.value("post_logout_redirect_uri")) else {
        return;
    };
    assert!(client.is_some() && REGISTERED.contains(&sent), "{sent}");
    let added = address.strip_prefix(sent).expect("another place");
    assert!(HeaderValue::from_str(address).is_ok() && address.len() <= 4096, "{address}");
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "state");
    let states: Vec<_> = pairs.map(|(_, value)| value.into_owned()).collect();
    assert_eq!(states, form.value("state").into_iter().collect::<Vec<_>>());
    assert_eq!(added.is_empty(), states.is_empty());
    let source = request.csp_source().expect("it leads somewhere");
    assert!(!source.contains([' ', ';', ',']) && address.starts_with(source.as_str()), "{source}");
}

/// What waits comes back as it was, for an hour.
fn travels(request: &LogoutRequest, session: SessionId) {
    let sealed = request.seal(keyring());
    let open = |text: &str, now| LogoutRequest::open(keyring(), text, now);
    let again = open(&sealed, NOW).expect("it was sealed here");
    assert_eq!((&again, again.names(session)), (request, request.names(session)));
    assert_eq!(open(&sealed, NOW.plus(Seconds::minutes(60))), Err(LogoutRefusal::Expired));
    assert_eq!(PendingRequest::open(keyring(), &sealed, NOW), None);
    for forged in flipped(&sealed) {
        assert_eq!(open(&forged, NOW), Err(LogoutRefusal::Expired), "{forged}");
    }
}
