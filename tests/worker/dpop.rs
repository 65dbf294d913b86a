//! DPoP (RFC 9449) with real keys, by a client that nobody here wrote.

use crate::app::{ALL, App};
use crate::browser::Browser;
use crate::http::{request, send};
use crate::server::Server;
use crate::walk::walk;

fn walks(server: &Server, nonce: &str) {
    assert_eq!(walk(server, "dpop.mjs", &[("NONCE", nonce)]).len(), 2);
}

#[test]
fn oauth4webapi_walks_from_the_code_to_the_refresh_with_its_key() {
    walks(Server::shared(), "optional");
}

#[test]
fn oauth4webapi_learns_the_nonce_where_it_is_required() {
    walks(&Server::start(&["DPOP_NONCE:required"]), "required");
}

#[test]
fn a_page_of_another_origin_may_send_a_proof_and_read_the_nonce() {
    let server = Server::shared();
    let app = App::public(server);
    let preflight = request("OPTIONS", &format!("{}/token", server.url))
        .header("origin", "https://spa.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "dpop");
    assert!(send(preflight).header("access-control-allow-headers").contains("DPoP"));
    let (browser, _) = Browser::signed_up(server);
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    for proof in ["x", "e30.e30.AA", "e30.e30.AA, e30.e30.AA"] {
        let refused =
            send(app.redeeming(&code, &ask).header("dpop", proof).header("origin", "https://spa.example"));
        assert_eq!((refused.status, refused.member("error").as_str()), (400, "invalid_dpop_proof"));
        assert!(refused.header("dpop-nonce").len() > 20);
        assert!(refused.header("access-control-expose-headers").contains("DPoP-Nonce"));
    }
    // Two lines are one proof too many, and none of it has burnt the code.
    let twice = app.redeeming(&code, &ask).header("dpop", "e30.e30.AA").header("dpop", "e30.e30.AA");
    assert_eq!(send(twice).member("error"), "invalid_dpop_proof");
    app.redeem(&code, &ask).expect(200);
}
