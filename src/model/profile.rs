//! What owners say of themselves (OpenID Connect Core §5.1). Nobody vouches for it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::base::form::Form;
use crate::base::text::is_invisible;
use crate::base::time::UnixTime;
use crate::model::metadata_uri::MetadataUri;

/// Longest name, in characters.
pub const MAX_NAME: usize = 100;
/// Longest address, in bytes (RFC 5321 §4.5.3.1.3).
const MAX_EMAIL: usize = 254;
/// Longest language tag or time zone, in bytes.
const MAX_WORD: usize = 64;

/// An owner's profile. Everything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// For display.
    pub name: Option<String>,
    /// As typed; nobody has verified it.
    pub email: Option<String>,
    /// A language tag (RFC 5646).
    pub locale: Option<String>,
    /// Where a picture is.
    pub picture: Option<MetadataUri>,
    /// A time zone by its name.
    pub zoneinfo: Option<String>,
    /// When it was last changed.
    pub updated_at: UnixTime,
}

/// A claim about the owner (OpenID Connect Core §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileClaim {
    /// `email`.
    Email,
    /// `email_verified`.
    EmailVerified,
    /// `locale`.
    Locale,
    /// `name`.
    Name,
    /// `picture`.
    Picture,
    /// `preferred_username`.
    PreferredUsername,
    /// `updated_at`.
    UpdatedAt,
    /// `zoneinfo`.
    Zoneinfo,
}

impl ProfileClaim {
    /// All of them, for discovery.
    pub const ALL: [Self; 8] = [
        Self::Email,
        Self::EmailVerified,
        Self::Locale,
        Self::Name,
        Self::Picture,
        Self::PreferredUsername,
        Self::UpdatedAt,
        Self::Zoneinfo,
    ];

    /// From its registered name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.name() == name)
    }

    /// Its registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::Locale => "locale",
            Self::Name => "name",
            Self::Picture => "picture",
            Self::PreferredUsername => "preferred_username",
            Self::UpdatedAt => "updated_at",
            Self::Zoneinfo => "zoneinfo",
        }
    }

    /// The scope that lets a client see it (OpenID Connect Core §5.4).
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Email | Self::EmailVerified => "email",
            _ => "profile",
        }
    }
}

/// The field of a profile that cannot be kept as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// Over 100 characters, or with characters that do not show.
    Name,
    /// Not an address.
    Email,
    /// Not a language tag.
    Locale,
    /// Not an https URI on a public host.
    Picture,
    /// Not a time zone.
    Zoneinfo,
}

impl Profile {
    /// From the form of the account page.
    ///
    /// # Errors
    /// The first [`ProfileError`].
    pub fn parse(form: &Form, now: UnixTime) -> Result<Self, ProfileError> {
        match Self::kept(form, now) {
            (profile, None) => Ok(profile),
            (_, Some(error)) => Err(error),
        }
    }

    /// What of the form is in order, and the first thing that is not.
    pub fn kept(form: &Form, now: UnixTime) -> (Self, Option<ProfileError>) {
        let mut wrong = None;
        let mut checked = |name, fits: fn(&str) -> bool, error| {
            let text = form.value(name).map(str::trim).filter(|text| !text.is_empty())?;
            if !fits(text) {
                wrong.get_or_insert(error);
                return None;
            }
            Some(text.to_owned())
        };
        let profile = Self {
            name: checked("name", is_name, ProfileError::Name),
            email: checked("email", is_email, ProfileError::Email),
            locale: checked("locale", is_language_tag, ProfileError::Locale),
            picture: checked("picture", |text| MetadataUri::parse(text).is_some(), ProfileError::Picture)
                .and_then(|text| MetadataUri::parse(&text)),
            zoneinfo: checked("zoneinfo", is_time_zone, ProfileError::Zoneinfo),
            updated_at: now,
        };
        (profile, wrong)
    }

    /// One claim; `None` where the owner has not said.
    pub fn claim(&self, claim: ProfileClaim, username: &str) -> Option<Value> {
        let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
        match claim {
            ProfileClaim::Email => text(&self.email),
            // OpenID Connect Core §5.1: true only where it was verified, and nothing here verifies addresses.
            ProfileClaim::EmailVerified => self.email.as_ref().map(|_| json!(false)),
            ProfileClaim::Locale => text(&self.locale),
            ProfileClaim::Name => text(&self.name),
            ProfileClaim::Picture => self.picture.as_ref().map(|uri| json!(uri.as_str())),
            ProfileClaim::PreferredUsername => Some(json!(username)),
            ProfileClaim::UpdatedAt => {
                (self.updated_at > UnixTime::default()).then(|| json!(self.updated_at.seconds()))
            }
            ProfileClaim::Zoneinfo => text(&self.zoneinfo),
        }
    }

