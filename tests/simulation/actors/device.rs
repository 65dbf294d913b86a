//! A device without a keyboard (RFC 8628): it shows a code, polls, and slows down when it is told to.

use std::rc::Rc;

use serde_json::json;

use crate::actors::{App, Cast};
use crate::scheduler::Time;

/// RFC 8628 §3.4.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device's life in this schedule.
pub async fn stands_there(cast: Rc<Cast>, n: u32) {
    let document = json!({
        "client_name": format!("Device {n}"), "token_endpoint_auth_method": "none", "redirect_uris": null,
        "grant_types": [DEVICE_CODE, "refresh_token"], "backchannel_logout_uri": "https://tv.example/out",
    });
    let place = cast.pick(3) as usize;
    let registered = cast.ocean.send(place, crate::http::Sent::json("POST", "/register", &document)).await;
    let Some(id) = registered.and_then(|answer| answer.text("client_id")) else { return };
    cast.ocean.oracle.listens(&id);
    let app = Rc::new(App::new(id, place, "", 1));
    for _ in 0..=cast.pick(3) {
        cast.waits().await;
        asks(&cast, &app, place).await;
    }
}

async fn asks(cast: &Rc<Cast>, app: &Rc<App>, place: usize) {
    let scopes = ["calendar.read calendar.write", "calendar.read notes", "openid calendar.read", "notes"];
    let scope = scopes[cast.pick(4) as usize];
    let sent = app.sent("/device_authorization", &[("scope", scope)]);
    let Some(answer) = cast.ocean.send(place, sent).await.filter(|answer| answer.status == 200) else {
        return;
    };
    let (user_code, code) = (answer.text("user_code").unwrap(), answer.text("device_code").unwrap());
    if cast.pick(3) == 2 {
        cast.leaks.user_codes.borrow_mut().push(user_code.clone());
    }
    if cast.pick(3) == 2 {
        cast.leaks.device_codes.borrow_mut().push((Rc::clone(app), code.clone()));
    }
    // Somebody reads it off, mostly; now and then two do.
    for _ in 0..[1, 1, 1, 2, 0][cast.pick(5) as usize] {
        let owners = cast.owners.borrow().clone();
        let n = u32::try_from(owners.len()).unwrap();
        if n > 0 {
            let (owner, user_code) = (Rc::clone(&owners[cast.pick(n) as usize]), user_code.clone());
            cast.begin(async move { owner.answers_a_device(&user_code).await });
        }
    }
    let until = cast.now() + answer.json()["expires_in"].as_u64().unwrap() * 1000 + 20_000;
    let mut interval = answer.json()["interval"].as_u64().unwrap() * 1000;
    while cast.now() < until && cast.pick(40) != 39 {
        let early = cast.pick(8) == 7;
        cast.ocean.scheduler.sleep(if early { Time::from(cast.pick(2000)) } else { interval }).await;
        let sent = app.sent("/token", &[("grant_type", DEVICE_CODE), ("device_code", &code)]);
        let Some(answer) = cast.ocean.send(place, sent).await else { continue };
        match (answer.status, answer.text("error").as_deref()) {
            (200, _) => return app.holds(cast, &answer),
            (400, Some("slow_down")) => interval += 5000,
            (503, _) | (400, Some("authorization_pending")) => {}
            _ => return,
        }
    }
}
