//! A browser: cookies, pages, forms that are filled and sent as people and browsers do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::blocking::{Client, RequestBuilder};
use reqwest::cookie::{CookieStore, Jar};
use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::http::{Reply, client, encode, request, send};
use crate::secrets;
use crate::server::Server;

/// What everybody here chooses.
pub const PASSWORD: &str = "correct-horse-battery";

/// A browser.
pub struct Browser {
    client: Client,
    jar: Arc<Jar>,
    base: Url,
    /// `Accept-Language`.
    pub language: &'static str,
}

/// Where a browser has come to.
#[derive(Debug)]
pub struct Page {
    /// Its address, if it is ours.
    pub url: Url,
    /// The answer: a page, or the redirect that leads elsewhere.
    pub reply: Reply,
}

/// A form, with what a browser would send if nothing was touched.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    can_be_filled: Vec<String>,
    buttons: Vec<(String, String)>,
}

impl Browser {
    /// A new one.
    pub fn new(server: &Server) -> Self {
        let jar = Arc::new(Jar::default());
        let client = client().cookie_provider(Arc::clone(&jar)).build().unwrap();
        Self { client, jar, base: Url::parse(&server.url).unwrap(), language: "en" }
    }

    /// One whose owner has just signed up, under a name of their own.
    pub fn signed_up(server: &Server) -> (Self, String) {
        let (browser, name) = (Self::new(server), new_name());
        let page = browser.open("/signup");
        browser.send(page.form().fill("username", &name).fill("password", PASSWORD)).at("/account");
        (browser, name)
    }

    /// Another one in which `name` signs in.
    pub fn signed_in(server: &Server, name: &str) -> Self {
        let browser = Self::new(server);
        browser.sign_in(name, PASSWORD).at("/account");
        browser
    }

    /// Fills in the sign-in page.
    #[track_caller]
    pub fn sign_in(&self, name: &str, password: &str) -> Page {
        let page = self.open("/signin");
        self.send(page.form().fill("username", name).fill("password", password))
    }

    /// Opens an address and goes where it leads, as long as that is here.
    #[track_caller]
    pub fn open(&self, url: &str) -> Page {
        self.follow(self.base.join(url).unwrap(), self.get(url))
    }

    /// One GET.
    #[track_caller]
    pub fn get(&self, url: &str) -> Reply {
        send(self.request("GET", url).header("sec-fetch-site", "none"))
    }

    /// Sends a form and goes where that leads, as long as that is here.
    #[track_caller]
    pub fn send(&self, form: Form) -> Page {
        let url = self.base.join(&form.action).unwrap();
        let reply = self.post(&form);
        self.follow(url, reply)
    }

    /// Sends a form: one POST.
    #[track_caller]
    pub fn post(&self, form: &Form) -> Reply {
        send(self.posting(form))
    }

    /// A form as it would be sent.
    pub fn posting(&self, form: &Form) -> RequestBuilder {
        let request = self.request("POST", &form.action).header("origin", self.origin());
        form.body(request.header("sec-fetch-site", "same-origin"))
    }

    /// A request with this browser's cookies.
    pub fn request(&self, method: &str, url: &str) -> RequestBuilder {
        let url = self.base.join(url).unwrap();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.client
            .request(method, url)
            .header("accept-language", self.language)
            .header("accept", "text/html")
    }

    /// The origin of its pages.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Its cookies, as they would be sent.
    pub fn cookies(&self) -> String {
        self.jar.cookies(&self.base).map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    /// A request in which a copy of these cookies is played back.
    pub fn replay(&self, cookies: &str, method: &str, url: &str) -> RequestBuilder {
        request(method, self.base.join(url).unwrap().as_str()).header("cookie", cookies)
    }

    #[track_caller]
    fn follow(&self, mut url: Url, mut reply: Reply) -> Page {
        for _ in 0..10 {
            if reply.status != 303 {
                return Page { url, reply };
            }
            let next = url.join(reply.header("location")).unwrap();
            if next.origin() != self.base.origin() {
                return Page { url, reply };
            }
            reply = self.get(next.as_str());
            url = next;
        }
        panic!("round in circles: {url}");
    }
}

impl Page {
    /// Checks which page of ours it is.
    #[track_caller]
    pub fn at(self, path: &str) -> Self {
        assert_eq!((self.reply.status, self.url.path()), (200, path), "{self:#?}");
        self
    }

    /// Checks that it is a page that refuses.
    #[track_caller]
    pub fn refuses(self, status: u16) -> Self {
        assert_eq!(self.reply.status, status, "{self:#?}");
        assert!(!self.texts("[role=alert]").concat().is_empty(), "{self:#?}");
        self
    }

