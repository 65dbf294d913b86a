//! The power goes out in the middle of a write. What was answered is there; what was not can be done again, and comes
//! out once.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use reqwest::blocking::RequestBuilder;
use serde_json::json;

use crate::app::{ALL, App, Ask, Tokens};
use crate::browser::{Browser, Form, PASSWORD, new_name};
use crate::http::{Reply, attempt};
use crate::server::{Server, at_length};

const SETTINGS: [&str; 1] = ["RATE_LIMITS:off"];

/// What had become of a write when the server was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The client has the answer.
    Answered,
    /// It was written, and the client does not know.
    Unheard,
    /// It left nothing that counts.
    Undone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    SignUp,
    SignIn,
    Consent,
    Redeem,
    Refresh,
    Revoke,
    Removal,
}

/// These hash a password, which keeps everything else waiting: they have rounds of their own.
const SLOW: [Kind; 2] = [Kind::SignUp, Kind::SignIn];
const QUICK: [Kind; 5] = [Kind::Consent, Kind::Redeem, Kind::Refresh, Kind::Revoke, Kind::Removal];

/// One write, and what its owner and its app hold before it.
struct Write {
    kind: Kind,
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
    fn prepare(kind: Kind, server: &Server) -> Self {
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

    fn request(&self) -> RequestBuilder {
        match (&self.form, self.kind) {
            (Some(form), _) => self.browser.posting(form),
            (None, Kind::Redeem) => self.app.redeeming(&self.credential, &self.ask),
            (None, Kind::Revoke) => self.app.request("/revoke", &[("token", &self.credential)]),
            (None, _) => self.app.refreshing(&self.credential),
        }
    }

    /// After the restart: whether what was answered is there, and whether the client can go on.
    fn settle(&self, answer: Option<Reply>, server: &Server) -> Outcome {
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

/// What a kill found under way.
struct Killed {
    after: Duration,
    answers: Vec<Option<Reply>>,
}

/// Sends everything at once and kills the server `delay` after that, or when everything is answered.
fn killed_amid(writes: &[Write], delay: Option<Duration>, server: Server) -> (Server, Killed) {
    let start = Barrier::new(writes.len() + 1);
    let (wreck, killed) = thread::scope(|scope| {
        let under_way = |write: &Write| {
            let (request, start) = (write.request(), &start);
            scope.spawn(move || {
                start.wait();
                attempt(request)
            })
        };
        let threads: Vec<_> = writes.iter().map(under_way).collect();
        let answers = || threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        start.wait();
        let begun = Instant::now();
        let Some(delay) = delay else {
            let answers = answers();
            let after = begun.elapsed();
            return (server.crash(), Killed { after, answers });
        };
        thread::sleep(delay);
        let after = begun.elapsed();
        (server.crash(), Killed { after, answers: answers() })
    });
    (wreck.restart(&SETTINGS), killed)
}

/// Rounds of these kinds. The first is killed when everything is answered, and shows how long that takes; each of the
/// others somewhere in its own share of that time, so that every run tries other moments.
fn rounds(kinds: &[Kind]) {
    let rounds: u32 = if at_length() { 60 } else { 5 };
    let mut outcomes: BTreeMap<(Kind, Outcome), u32> = BTreeMap::new();
    let mut server = Server::start(&SETTINGS);
    let mut share = Duration::ZERO;
    for round in 0..rounds {
        let writes: Vec<_> = kinds.iter().chain(kinds).map(|kind| Write::prepare(*kind, &server)).collect();
        let random = f64::from(getrandom::u32().unwrap()) / f64::from(u32::MAX);
        let delay = round.checked_sub(1).map(|at| share.mul_f64(f64::from(at) + random));
        let (restarted, Killed { after, answers }) = killed_amid(&writes, delay, server);
        server = restarted;
        if round == 0 {
            assert!(answers.iter().all(Option::is_some), "no answer before the kill");
            share = after / (rounds - 1);
        }
        for (write, answer) in writes.iter().zip(answers) {
            println!("{:?} {after:?} {:?}", write.kind, answer.as_ref().map(|answer| answer.status));
            *outcomes.entry((write.kind, write.settle(answer, &server))).or_default() += 1;
        }
    }
    for ((kind, outcome), count) in &outcomes {
        println!("{kind:?} {outcome:?}: {count}");
    }
    let unanswered = outcomes.keys().filter(|(_, outcome)| *outcome != Outcome::Answered).count();
    assert!(unanswered > 0, "every kill came too late");
}

#[test]
fn a_sign_up_or_sign_in_that_is_cut_off_can_be_done_again() {
    rounds(&SLOW);
}

#[test]
fn a_consent_redemption_refresh_revocation_or_removal_that_is_cut_off_can_be_done_again() {
    rounds(&QUICK);
}
