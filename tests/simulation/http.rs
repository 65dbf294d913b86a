//! Requests and answers, and the forms of pages as a browser reads them.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: &'static str,
    pub target: String,
    pub headers: BTreeMap<&'static str, String>,
    pub body: Vec<u8>,
    /// Whether somebody on the way may send it again.
    pub may_be_repeated: bool,
}

impl Sent {
    pub fn get(target: impl Into<String>) -> Self {
        let (target, headers) = (target.into(), BTreeMap::new());
        Self { method: "GET", target, headers, body: Vec::new(), may_be_repeated: true }
    }

    pub fn form<'a>(target: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self { method: "POST", body: body.into_bytes(), ..Self::get(target) }
            .with("content-type", "application/x-www-form-urlencoded")
    }

    pub fn json(method: &'static str, target: &str, value: &Value) -> Self {
        Self { method, body: value.to_string().into_bytes(), ..Self::get(target) }
            .with("content-type", "application/json")
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.into());
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn once(self) -> Self {
        Self { may_be_repeated: false, ..self }
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A parameter of the form.
    pub fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.body).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
    }

    /// For the story.
    pub fn label(&self) -> String {
        let what =
            self.field("grant_type").or_else(|| self.field("decision")).or_else(|| self.field("action"));
        match what {
            Some(what) => format!("{} {} ({what})", self.method, self.path()),
            None => format!("{} {}", self.method, self.path()),
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
    pub refusal: Option<String>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn text(&self, member: &str) -> Option<String> {
        self.json()[member].as_str().map(Into::into)
    }

    /// Where it leads, if that is to a client.
    pub fn to_client(&self) -> Option<&str> {
        Some(self.header("location")).filter(|to| self.status == 303 && !to.starts_with('/'))
    }

    /// Where it leads, if that is one of our own pages.
    pub fn to_page(&self) -> Option<&str> {
        Some(self.header("location")).filter(|to| self.status == 303 && to.starts_with('/'))
    }

    /// A parameter of the redirect.
    pub fn redirected(&self, name: &str) -> Option<String> {
        let (_, query) = self.to_client()?.split_once('?')?;
        url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
    }

    /// For the story.
    pub fn summary(&self) -> String {
        let mut summary = self.status.to_string();
        for said in [self.text("error"), self.redirected("error"), self.refusal.clone()].into_iter().flatten()
        {
            summary = format!("{summary} {said}");
        }
        summary
    }
}

/// The values of the boxes of a page, and its other fields, of the form with that action.
pub fn fields(page: &str, action: &str) -> Option<Vec<(String, String)>> {
    let start = page.find(&format!("action=\"{action}\""))?;
    let form = &page[start..start + page[start..].find("</form>")?];
    let attribute = |tag: &str, name: &str| {
        let marker = format!("{name}=\"");
        let at = tag.find(&marker)? + marker.len();
        Some(tag[at..at + tag[at..].find('"')?].replace("&amp;", "&").replace("&quot;", "\""))
    };
    let tags = form.split("<input ").skip(1).filter_map(|tag| tag.split('>').next());
    Some(tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect())
}
