//! The keys of ID tokens in real objects and isolates: made once, kept, rotated.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::App;
use crate::browser::Browser;
use crate::http::{Reply, get, in_parallel, request, send};
use crate::server::{ADMIN_TOKEN, ROOT_KEY, Server};

fn kids(server: &Server) -> BTreeSet<String> {
    let keys = get(&format!("{}/jwks.json", server.url)).expect(200).json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn rotate(server: &Server) -> Reply {
    send(request("POST", &format!("{}/admin/rotate-keys", server.url)).bearer_auth(ADMIN_TOKEN))
}

/// The kid of the ID token that a sign-in brings.
#[track_caller]
fn signed_by(app: &App, browser: &Browser) -> String {
    let ask = app.asks_for("openid").with("prompt", "consent");
    let code = ask.allowed_in(browser);
    kid_of(&app.redeem(&code, &ask).expect(200).member("id_token"))
}

fn kid_of(token: &str) -> String {
    use base64::Engine;
    let header = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_sign_ins_of_a_deployment_have_keys_made_and_all_of_them_the_same() {
    let server = Server::start(&[]);
    let (browser, _) = Browser::signed_up(&server);
    let apps: Vec<_> = (0..4).map(|_| App::anonymous(&server)).collect();
    let asked: Vec<_> = apps
        .iter()
        .map(|app| {
            let ask = app.asks_for("openid");
            (app, ask.allowed_in(&browser), ask)
        })
        .collect();
    // Nobody has asked for the keys before: each of these requests began when there were none.
    let answers = in_parallel(asked.len(), |at| {
        let (app, code, ask) = &asked[at];
        app.redeem(code, ask)
    });
    let signers: BTreeSet<_> =
        answers.into_iter().map(|answer| kid_of(&answer.expect(200).member("id_token"))).collect();
    let all = kids(&server);
    assert_eq!((signers.len(), all.len()), (1, 2), "one key for each algorithm");
    let signer = signers.into_iter().next().unwrap();
    assert!(all.contains(&signer));

    // A rotation publishes new keys, which do not sign yet.
    assert_eq!(rotate(&server).expect(200).json()["keys"].as_array().unwrap().len(), 4);
    rotate(&server).expect(409);
    let all = kids(&server);
    assert_eq!((all.len(), signed_by(&apps[0], &browser)), (4, signer.clone()));

    // All of it is kept, and outlives a rotation of the root keys.
    let roots = format!("k2:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg,{ROOT_KEY}");
    let server = server.crash().restart_with_keys(&roots);
    assert_eq!(kids(&server), all);
    let (browser, _) = Browser::signed_up(&server);
    assert_eq!(signed_by(&App::anonymous(&server), &browser), signer);
}