    /// Checks that it is the consent page of an app.
    #[track_caller]
    pub fn asks_for_consent(self) -> Self {
        assert_eq!(self.reply.status, 200, "{self:#?}");
        assert!(self.reply.body.contains("name=\"decision\""), "{self:#?}");
        self
    }

    /// The texts of the elements that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let (html, selector) = (Html::parse_document(&self.reply.body), Selector::parse(selector).unwrap());
        html.select(&selector).map(|element| element.text().collect()).collect()
    }

    /// The addresses that its links lead to below `path`.
    pub fn links(&self, path: &str) -> Vec<String> {
        let (html, selector) = (Html::parse_document(&self.reply.body), Selector::parse("a[href]").unwrap());
        let hrefs = html.select(&selector).filter_map(|link| link.attr("href"));
        hrefs.filter(|href| href.starts_with(path)).map(str::to_owned).collect()
    }

    /// Its only form that shows without scripts.
    #[track_caller]
    pub fn form(&self) -> Form {
        let mut forms = self.forms();
        assert_eq!(forms.len(), 1, "{self:#?}");
        forms.remove(0)
    }

    /// Its form that has a field with this value.
    #[track_caller]
    pub fn form_with(&self, name: &str, value: &str) -> Form {
        let with = |form: &Form| form.fields.iter().any(|(n, v)| n == name && v == value);
        self.forms().into_iter().find(with).unwrap_or_else(|| panic!("no form with {name}: {self:#?}"))
    }

    /// Its forms that change something.
    pub fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.reply.body);
        html.select(&Selector::parse("form:not([hidden], [role=search])").unwrap()).map(Form::read).collect()
    }
}

impl Form {
    fn read(form: ElementRef<'_>) -> Self {
        assert_eq!(form.attr("method"), Some("post"));
        let mut read = Self {
            action: form.attr("action").expect("an action").to_owned(),
            fields: Vec::new(),
            can_be_filled: Vec::new(),
            buttons: Vec::new(),
        };
        for control in form.select(&Selector::parse("input, textarea, button").unwrap()) {
            let name = control.attr("name").unwrap_or_default().to_owned();
            let value = control.attr("value").unwrap_or_default().to_owned();
            match (control.value().name(), control.attr("type").unwrap_or("text")) {
                ("button", "submit") => read.buttons.push((name, value)),
                ("input", "checkbox" | "radio") if control.attr("checked").is_none() => {}
                ("input", "hidden" | "checkbox" | "radio") => read.fields.push((name, value)),
                ("input", "text" | "password") => {
                    read.can_be_filled.push(name.clone());
                    read.fields.push((name, value));
                }
                ("textarea", _) => {
                    read.can_be_filled.push(name.clone());
                    read.fields.push((name, control.text().collect()));
                }
                other => panic!("a control that no test knows: {other:?}"),
            }
        }
        read
    }

    /// Types into a field that is there to be typed into.
    #[track_caller]
    pub fn fill(self, name: &str, value: &str) -> Self {
        assert!(self.can_be_filled.iter().any(|field| field == name), "no field {name}: {self:#?}");
        if name == "password" {
            secrets::met(value);
        }
        self.forge(name, value)
    }

    /// Unticks a box.
    #[track_caller]
    pub fn untick(mut self, name: &str, value: &str) -> Self {
        let before = self.fields.len();
        self.fields.retain(|(n, v)| (n.as_str(), v.as_str()) != (name, value));
        assert_eq!(self.fields.len() + 1, before, "no box {name}={value}: {self:#?}");
        self
    }

    /// Chooses one of several.
    #[track_caller]
    pub fn choose(self, name: &str, value: &str) -> Self {
        assert!(self.fields.iter().any(|(n, _)| n == name), "nothing to choose of {name}: {self:#?}");
        self.forge(name, value)
    }

    /// Presses a button that is there.
    #[track_caller]
    pub fn press(mut self, name: &str, value: &str) -> Self {
        let button = (name.to_owned(), value.to_owned());
        assert!(self.buttons.contains(&button), "no button {name}={value}: {self:#?}");
        self.fields.push(button);
        self
    }

    /// Sets a field as only an attacker would.
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a field out.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// The value of a field.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(n, _)| n == name);
        field.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}: {self:#?}"))
    }

    /// Where it is sent to.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// As the body of a request.
    pub fn body(&self, request: RequestBuilder) -> RequestBuilder {
        let fields: Vec<_> = self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        request.header("content-type", "application/x-www-form-urlencoded").body(encode(&fields))
    }
}

/// A name that nobody has.
pub fn new_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("owner{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
