//! A browser: keeps cookies, finds forms, fills and sends them as it shows them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Answer, Harness, ISSUER, Sent};

pub struct Browser<'a> {
    pub harness: &'a Harness,
    pub cookies: RefCell<BTreeMap<String, String>>,
}

/// A form of a page, as a browser would send it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Finds the form with that action. Boxes that are ticked are among the fields.
    pub fn find(page: &str, action: &str) -> Self {
        let marker = format!("action=\"{action}\"");
        let start = page.find(&marker).unwrap_or_else(|| panic!("no form to {action} in {page}"));
        let form = &page[start..start + page[start..].find("</form>").unwrap()];
        let mut fields = Vec::new();
        for input in form.split("<input ").skip(1) {
            let input = &input[..input.find('>').unwrap()];
            let attribute = |name: &str| {
                let marker = format!("{name}=\"");
                input.find(&marker).map(|at| {
                    let rest = &input[at + marker.len()..];
                    unescape(&rest[..rest.find('"').unwrap()])
                })
            };
            let boxed = matches!(attribute("type").as_deref(), Some("checkbox" | "radio"));
            if let (Some(name), Some(value)) = (attribute("name"), attribute("value"))
                && (!boxed || input.contains(" checked"))
            {
                fields.push((name, value));
            }
        }
        Self { action: action.into(), fields }
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.fields.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    pub fn sent(&self) -> Sent {
        let pairs: Vec<_> = self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        Sent::form(&self.action, &pairs).with("origin", ISSUER).with("sec-fetch-site", "same-origin")
    }
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

impl<'a> Browser<'a> {
    pub fn new(harness: &'a Harness) -> Self {
        Self { harness, cookies: RefCell::default() }
    }

    /// The form of a page.
    pub fn form(page: &str, action: &str) -> Form {
        Form::find(page, action)
    }

    /// A browser whose owner has just signed up.
    pub fn signed_up(harness: &'a Harness, username: &str) -> Self {
        let browser = Self::new(harness);
        let page = browser.get("/signup");
        let form =
            Form::find(&page.body, "/signup").set("username", username).set("password", "correct horse");
        assert_eq!(browser.submit(&form).location(), "/account");
        browser
    }

    pub fn send(&self, sent: Sent) -> Answer {
        let cookies: Vec<_> = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let answer = self.harness.send(sent.with("cookie", &cookies.join("; ")));
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
                assert!(cookie.contains(flag), "{cookie}");
            }
            assert!(name.starts_with("__Host-"), "{cookie}");
            if cookie.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.into(), value.into());
            }
        }
        answer
    }

    pub fn get(&self, target: &str) -> Answer {
        self.send(Sent::get(target))
    }

    /// Follows our own redirects, as far as they lead: no browser follows more than twenty.
    pub fn follow(&self, answer: Answer) -> Answer {
        let mut answer = answer;
        for _ in 0..20 {
            if answer.status != 303 || !answer.location().starts_with('/') {
                return answer;
            }
            let next = answer.location().to_owned();
            answer = self.get(&next);
        }
        panic!("redirected for ever: {}", answer.location());
    }

    pub fn submit(&self, form: &Form) -> Answer {
        self.send(form.sent())
    }

    pub fn cookie(&self, name: &str) -> String {
        self.cookies.borrow().get(&format!("__Host-postern_{name}")).cloned().unwrap_or_default()
    }

    pub fn sign_in(&self, username: &str, password: &str) -> Answer {
        let page = self.get("/signin");
        self.submit(&Form::find(&page.body, "/signin").set("username", username).set("password", password))
    }

    /// Goes to the authorization endpoint and presses `allow` on the page it shows.
    pub fn allow(&self, target: &str) -> Answer {
        let page = self.follow(self.get(target));
        assert_eq!(page.status, 200, "{page:?}");
        self.submit(&Form::find(&page.body, "/consent").set("decision", "allow"))
    }
}
