//! The form of an owner's profile: what is kept is what was typed, and is what the claim of that name may be.

use postern::base::form::Form;
use postern::base::text::is_invisible;
use postern::base::time::UnixTime;
use postern::model::metadata_uri::MetadataUri;
use postern::model::profile::{Profile, ProfileClaim, ProfileError};
use serde_json::{Value, json};

use crate::world::{NOW, text};

/// The form.
pub fn profile(data: &[u8]) {
    let Some(form) = text(data).and_then(|sent| Form::parse(sent).ok()) else { return };
    let (profile, wrong) = Profile::kept(&form, NOW);
    match Profile::parse(&form, NOW) {
        Ok(parsed) => assert_eq!((parsed, wrong), (profile.clone(), None)),
        Err(error) => assert_eq!(wrong, Some(error)),
    }
    let picture = profile.picture.as_ref().map(|uri| uri.as_str().to_owned());
    let fields = [
        ("name", &profile.name, ProfileError::Name),
        ("email", &profile.email, ProfileError::Email),
        ("locale", &profile.locale, ProfileError::Locale),
        ("picture", &picture, ProfileError::Picture),
        ("zoneinfo", &profile.zoneinfo, ProfileError::Zoneinfo),
    ];
    // As it was typed, or not at all; and the first that is not is said.
    let typed = |name: &str| form.value(name).map(str::trim).filter(|text| !text.is_empty());
    let mut lost = fields.iter().filter(|(name, kept, _)| typed(name) != kept.as_deref());
    assert!(fields.iter().all(|(name, kept, _)| kept.is_none() || typed(name) == kept.as_deref()));
    assert_eq!(lost.next().map(|(_, _, error)| *error), wrong);

    // What was kept is kept again.
    let pairs = fields.iter().filter_map(|(name, kept, _)| Some(((*name).to_owned(), (*kept).clone()?)));
    assert_eq!(Profile::parse(&Form::from_pairs(pairs.collect()), NOW), Ok(profile.clone()));
    claims(&profile);
}

/// OpenID Connect Core §5.1.
fn claims(profile: &Profile) {
    let claims = profile.claims(ProfileClaim::ALL, "alice");
    let said = |name: &str| claims.get(name).and_then(Value::as_str);
    for text in ["name", "email", "locale", "picture", "zoneinfo"].into_iter().filter_map(said) {
        assert!(!text.is_empty() && text.trim() == text && !text.chars().any(is_invisible), "{text:?}");
    }
    assert!(said("name").is_none_or(|name| name.chars().count() <= 100));
    assert!(
        said("picture").is_none_or(|uri| uri.starts_with("https://") && MetadataUri::parse(uri).is_some())
    );
    let email = said("email");
    assert!(
        email.is_none_or(|email| email.len() <= 254
            && email.matches('@').count() == 1
            && !email.contains(' '))
    );
    // Nobody has verified it.
    assert_eq!(claims.get("email_verified"), email.map(|_| &Value::Bool(false)));
    for word in ["locale", "zoneinfo"].into_iter().filter_map(said) {
        assert!(
            word.len() <= 64 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+/".contains(&b)),
            "{word}"
        );
    }
    assert_eq!(said("preferred_username"), Some("alice"));
    assert_eq!(claims.get("updated_at"), Some(&json!(NOW.seconds())));
    assert!(claims.keys().all(|name| ProfileClaim::parse(name).is_some_and(|claim| claim.name() == name)));
    let unsaid = Profile { updated_at: UnixTime::default(), ..profile.clone() };
    assert_eq!(unsaid.claim(ProfileClaim::UpdatedAt, "alice"), None);
}
