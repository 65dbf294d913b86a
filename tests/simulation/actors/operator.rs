//! Who runs the apps and the place: rotates secrets, deletes registrations, denies clients, and administers.

use std::rc::Rc;

use crate::actors::Cast;
use crate::actors::administrator::Administrator;
use crate::actors::app::basic;
use crate::http::Sent;
use crate::kv::STALENESS;
use crate::ocean::ADMIN_TOKEN;
use crate::scheduler::Time;

/// An operator's work in this schedule.
pub async fn works(cast: Rc<Cast>) {
    let mut administrator = None;
    for _ in 0..cast.pick(5) {
        cast.waits().await;
        let Some(app) = cast.some_app().filter(|app| !app.gone.get()) else { continue };
        let act = cast.pick(8);
        if act > 3 && administrator.is_none() {
            administrator = Administrator::begins(&cast).await;
        }
        match act {
            3 => {
                keeps_signing_in(&cast, 3).await;
                let sent = Sent { method: "POST", ..Sent::get("/admin/rotate-keys") };
                drop(cast.ocean.send(0, sent.bearer(ADMIN_TOKEN)).await);
                keeps_signing_in(&cast, 8).await;
            }
            0 => {}
            4..=7 => match &administrator {
                Some(administrator) if act < 6 => administrator.stops_an_account().await,
                Some(administrator) if app.is_stored() => administrator.stops_a_client(&app).await,
                _ => {}
            },
            1 if app.is_stored() => rotates_a_secret(&cast, &app).await,
            1 => {}
            _ => {
                if app.is_stopped(&cast).await {
                    app.gone.set(true);
                    for name in [&app.credentials(), &app.id] {
                        cast.ocean.oracle.gone(name, cast.now());
                    }
                }
            }
        }
        // KV promises nothing about two changes of one client within its staleness, and says so in the README.
        cast.ocean.scheduler.sleep(2 * STALENESS).await;
    }
}

/// Somebody signs in to apps while the keys change: that is when a verifier could meet one that it does not know.
async fn keeps_signing_in(cast: &Rc<Cast>, times: u32) {
    let Some(owner) = cast.owners.borrow().first().cloned() else { return };
    for _ in 0..times {
        owner.signs_in_to_an_app().await;
        cast.ocean.scheduler.sleep(Time::from(cast.pick(120)) * 1000).await;
    }
}

async fn rotates_a_secret(cast: &Rc<Cast>, app: &Rc<crate::actors::App>) {
    let Some(secret) = app.adds_a_secret(cast).await else { return };
    // Known everywhere before it is used.
    cast.ocean.scheduler.sleep(2 * STALENESS).await;
    let Some(old) = app.turns_to(secret) else { return };
    cast.ocean.scheduler.sleep(2 * STALENESS).await;
    if app.retires_the_old_secret(cast).await {
        cast.ocean.oracle.gone(&basic(&app.id, &old), cast.now());
        // Whoever still has it tries it, for as long as there is a token to try it on.
        for _ in 0..3 {
            cast.waits().await;
            cast.ocean.scheduler.sleep(2 * STALENESS).await;
            app.is_impersonated(cast, &old).await;
        }
    }
}
