//! The settings of a deployment. A setting that is there and wrong stops everything; nothing falls back in silence.

use std::fmt;

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::Seconds;
use crate::jose::keyring::{Keyring, KeyringError};
use crate::model::brand::{Accent, Brand};
use crate::model::catalogue::{Catalogue, CatalogueError};
use crate::model::grant_type::RefreshMode;
use crate::model::id::SubjectId;
use crate::model::issuer::Issuer;
use crate::model::metadata_uri::{MetadataUri, Reach};
use crate::model::password::{ARGON2ID, Algorithm, PBKDF2};
use crate::model::resource::{ProtectedResource, ResourceError};

/// Who may register clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anyone; nothing is stored for those who do not say who they are.
    Open,
    /// Holders of the initial access token, and signed-in owners.
    Token,
    /// Nobody.
    Closed,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Anyone.
    Open,
    /// Nobody.
    Closed,
}

/// The settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ISSUER`; absent only in development, where the request's own origin stands in.
    pub issuer: Option<Issuer>,
    /// `DEV`: this is somebody's own computer.
    pub dev: bool,
    /// `REGISTRATION`.
    pub registration: Registration,
    /// Whether ids with sealed metadata are honoured: always while registration is open, else by `SEALED_CLIENTS`.
    pub sealed_clients: bool,
    /// `CLIENT_ID_METADATA`: whether a client id may be the address of a document.
    pub client_id_metadata: bool,
    /// `SIGN_UP`.
    pub sign_up: SignUp,
    /// `SCOPES`.
    pub catalogue: Catalogue,
    /// `RESOURCES`.
    pub resources: Vec<ProtectedResource>,
    /// `CODE_TTL`.
    pub code_ttl: Seconds,
    /// `DEVICE_CODE_TTL`.
    pub device_code_ttl: Seconds,
    /// `ACCESS_TOKEN_TTL`.
    pub access_token_ttl: Seconds,
    /// `REFRESH_IDLE_TTL`.
    pub refresh_idle_ttl: Seconds,
    /// `REFRESH_MAX_TTL`: a family ends this long after it began, used or not.
    pub refresh_max_ttl: Option<Seconds>,
    /// `REFRESH_RETRY_WINDOW`; zero is none.
    pub refresh_retry_window: Seconds,
    /// `REFRESH_TOKENS`: for clients that authenticate and did not say.
    pub refresh_tokens: RefreshMode,
    /// `DPOP_NONCE`: whether DPoP proofs must have a nonce of ours (RFC 9449 §8).
    pub dpop_nonce_required: bool,
    /// `PASSWORD_HASH`.
    pub password_algorithm: Algorithm,
    /// `RATE_LIMITS`: by address and by client. An account's own throttle is always on.
    pub rate_limits: bool,
    /// `REGISTRATION_TOKEN`: the initial access token (RFC 7591 §3).
    pub registration_token: Option<Secret<String>>,
    /// `ADMIN_TOKEN`.
    pub admin_token: Option<Secret<String>>,
    /// `ADMINS`: owners who may administer, by subject. Names are had by whoever comes first; a subject is random, and
    /// never given again.
    pub admins: Vec<SubjectId>,
    /// `BRAND_NAME`, `BRAND_LOGO`, `BRAND_ACCENT`, `BRAND_LINKS`.
    pub brand: Brand,
    /// `PLAYGROUND`: whether the story can be walked here. In development it can, unless this says otherwise.
    pub playground: bool,
}

impl Config {
    /// How far fetches may go.
    pub const fn reach(&self) -> Reach {
        if self.dev { Reach::ThisComputerToo } else { Reach::Public }
    }

    /// Whether that owner administers this deployment.
    pub fn is_admin(&self, sub: SubjectId) -> bool {
        self.admins.contains(&sub)
    }
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting.
    pub name: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason)
    }
}

const YEAR: u64 = 366 * 86_400;
/// What 16 random bytes take in base64url. Guesses at these tokens are not slowed down for whoever guesses right, so it
/// is their length that must make them hopeless, from however many addresses they come.
const TOKEN_LENGTH: usize = 22;

/// Reads settings one by one and remembers what was wrong with each.
struct Reader<F> {
    lookup: F,
    errors: Vec<ConfigError>,
}

