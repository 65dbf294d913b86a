//! The `claims` parameter (OpenID Connect Core §5.5).

use std::collections::BTreeSet;

use postern::model::claims_request::ClaimsRequest;
use postern::model::profile::ProfileClaim;
use serde_json::{Map, Value, json};

use crate::world::text;

/// The parameter.
pub fn claims_request(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let Ok(request) = ClaimsRequest::parse(sent) else { return };
    let document: Value = serde_json::from_str(sent).expect("it was read");
    let (id_token, userinfo) = (asked(&document, "id_token"), asked(&document, "userinfo"));
    assert_eq!(named(&request.id_token), known(&id_token));
    assert_eq!(named(&request.userinfo), known(&userinfo));
    assert_eq!(request.all().count(), request.id_token.len() + request.userinfo.len());

    // §5.5.1: a subject is one, wherever it is named.
    let subjects: Vec<_> =
        [&id_token, &userinfo].into_iter().filter_map(|claims| claims.get("sub")?.get("value")).collect();
    assert!(subjects.iter().all(|value| value.as_str() == request.sub.as_deref()), "{subjects:?}");
    assert_eq!(subjects.is_empty(), request.sub.is_none());

    // §5.5.1.1: what is essential is demanded, and nothing else.
    let acr = id_token.get("acr").filter(|acr| acr["essential"] == true);
    let demanded = acr.filter(|acr| acr["values"].is_array() || acr.get("value").is_some());
    assert_eq!(demanded.is_some(), request.essential_acr.is_some());
    if let (Some(acr), Some(words)) = (demanded, &request.essential_acr) {
        assert!(acr["values"] == json!(words) || json!([acr["value"]]) == json!(words), "{acr}");
    }

    let again = ClaimsRequest::parse(&written(&request).to_string());
    assert_eq!(again, Ok(request));
}

fn asked(document: &Value, place: &str) -> Map<String, Value> {
    let claims = document.get(place).map(|claims| claims.as_object().cloned().expect("an object"));
    let claims = claims.unwrap_or_default();
    assert!(claims.values().all(|how| how.is_null() || how.is_object()));
    claims
}

fn known(claims: &Map<String, Value>) -> BTreeSet<&str> {
    claims.keys().map(String::as_str).filter(|name| ProfileClaim::parse(name).is_some()).collect()
}

/// Each once.
fn named(claims: &[ProfileClaim]) -> BTreeSet<&str> {
    let names: BTreeSet<_> = claims.iter().map(|claim| claim.name()).collect();
    assert_eq!(names.len(), claims.len());
    names
}

fn written(request: &ClaimsRequest) -> Value {
    let list = |claims: &[ProfileClaim]| -> Map<String, Value> {
        claims.iter().map(|claim| (claim.name().to_owned(), Value::Null)).collect()
    };
    let (mut id_token, mut userinfo) = (list(&request.id_token), list(&request.userinfo));
    if let Some(sub) = &request.sub {
        userinfo.insert("sub".into(), json!({ "value": sub }));
    }
    if let Some(values) = &request.essential_acr {
        id_token.insert("acr".into(), json!({ "essential": true, "values": values }));
    }
    json!({ "id_token": id_token, "userinfo": userinfo })
}
