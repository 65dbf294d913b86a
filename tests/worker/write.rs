//! A write whose answer may be lost. What was answered is there; what was not can be done again, and comes out once.

use std::thread;
use std::time::Duration;

use reqwest::blocking::RequestBuilder;
use serde_json::json;

use crate::app::{ALL, App, Ask, Tokens};
use crate::browser::{Browser, Form, PASSWORD, new_name};
use crate::http::Reply;
use crate::server::Server;

/// What had become of a write when the server died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The client has the answer.
    Answered,
    /// It was written, and the client does not know.
    Unheard,
    /// It left nothing that counts.
    Undone,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    SignUp,
    SignIn,
    Consent,
    Redeem,
    Refresh,
    Revoke,
    Removal,
}

/// One write, and what its owner and its app hold before it.
pub struct Write {
    /// What it is.
    pub kind: Kind,
    browser: Browser,
    name: String,
    app: App,
    ask: Ask,
    /// The code that is redeemed, or the token that is refreshed or revoked.
    credential: String,
    /// The form that is sent.
    form: Option<Form>,
}

impl Write {
    /// Everything that goes before it.
    pub fn prepare(kind: Kind, server: &Server) -> Self {
        let app = App::anonymous(server);
        let ask = app.asks_for(ALL);
        let mut write = match kind {
            Kind::SignUp => {
                let (browser, name) = (Browser::new(server), new_name());
                Self { kind, browser, name, app, ask, credential: String::new(), form: None }
            }
            _ => {
                let (browser, name) = Browser::signed_up(server);
                Self { kind, browser, name, app, ask, credential: String::new(), form: None }
            }
        };
        match kind {
            Kind::SignUp => write.form = Some(write.filled("/signup", &write.browser)),
            Kind::SignIn => {
                write.browser = Browser::new(server);
                write.form = Some(write.filled("/signin", &write.browser));
            }
            Kind::Consent => {
                let page = write.browser.open(&write.ask.url()).asks_for_consent();
                write.form = Some(page.form().press("decision", "allow"));
            }
            Kind::Redeem => write.credential = write.ask.allowed_in(&write.browser),
            Kind::Refresh | Kind::Revoke => write.credential = write.tokens().refresh,
            Kind::Removal => {
                write.credential = write.tokens().refresh;
                write.form = write.row();
            }
        }
        write
    }

    fn filled(&self, path: &str, browser: &Browser) -> Form {
        browser.open(path).form().fill("username", &self.name).fill("password", PASSWORD)
    }

    fn tokens(&self) -> Tokens {
        self.app.tokens(&self.browser, ALL)
    }

    /// The account page's row of the app, if there is one.
    fn row(&self) -> Option<Form> {
        self.browser.open("/account").at("/account").forms().pop().map(|form| form.press("action", "remove"))
    }

    /// The write itself, not sent yet.
    pub fn request(&self) -> RequestBuilder {
        match (&self.form, self.kind) {
            (Some(form), _) => self.browser.posting(form),
            (None, Kind::Redeem) => self.app.redeeming(&self.credential, &self.ask),
            (None, Kind::Revoke) => self.app.request("/revoke", &[("token", &self.credential)]),
            (None, _) => self.app.refreshing(&self.credential),
        }
    }

    /// After the restart: whether what was answered is there, and whether the client can go on.
    pub fn settle(&self, answer: Option<Reply>, server: &Server) -> Outcome {
        match self.kind {
            Kind::SignUp => self.settle_sign_up(answer, server),
            Kind::SignIn => self.settle_sign_in(answer, server),
            Kind::Consent => self.settle_consent(answer),
            Kind::Redeem => self.settle_redeem(answer),
            Kind::Refresh => self.settle_refresh(answer),
            Kind::Revoke => self.settle_revoke(answer),
            Kind::Removal => self.settle_removal(answer),
        }
    }

    /// The name is free, or taken by the one who asked for it: either way the password opens it now.
    fn settle_sign_up(&self, answer: Option<Reply>, server: &Server) -> Outcome {
        let outcome = match answer {
            Some(reply) => {
                reply.expect(303);
                self.browser.open("/account").at("/account");
                let other = Browser::new(server);
                other.send(self.filled("/signup", &other)).refuses(409);
                Outcome::Answered
            }
            None => match self.browser.post(self.form.as_ref().unwrap()).status {
                303 => Outcome::Undone,
                409 => Outcome::Unheard,
                other => panic!("sign-up again: {other}"),
            },
        };
        Browser::signed_in(server, &self.name);
        outcome
    }

    /// Nobody but the browser ever had the session of an answer that was lost, so whether it began does not matter.
    fn settle_sign_in(&self, answer: Option<Reply>, server: &Server) -> Outcome {
        let outcome = match answer {
            Some(reply) => {
                reply.expect(303);
                Outcome::Answered
            }
            None => {
                self.browser.post(self.form.as_ref().unwrap()).expect(303);
                Outcome::Undone
            }
        };
        self.browser.open("/account").at("/account");
        Browser::signed_in(server, &self.name);
        outcome
    }

