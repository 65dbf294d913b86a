//! The account, in English.

use crate::pages::text::account::AccountText;

/// Every sentence.
pub const TEXT: AccountText = AccountText {
    sections: "Your account",
    connected_apps: "Connected apps",
    profile: "Profile",
    passkeys: "Passkeys",
    password: "Password",
    recovery: "Recovery codes",
    sessions: "Sessions",
    data: "My data",
};
