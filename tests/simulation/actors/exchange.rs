//! Apps that exchange what they hold (RFC 8693): for less of it, or for the API; and the gateway there, which goes on to
//! the store.

use crate::actors::App;
use crate::actors::app::Agent;
use crate::gateway::{ACCESS_TOKEN, API, EXCHANGE, STORE};
use crate::http::Sent;

/// The request of a client that exchanges a token.
pub fn exchanging(app: &App, token: &str, audience: Option<&str>, scope: Option<&str>) -> Sent {
    app.sent("/token", &pairs(token, audience, scope))
}

fn pairs<'a>(token: &'a str, audience: Option<&'a str>, scope: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut pairs =
        vec![("grant_type", EXCHANGE), ("subject_token", token), ("subject_token_type", ACCESS_TOKEN)];
    pairs.extend(audience.map(|audience| ("audience", audience)));
    pairs.extend(scope.map(|scope| ("scope", scope)));
    pairs
}

impl Agent {
    /// Exchanges the token of its store, and has it used.
    pub async fn exchanges(&self) {
        let (cast, ocean) = (&self.cast, &self.cast.ocean);
        let audience = [None, Some(API), Some(API)][cast.pick(3) as usize];
        let scope = [None, Some("calendar.read"), Some("calendar.read notes")][cast.pick(3) as usize];
        let token = self.access_token();
        let sent = self.app.proven(cast, exchanging(&self.app, &token, audience, scope));
        let Some(token) = ocean.send(self.place, sent).await.and_then(|answer| answer.text("access_token"))
        else {
            return;
        };
        if cast.pick(3) == 2 {
            cast.leaks.exchanged.borrow_mut().push(token.clone());
        }
        match audience {
            Some(_) => self.calls_the_api(&token).await,
            None => {
                for _ in 0..=cast.pick(2) {
                    drop(ocean.send(self.place, self.opens("/demo/calendar", &token)).await);
                    cast.waits().await;
                }
            }
        }
        if cast.pick(4) == 3 {
            drop(ocean.send(self.place, self.app.sent("/revoke", &[("token", &token)])).await);
        }
    }

    /// The gateway asks what the token is worth, exchanges it, and asks again: now and later.
    async fn calls_the_api(&self, token: &str) {
        let (cast, ocean) = (&self.cast, &self.cast.ocean);
        let credentials = ocean.gateway.credentials(ocean.keyring());
        let sent = |target: &str, pairs: Vec<(&str, &str)>| {
            Sent::form(target, pairs).with("authorization", &credentials)
        };
        drop(ocean.send(self.place, sent("/introspect", vec![("token", token)])).await);
        if cast.pick(4) == 3 {
            // It was given too much: a token that is not for the API. That is not its to exchange.
            let own = self.access_token();
            let target = [STORE, API][cast.pick(2) as usize];
            drop(ocean.send(self.place, sent("/token", pairs(&own, Some(target), None))).await);
        }
        let answer = ocean.send(self.place, sent("/token", pairs(token, Some(STORE), None))).await;
        let Some(further) = answer.and_then(|answer| answer.text("access_token")) else { return };
        if cast.pick(3) == 2 {
            cast.leaks.exchanged.borrow_mut().push(further.clone());
        }
        for _ in 0..cast.pick(4) {
            cast.waits().await;
            let token = [token, &further][cast.pick(2) as usize];
            drop(ocean.send(self.place, sent("/introspect", vec![("token", token)])).await);
        }
        if cast.pick(4) == 3 {
            drop(ocean.send(self.place, sent("/revoke", vec![("token", &further)])).await);
        }
    }
}