    /// One form gives one code at most. Where that was lost, asking again gives another.
    fn settle_consent(&self, answer: Option<Reply>) -> Outcome {
        let form = self.form.as_ref().unwrap();
        let again = self.browser.post(form);
        let (code, outcome) = match (answer, again.status) {
            (Some(reply), 400) => (Some(self.ask.code_of(&reply)), Outcome::Answered),
            (None, 303) => (Some(self.ask.code_of(&again)), Outcome::Undone),
            (None, 400) => (None, Outcome::Unheard),
            (answer, other) => panic!("{answer:#?}, and then {other}"),
        };
        self.browser.post(form).expect(400);
        let ask = self.app.asks_for(ALL);
        let tokens = match code {
            Some(code) => Tokens::of(&self.app.redeem(&code, &self.ask).expect(200)),
            None => {
                // The approval itself may or may not have been written down by then.
                let page = self.browser.open(&ask.url());
                let reply = match page.reply.status {
                    200 => self.browser.post(&page.asks_for_consent().form().press("decision", "allow")),
                    _ => page.reply,
                };
                Tokens::of(&self.app.redeem(&ask.code_of(&reply), &ask).expect(200))
            }
        };
        self.app.refresh(&tokens.refresh).expect(200);
        // And the owner can see it and end it.
        self.browser.post(&self.row().expect("a row of the app")).expect(303);
        self.app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
        outcome
    }

    /// One redemption at most is ever answered with tokens.
    fn settle_redeem(&self, answer: Option<Reply>) -> Outcome {
        let redeem = || self.app.redeem(&self.credential, &self.ask);
        if let Some(reply) = answer {
            let tokens = Tokens::of(&reply.expect(200));
            let tokens = Tokens::of(&self.app.refresh(&tokens.refresh).expect(200));
            redeem().expect_error(400, "invalid_grant");
            self.app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
            return Outcome::Answered;
        }
        let again = redeem();
        if again.status == 200 {
            let tokens = Tokens::of(&again);
            redeem().expect_error(400, "invalid_grant");
            self.app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
            return Outcome::Undone;
        }
        again.expect_error(400, "invalid_grant");
        // The tokens nobody has are dead now. The approval is not: the app asks again.
        let ask = self.app.asks_for(ALL);
        let code = ask.code_without_asking(&self.browser.open(&ask.url()));
        self.app.redeem(&code, &ask).expect(200);
        Outcome::Unheard
    }

    /// There is one successor, the same bytes however often and when it is fetched.
    fn settle_refresh(&self, answer: Option<Reply>) -> Outcome {
        let refresh = || Tokens::of(&self.app.refresh(&self.credential).expect(200)).refresh;
        let successors = [refresh(), refresh()];
        assert_eq!(successors[0], successors[1]);
        let outcome = match answer {
            Some(reply) => {
                assert_eq!(Tokens::of(&reply.expect(200)).refresh, successors[0]);
                Outcome::Answered
            }
            // Whether it had been rotated before cannot be told: that is the point.
            None => Outcome::Undone,
        };
        let next = Tokens::of(&self.app.refresh(&successors[0]).expect(200));
        assert_ne!(next.refresh, successors[0]);
        assert_eq!(refresh(), next.refresh);
        outcome
    }

    fn settle_revoke(&self, answer: Option<Reply>) -> Outcome {
        let outcome = match answer {
            Some(reply) => {
                reply.expect(200);
                Outcome::Answered
            }
            None if self.is_alive() => Outcome::Undone,
            None => Outcome::Unheard,
        };
        if outcome == Outcome::Undone {
            self.app.revoke(&self.credential).expect(200);
        }
        assert!(!self.is_alive());
        self.app.refresh(&self.credential).expect_error(400, "invalid_grant");
        outcome
    }

    fn settle_removal(&self, answer: Option<Reply>) -> Outcome {
        let outcome = match (answer, self.row()) {
            (Some(reply), row) => {
                assert_eq!(reply.expect(303).header("location"), "/account");
                assert!(row.is_none() && !self.is_alive(), "removed, and then there again");
                Outcome::Answered
            }
            (None, Some(row)) => {
                self.browser.post(&row).expect(303);
                assert!(!self.is_alive());
                Outcome::Undone
            }
            // The account had noted it and had yet to tell the grant: its alarm does.
            (None, None) => {
                let told = (0..80).any(|_| {
                    let told = !self.is_alive();
                    thread::sleep(Duration::from_millis(if told { 0 } else { 250 }));
                    told
                });
                assert!(told, "removed, but the grant was never told");
                Outcome::Unheard
            }
        };
        self.app.refresh(&self.credential).expect_error(400, "invalid_grant");
        assert!(self.row().is_none());
        self.browser.open(&self.app.asks_for(ALL).url()).asks_for_consent();
        outcome
    }

    fn is_alive(&self) -> bool {
        self.app.introspect(&self.credential).expect(200).json() != json!({ "active": false })
    }
}
