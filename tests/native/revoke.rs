//! `/revoke`.

use serde_json::json;

use crate::support::{Browser, Client, Harness, Sent, tampered};

#[test]
fn either_token_ends_the_grant_and_twice_is_the_same() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for client in [Client::confidential(&harness), Client::public(&harness)] {
        for by_access in [true, false] {
            let (access, refresh) = client.tokens(&browser);
            let token = if by_access { &access } else { &refresh };
            for _ in 0..2 {
                let answer = client.post("/revoke", &[("token", token), ("token_type_hint", "nonsense")]);
                assert_eq!((answer.status, answer.body.as_str()), (200, ""));
                assert_eq!(answer.header("cache-control"), "no-store");
            }
            client.refresh(&refresh).assert_error(400, "invalid_grant");
            harness.send(Sent::get("/demo/calendar").bearer(&access)).assert_error(401, "invalid_token");
            if client.secret.is_some() {
                assert_eq!(client.introspect(&access), json!({ "active": false }));
            }
        }
    }
}

#[test]
fn another_clients_token_is_untouched_and_the_answer_is_the_same() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let other = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    for token in [&access, &refresh] {
        assert_eq!(other.post("/revoke", &[("token", token)]).status, 200);
    }
    for token in tampered(&refresh) {
        assert_eq!(client.post("/revoke", &[("token", &token)]).status, 200);
    }
    assert_eq!(client.introspect(&access)["active"], true);
    assert_eq!(client.refresh(&refresh).status, 200);
}

#[test]
fn malformed_and_unauthenticated_requests_are_refused() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    client.post("/revoke", &[]).assert_error(400, "invalid_request");
    client.post("/revoke", &[("token", "a"), ("token", "b")]).assert_error(400, "invalid_request");
    harness.send(Sent::form("/revoke", &[("token", "a")])).assert_error(401, "invalid_client");
    let unauthenticated = [("token", "a"), ("client_id", client.id.as_str())];
    harness.send(Sent::form("/revoke", &unauthenticated)).assert_error(401, "invalid_client");
    let answer = harness.get("/revoke");
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
}
