//! Pushed authorization requests (RFC 9126): what the client said, sealed into an address that is the client's alone.

use postern::base::form::Form;
use postern::jose::sealed;
use postern::model::purpose::PUSHED_REQUEST;
use postern::protocol::authorization::{
    MAX_PARAMETERS, PUSHED_LIFETIME, PendingRequest, PushedRequest, identify,
};
use serde_json::json;

use crate::world::{NOW, flipped, keyring, registered, text};

/// A `request_uri` that somebody sent; and the form of `POST /par`.
pub fn pushed_request(data: &[u8]) {
    let client = registered(&json!({ "redirect_uris": ["https://client.example/cb"] }));
    let id = client.id.as_str();
    let urn = "urn:ietf:params:oauth:request_uri:";
    // Only a key of ours can say this, but whatever it says is read without a panic.
    let sealed = sealed::seal(keyring(), &PUSHED_REQUEST, data);
    let _ = PushedRequest::open(keyring(), &format!("{urn}{sealed}"), id, NOW);
    let Some(sent) = text(data) else { return };
    if let Some(request) = PushedRequest::open(keyring(), sent, id, NOW) {
        comes_back(&request, sent, id);
    }

    let Ok(form) = Form::parse(sent) else { return };
    let request = PushedRequest::new(&client.id, &form, None, NOW);
    let asked = request.form();
    // RFC 9449 §10.1: a key that was proved is one that is asked for, unless another is.
    let bound = PushedRequest::new(&client.id, &form, Some("j"), NOW).form();
    assert_eq!(bound.value("dpop_jkt"), form.value("dpop_jkt").or(Some("j")));
    assert!(bound.repeated(&[]).is_none() || asked.repeated(&[]).is_some(), "it is there twice");
    let others =
        |form: &Form| form.pairs().iter().filter(|(name, _)| name != "dpop_jkt").cloned().collect::<Vec<_>>();
    assert_eq!(others(&bound), others(&asked));
    // RFC 9126 §2.1: who authenticated asks, and what it authenticated with is no part of it.
    assert_eq!(asked.values("client_id").collect::<Vec<_>>(), [id]);
    for credential in ["client_secret", "client_assertion", "client_assertion_type"] {
        assert_eq!(asked.values(credential).count(), 0);
    }
    let kept = |pair: &&(String, String)| {
        pair.0 != "client_id"
            && !["client_secret", "client_assertion", "client_assertion_type"].contains(&pair.0.as_str())
    };
    assert!(form.pairs().iter().filter(kept).eq(asked.pairs().iter().filter(kept)), "in the same order");
    if let Ok(return_to) = identify(&asked, Some(&client)) {
        assert_eq!(asked.values("redirect_uri").collect::<Vec<_>>(), [return_to.redirect_uri()]);
    }
    if asked.size() > MAX_PARAMETERS {
        return;
    }
    comes_back(&request, &request.seal(keyring()), id);
}

fn comes_back(request: &PushedRequest, uri: &str, id: &str) {
    let open = |uri: &str, id: &str, now| PushedRequest::open(keyring(), uri, id, now);
    assert!(PushedRequest::is_named_by(uri));
    assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b":_-".contains(&b)), "{uri}");
    assert_eq!(open(uri, id, NOW).as_ref(), Some(request));
    assert_eq!(open(uri, id, NOW.plus(PUSHED_LIFETIME)), None);
    // RFC 9126 §4: bound to the client that pushed it.
    for other in ["", "another", &id[1..]] {
        assert_eq!(open(uri, other, NOW), None);
    }
    let bare = uri.rsplit_once(':').map_or(uri, |(_, sealed)| sealed);
    assert_eq!(open(bare, id, NOW), None);
    assert_eq!(PendingRequest::open(keyring(), bare, NOW), None);
    for forged in flipped(uri) {
        assert_eq!(open(&forged, id, NOW), None, "{forged}");
    }
}
