//! English, where an owner decides.

use crate::pages::text::consent::ConsentText;

/// Every sentence.
pub const TEXT: ConsentText = ConsentText {
    title: "Give this app access?",
    asks: "asks for access to your account",
    nameless: "An app without a name",
    anonymous: "Registered anonymously: nobody has checked this name.",
    operator: "The operator of this server knows this app.",
    scopes: "What it asks for",
    sent_to: "The answer goes to",
    sent_elsewhere: "That is not where the app is published. Go on only if you know this address.",
    this_computer: "an app on this computer",
    this_device: "an app on this device",
    duration: "Access lasts",
    never: "It never gets",
    password: "your password",
    required: "required",
    new: "new",
    declined: "declined before",
    allow: "Allow",
    deny: "Deny",
    other_account: "Use another account",
    home_page: "About the app",
    privacy_policy: "Privacy policy",
    terms_of_service: "Terms of service",
};