impl Config {
    /// Reads every setting through `lookup`.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first.
    pub fn load(lookup: impl Fn(&str) -> Option<String>) -> Result<(Self, Keyring), Vec<ConfigError>> {
        let mut read = Reader { lookup, errors: Vec::new() };
        let keyring = read.keyring();
        let dev = read.word("DEV", &[("1", true), ("0", false)], false);
        let registration = read.word(
            "REGISTRATION",
            &[("open", Registration::Open), ("token", Registration::Token), ("closed", Registration::Closed)],
            Registration::Open,
        );
        let catalogue = read.catalogue();
        let config = Self {
            issuer: read.issuer(dev),
            dev,
            registration,
            sealed_clients: read.word("SEALED_CLIENTS", &[("accept", true), ("refuse", false)], false)
                || registration == Registration::Open,
            client_id_metadata: read.word("CLIENT_ID_METADATA", &[("on", true), ("off", false)], true),
            sign_up: read.word(
                "SIGN_UP",
                &[("open", SignUp::Open), ("closed", SignUp::Closed)],
                SignUp::Open,
            ),
            resources: read.resources(&catalogue),
            catalogue,
            code_ttl: read.seconds("CODE_TTL", 60, 1..=600),
            device_code_ttl: read.seconds("DEVICE_CODE_TTL", 600, 60..=1800),
            access_token_ttl: read.seconds("ACCESS_TOKEN_TTL", 600, 1..=86_400),
            refresh_idle_ttl: read.seconds("REFRESH_IDLE_TTL", 2_592_000, 1..=YEAR),
            refresh_max_ttl: read.optional_seconds("REFRESH_MAX_TTL", 1..=YEAR.saturating_mul(10)),
            refresh_retry_window: read.seconds("REFRESH_RETRY_WINDOW", 60, 0..=3600),
            refresh_tokens: read.word(
                "REFRESH_TOKENS",
                &[("rotate", RefreshMode::Rotate), ("keep", RefreshMode::Keep)],
                RefreshMode::Rotate,
            ),
            dpop_nonce_required: read.word("DPOP_NONCE", &[("optional", false), ("required", true)], false),
            password_algorithm: read.word(
                "PASSWORD_HASH",
                &[("argon2id", ARGON2ID), ("pbkdf2", PBKDF2)],
                ARGON2ID,
            ),
            rate_limits: read.word("RATE_LIMITS", &[("on", true), ("off", false)], true),
            registration_token: read.token("REGISTRATION_TOKEN"),
            admin_token: read.token("ADMIN_TOKEN"),
            admins: read.admins(),
            brand: read.brand(dev),
            playground: read.playground(dev, registration),
        };
        if let Some(issuer) = &config.issuer
            && config.resources.iter().any(|resource| issuer.is_origin_of(&resource.identifier))
        {
            read.wrong(
                "RESOURCES",
                "a resource on the issuer's own origin is served here, and its key is never shared".into(),
            );
        }
        if registration == Registration::Token && config.registration_token.is_none() {
            read.wrong("REGISTRATION_TOKEN", "REGISTRATION is \"token\", so this secret must be set".into());
        }
        match keyring {
            Some(keyring) if read.errors.is_empty() => Ok((config, keyring)),
            _ => Err(read.errors),
        }
    }
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
    }

    fn wrong(&mut self, name: &'static str, reason: String) {
        self.errors.push(ConfigError { name, reason });
    }

    fn keyring(&mut self) -> Option<Keyring> {
        let reason = match Keyring::parse(&self.text("ROOT_KEYS").unwrap_or_default()) {
            Ok(keyring) => return Some(keyring),
            Err(KeyringError::Empty) => {
                "this secret is missing. Locally `make dev` writes one into .dev.vars; for a deployment: \
                 echo \"k1:$(openssl rand -base64 32 | tr +/ -_ | tr -d =)\" | npx wrangler secret put ROOT_KEYS"
            }
            Err(KeyringError::MalformedEntry) => {
                "each entry must be kid:key, the kid of 1 to 16 letters or digits, the key 32 bytes in base64url without padding"
            }
            Err(KeyringError::RepeatedKid) => "two entries have the same kid",
            Err(KeyringError::FirstKeyRetired) => {
                "the first key signs, so it cannot be marked as retired with !"
            }
            Err(KeyringError::TooMany) => "more than eight keys",
        };
        self.wrong("ROOT_KEYS", reason.into());
        None
    }

    fn issuer(&mut self, dev: bool) -> Option<Issuer> {
        let text = self.text("ISSUER");
        let issuer = text.as_deref().and_then(Issuer::parse);
        match (&text, &issuer) {
            (None, _) if dev => {}
            (None, _) => {
                self.wrong("ISSUER", "set it to the https origin that this deployment is reached at".into())
            }
            (Some(_), None) => self.wrong("ISSUER", "must be an https origin, without a path".into()),
            (Some(_), Some(issuer)) if issuer.is_plain_http() && !dev => {
                self.wrong("ISSUER", "plain http is for development (DEV=1) alone".into());
            }
            _ => {}
        }
        issuer
    }

    fn catalogue(&mut self) -> Catalogue {
        let Some(json) = self.text("SCOPES") else { return Catalogue::default() };
        let reason = match Catalogue::parse(&json) {
            Ok(catalogue) => return catalogue,
            Err(CatalogueError::Malformed(words)) => words,
            Err(CatalogueError::Name(name)) => format!("{name:?} is no scope token, or stands twice"),
            Err(CatalogueError::NoDefault) => "no scope is a default".into(),
        };
        self.wrong("SCOPES", reason);
        Catalogue::default()
    }

    fn resources(&mut self, catalogue: &Catalogue) -> Vec<ProtectedResource> {
        let Some(json) = self.text("RESOURCES") else { return Vec::new() };
        let reason = match ProtectedResource::parse_list(&json, &catalogue.all()) {
            Ok(resources) => return resources,
            Err(ResourceError::Malformed(words)) => words,
            Err(ResourceError::Identifier(id)) => {
                format!("{id:?} is no https URI without fragment, or stands twice")
            }
            Err(ResourceError::Scope(scope)) => format!("{scope:?} is not in SCOPES"),
            Err(ResourceError::ExchangeTo(to)) => format!(
                "{to:?} in exchange_to is no other resource here, or there is no introspection_client to exchange"
            ),
        };
        self.wrong("RESOURCES", reason);
        Vec::new()
    }

    fn admins(&mut self) -> Vec<SubjectId> {
        let text = self.text("ADMINS").unwrap_or_default();
        let words = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
        let admins: Option<Vec<_>> = words.map(|word| Opaque::parse(word).map(SubjectId)).collect();
        if admins.is_none() {
            self.wrong(
                "ADMINS",
                "must be subjects of accounts (22 characters each, not user names), separated by commas or blanks"
                    .into(),
            );
        }
        admins.unwrap_or_default()
    }

    /// Its client registers as anybody can: where nobody can, there is no story.
    fn playground(&mut self, dev: bool, registration: Registration) -> bool {
        let open = registration == Registration::Open;
        let on = self.word("PLAYGROUND", &[("on", true), ("off", false)], dev && open);
        if on && !open {
            self.wrong(
                "PLAYGROUND",
                "its client registers anonymously: REGISTRATION must be \"open\"".into(),
            );
        }
        on
    }

    fn brand(&mut self, dev: bool) -> Brand {
        let reach = if dev { Reach::ThisComputerToo } else { Reach::Public };
        let mut brand = Brand::default();
        if let Some(text) = self.text("BRAND_NAME") {
            match Brand::parse_name(&text) {
                Some(name) => brand.name = name,
                None => self.wrong("BRAND_NAME", "at most 40 characters that show".into()),
            }
        }
        if let Some(text) = self.text("BRAND_LOGO") {
            brand.logo = MetadataUri::parse_within(&text, reach);
            if brand.logo.is_none() {
                self.wrong("BRAND_LOGO", "must be the https address of a picture".into());
            }
        }
        if let Some(text) = self.text("BRAND_ACCENT") {
            match Accent::parse(&text) {
                Ok(accent) => brand.accent = Some(accent),
                Err(reason) => self.wrong("BRAND_ACCENT", reason),
            }
        }
        if let Some(text) = self.text("BRAND_LINKS") {
            match Brand::parse_links(&text) {
                Ok(links) => brand.links = links,
                Err(reason) => self.wrong("BRAND_LINKS", reason),
            }
        }
        brand
    }

    fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)], default: T) -> T {
        let Some(text) = self.text(name) else { return default };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        self.wrong(name, format!("must be one of: {}", known.join(", ")));
        default
    }

    fn seconds(&mut self, name: &'static str, default: u64, range: std::ops::RangeInclusive<u64>) -> Seconds {
        self.optional_seconds(name, range).unwrap_or(Seconds(default))
    }

    fn optional_seconds(
        &mut self,
        name: &'static str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<Seconds> {
        let text = self.text(name)?;
        let value = text.parse().ok().filter(|seconds| range.contains(seconds));
        if value.is_none() {
            self.wrong(
                name,
                format!("must be a whole number of seconds from {} to {}", range.start(), range.end()),
            );
        }
        value.map(Seconds)
    }

    fn token(&mut self, name: &'static str) -> Option<Secret<String>> {
        let text = self.text(name)?;
        if text.len() < TOKEN_LENGTH {
            let reason =
                format!("must have at least {TOKEN_LENGTH} characters: openssl rand -hex 16 makes one");
            self.wrong(name, reason);
        }
        Some(Secret::new(text))
    }
}

#[cfg(test)]
mod tests;
