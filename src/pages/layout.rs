//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use crate::base::form::encode_pairs;
use crate::model::brand::Brand;
use crate::model::language::Language;
use crate::pages::assets::{self, Asset, ICON};
use crate::pages::text::Text;
use crate::pages::text::admin::AdminText;

/// What a page has around its content.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The language.
    pub language: Language,
    /// How the deployment looks.
    pub brand: &'a Brand,
    /// Path and query, to come back to in another language.
    pub here: String,
    /// Whether somebody is signed in, as far as the cookie tells.
    pub signed_in: bool,
    /// Whether the playground is open.
    pub playground: bool,
    /// Whether it is an administrator who is signed in, as far as the cookie tells.
    pub administrator: bool,
    wide: bool,
    rooms: Option<Markup>,
    scripts: Vec<&'static Asset>,
}

/// Pages that are places to be, and not steps on the way back to an app: they have the way to the others.
const PLACES: [&str; 4] = ["/account", "/console", "/admin", "/playground"];

impl<'a> Frame<'a> {
    /// Around a page at `here`.
    pub const fn new(
        language: Language,
        brand: &'a Brand,
        here: String,
        signed_in: bool,
        playground: bool,
    ) -> Self {
        Self {
            language,
            brand,
            here,
            signed_in,
            playground,
            administrator: false,
            wide: false,
            rooms: None,
            scripts: Vec::new(),
        }
    }

    /// The same, for an administrator if it is one.
    #[must_use]
    pub fn of_administrator(self, administrator: bool) -> Self {
        Self { administrator, ..self }
    }

    /// The same, for what needs room.
    #[must_use]
    pub fn wide(&self) -> Self {
        Self { wide: true, ..self.clone() }
    }

    /// The same, in a place that has several rooms: the way between them stands above the title.
    #[must_use]
    pub fn among(&self, rooms: Markup) -> Self {
        Self { rooms: Some(rooms), ..self.clone() }
    }

    /// The same, with a script of ours.
    #[must_use]
    pub fn with_script(&self, script: &'static Asset) -> Self {
        let mut frame = self.clone();
        frame.scripts.push(script);
        frame
    }

    /// The sentences.
    pub const fn text(&self) -> &'static Text {
        Text::of(self.language)
    }

    fn is_place(&self) -> bool {
        self.path() == "/" || PLACES.iter().any(|place| self.path().starts_with(place))
    }

    fn path(&self) -> &str {
        self.here.split('?').next().unwrap_or_default()
    }

    /// How much room there is: a place has the way to the others at its head.
    fn width(&self) -> Option<&'static str> {
        if self.wide { Some("wide") } else { self.is_place().then_some("place") }
    }
}

/// A page around `content`.
pub fn page(frame: &Frame<'_>, title: &str, content: &Markup) -> Markup {
    let (text, brand) = (frame.text(), frame.brand);
    // Ours is part of the module; that of a deployment is fetched, and served from here.
    let icon = if brand.logo.is_some() { "/brand/logo".to_owned() } else { ICON.address() };
    html! {
        (DOCTYPE)
        html lang=(frame.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { @if title != brand.name { (title) " · " } (brand.name) }
                link rel="icon" href=(icon);
                link rel="stylesheet" href=(assets::stylesheet(brand));
                @for script in &frame.scripts { script src=(script.address()) defer {} }
            }
            body class=[frame.width()] {
                a class="skip" href="#content" { (text.skip) }
                header {
                    a class="brand" href="/" { img src=(icon) alt="" width="28" height="28"; bdi { (brand.name) } }
                    (ways(frame))
                }
                main id="content" {
                    @if let Some(rooms) = &frame.rooms { (rooms) }
                    h1 { (title) }
                    (content)
                }
                footer {
                    @if brand.links.is_empty() { span { (text.tagline) } }
                    @for link in &brand.links { a href=(link.uri) rel="noopener" { (link.label(frame.language)) } }
                }
            }
        }
    }
}

/// The way to the other places, and to the other language.
fn ways(frame: &Frame<'_>) -> Markup {
    let text = frame.text();
    let (other, name) = match frame.language {
        Language::En => (Language::Ko, "한국어"),
        Language::Ko => (Language::En, "English"),
    };
    let switch = encode_pairs([("to", other.tag()), ("back", &frame.here)]);
    let way = |to: &str, name: &str| {
        html! { a href=(to) aria-current=[(frame.path() == to).then_some("page")] { (name) } }
    };
    html! {
        @if frame.is_place() {
            nav aria-label=(text.ways) {
                @if frame.signed_in { (way("/account", text.account)) }
                (way("/console", text.console))
                @if frame.administrator { (way("/admin", AdminText::of(frame.language).administration)) }
                @if frame.playground { (way("/playground", text.playground)) }
                @if frame.signed_in { (way("/signout", text.sign_out)) } @else { (way("/signin", text.sign_in)) }
            }
        }
        a class="language" href={ "/language?" (switch) } lang=(other.tag()) hreflang=(other.tag()) { (name) }
    }
}

/// A sentence that says what went wrong.
pub fn alert(message: Option<&str>) -> Markup {
    html! { @if let Some(message) = message { p class="alert" role="alert" { (message) } } }
}

/// A sentence that says what was done.
pub fn status(message: Option<&str>) -> Markup {
    html! { @if let Some(message) = message { p class="done" role="status" { (message) } } }
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