    /// These claims, as far as they are known.
    pub fn claims(
        &self,
        claims: impl IntoIterator<Item = ProfileClaim>,
        username: &str,
    ) -> Map<String, Value> {
        let known =
            claims.into_iter().filter_map(|claim| Some((claim.name().into(), self.claim(claim, username)?)));
        known.collect()
    }
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= MAX_NAME && !text.chars().any(is_invisible)
}

/// Loosely: only a mail proves an address. Something before one `@`, a dot behind it, nothing that does not show.
fn is_email(text: &str) -> bool {
    let visible =
        |c: char| !c.is_whitespace() && !is_invisible(c) && !matches!(c, '<' | '>' | '"' | ',' | ';');
    let parts = text.split_once('@');
    let shaped = parts.is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').all(|label| !label.is_empty())
            && domain.contains('.')
    });
    shaped && text.len() <= MAX_EMAIL && text.chars().all(visible)
}

fn is_language_tag(text: &str) -> bool {
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= MAX_WORD
        && text.split('-').all(subtag)
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
}

/// `Area/Location` of the time zone database, or `UTC`.
fn is_time_zone(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+');
    text.len() <= MAX_WORD && text.split('/').all(|part| !part.is_empty() && part.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Profile, ProfileError> {
        Profile::parse(&Form::parse(query).unwrap(), UnixTime::from_seconds(7))
    }

    #[test]
    fn what_is_plausible_is_kept_as_typed() {
        let profile = parse(
            "name=%EC%95%A8%EB%A6%AC%EC%8A%A4&email=alice%40example.com&locale=ko-KR&picture=https%3A%2F%2Fp.example%2Fa.png&zoneinfo=Asia%2FSeoul",
        );
        let claims = profile.unwrap().claims(ProfileClaim::ALL, "alice");
        assert_eq!(
            Value::Object(claims),
            json!({ "name": "앨리스", "email": "alice@example.com", "email_verified": false, "locale": "ko-KR",
                "picture": "https://p.example/a.png", "preferred_username": "alice", "updated_at": 7, "zoneinfo": "Asia/Seoul" })
        );
        let empty = parse("name=+&email=").unwrap();
        assert_eq!(
            Value::Object(empty.claims([ProfileClaim::Email, ProfileClaim::EmailVerified], "a")),
            json!({})
        );
        assert_eq!(Profile::default().claim(ProfileClaim::UpdatedAt, "a"), None);
    }

    #[test]
    fn what_is_not_is_named() {
        for (query, error) in [
            (format!("name={}", "a".repeat(101)), ProfileError::Name),
            ("name=a%E2%80%8Bb".into(), ProfileError::Name),
            ("email=alice".into(), ProfileError::Email),
            ("email=a%40b".into(), ProfileError::Email),
            ("email=a%40b%40c.d".into(), ProfileError::Email),
            ("email=%3Ca%40b.c%3E".into(), ProfileError::Email),
            ("email=a%40b..c".into(), ProfileError::Email),
            (format!("email={}%40b.c", "a".repeat(254)), ProfileError::Email),
            ("locale=-".into(), ProfileError::Locale),
            ("locale=1a".into(), ProfileError::Locale),
            ("locale=verylongtag".into(), ProfileError::Locale),
            ("picture=http%3A%2F%2Fp.example%2F".into(), ProfileError::Picture),
            ("picture=https%3A%2F%2F10.0.0.1%2F".into(), ProfileError::Picture),
            ("zoneinfo=Asia%2F".into(), ProfileError::Zoneinfo),
            ("zoneinfo=Asia+Seoul".into(), ProfileError::Zoneinfo),
        ] {
            assert_eq!(parse(&query), Err(error), "{query}");
        }
    }

    #[test]
    fn every_claim_has_a_name_of_its_own() {
        for claim in ProfileClaim::ALL {
            assert_eq!(ProfileClaim::parse(claim.name()), Some(claim));
        }
        assert_eq!(ProfileClaim::parse("phone_number"), None);
    }
}
