//! Token exchange (RFC 8693), with objects and keys as they are.

use serde_json::json;

use crate::app::{ALL, App, metadata_with};
use crate::audience::claims;
use crate::browser::Browser;
use crate::http::{Reply, get_as};
use crate::secrets;
use crate::server::Server;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

#[test]
fn an_access_token_is_exchanged_for_a_narrower_one_that_ends_with_its_grant() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let grant_types = json!(["authorization_code", "refresh_token", GRANT_TYPE]);
    let app = App::vouched_for(server, &metadata_with(json!({ "grant_types": grant_types })));
    let exchange = |subject: &str, more: &[(&str, &str)]| -> Reply {
        let usual =
            [("grant_type", GRANT_TYPE), ("subject_token", subject), ("subject_token_type", ACCESS_TOKEN)];
        app.token(&[&usual, more].concat())
    };
    let tokens = app.tokens(&browser, ALL);
    let calendar = format!("{}/demo/calendar", server.url);
    let narrow = [("resource", calendar.as_str()), ("scope", "calendar.read")];
    let answer = exchange(&tokens.access, &narrow).expect(200);
    assert_eq!(answer.member("issued_token_type"), ACCESS_TOKEN);
    assert_eq!(
        (answer.member("token_type"), answer.member("scope")),
        ("Bearer".into(), "calendar.read".into())
    );
    assert_eq!(answer.json().get("refresh_token"), None);
    let new = answer.member("access_token");
    secrets::met(&new);
    let (before, after) = (claims(&tokens.access), claims(&new));
    assert_eq!((&before["sub"], &before["gid"]), (&after["sub"], &after["gid"]));
    assert_eq!(after["aud"], calendar.as_str());
    assert!(after["exp"].as_u64() <= before["exp"].as_u64());
    get_as(&new, &calendar).expect(200);
    get_as(&new, &format!("{}/demo/whoami", server.url)).expect_error(401, "invalid_token");
    assert_eq!(app.introspect(&new).json()["aud"], calendar.as_str());
    // Nothing gets wider, and no other kind of token is taken.
    exchange(&new, &[("scope", ALL)]).expect_error(400, "invalid_scope");
    exchange(&new, &[("resource", &server.url)]).expect_error(400, "invalid_target");
    exchange(&tokens.refresh, &[]).expect_error(400, "invalid_request");
    let stranger = App::vouched_for(server, &metadata_with(json!({ "grant_types": grant_types })));
    let theirs = stranger.token(&[
        ("grant_type", GRANT_TYPE),
        ("subject_token", &new),
        ("subject_token_type", ACCESS_TOKEN),
    ]);
    theirs.expect_error(400, "invalid_request");
    app.revoke(&tokens.refresh).expect(200);
    get_as(&new, &calendar).expect_error(401, "invalid_token");
    assert_eq!(app.introspect(&new).json(), json!({ "active": false }));
    exchange(&tokens.access, &narrow).expect_error(400, "invalid_request");
}
