//! What an owner says of themselves, for clients that may see it.

use maud::{Markup, html};

use crate::model::metadata_uri::MetadataUri;
use crate::model::profile::{Profile, ProfileError};
use crate::pages::Csrf;
use crate::pages::account_sections::{Section, sections};
use crate::pages::layout::{Frame, hidden, page, status};

/// What the page shows.
#[derive(Debug)]
pub struct ProfilePage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// What was said so far.
    pub profile: &'a Profile,
    /// What became of the last change to it.
    pub edited: Option<Result<(), ProfileError>>,
}

/// Renders it.
pub fn render(view: &ProfilePage<'_>) -> Markup {
    let text = view.frame.text();
    let said = view.profile;
    let fields = [
        ("name", text.profile_name, "name", said.name.as_deref()),
        ("email", text.profile_email, "email", said.email.as_deref()),
        ("picture", text.profile_picture, "photo", said.picture.as_ref().map(MetadataUri::as_str)),
        ("locale", text.profile_locale, "language", said.locale.as_deref()),
        ("zoneinfo", text.profile_zoneinfo, "off", said.zoneinfo.as_deref()),
    ];
    let wrong = view.edited.and_then(Result::err).map(|error| match error {
        ProfileError::Name => ("name", text.profile_name_wrong),
        ProfileError::Email => ("email", text.profile_email_wrong),
        ProfileError::Locale => ("locale", text.profile_locale_wrong),
        ProfileError::Picture => ("picture", text.profile_picture_wrong),
        ProfileError::Zoneinfo => ("zoneinfo", text.profile_zoneinfo_wrong),
    });
    let content = html! {
        p class="hint" { (text.profile_hint) }
        (status((view.edited == Some(Ok(()))).then_some(text.saved)))
        form method="post" action="/account/profile" {
            (hidden("csrf", view.csrf))
            @for (name, label, autocomplete, value) in fields {
                @let wrong = wrong.filter(|(at, _)| *at == name);
                label for=(name) { (label) }
                input id=(name) name=(name) type="text" autocomplete=(autocomplete) value=(value.unwrap_or_default())
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "profile-wrong")];
                @if let Some((_, sentence)) = wrong { p class="wrong" id="profile-wrong" role="alert" { (sentence) } }
            }
            button type="submit" { (text.save) }
        }
    };
    page(&view.frame.among(sections(&view.frame, Section::Profile)), text.profile, &content)
}
