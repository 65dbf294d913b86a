//! Every kind of sealed credential, in one table: label, prefix, and whether a retired root key still counts.

use crate::jose::keyring::Accepts;
use crate::jose::sealed::Purpose;

/// An authorization code.
pub const CODE: Purpose = Purpose { label: "code", prefix: "pac_", accepts: Accepts::Current };
/// A device code.
pub const DEVICE_CODE: Purpose = Purpose { label: "device-code", prefix: "pdc_", accepts: Accepts::Current };
/// A refresh token.
pub const REFRESH: Purpose = Purpose { label: "refresh", prefix: "prt_", accepts: Accepts::Retired };
/// The id of a client whose metadata is sealed into it.
pub const SEALED_CLIENT: Purpose = Purpose { label: "client-id", prefix: "psc_", accepts: Accepts::Retired };
/// The id of a client that is kept in KV.
pub const STORED_CLIENT: Purpose =
    Purpose { label: "client-id/stored", prefix: "prc_", accepts: Accepts::Retired };
/// A registration access token (RFC 7592 §3).
pub const REGISTRATION: Purpose =
    Purpose { label: "registration", prefix: "prg_", accepts: Accepts::Retired };
/// The session cookie.
pub const SESSION: Purpose = Purpose { label: "session", prefix: "", accepts: Accepts::Current };
/// The cookie of a browser that has signed in before.
pub const BROWSER: Purpose = Purpose { label: "browser", prefix: "", accepts: Accepts::Current };
/// An authorization request that waits for its owner.
pub const REQUEST: Purpose = Purpose { label: "request", prefix: "par_", accepts: Accepts::Current };
/// A request to sign out that waits for its owner.
pub const LOGOUT: Purpose = Purpose { label: "logout", prefix: "plo_", accepts: Accepts::Current };
/// An authorization request that its client pushed (RFC 9126).
pub const PUSHED_REQUEST: Purpose = Purpose { label: "pushed", prefix: "pur_", accepts: Accepts::Current };
/// The address of a client's logo, as our pages name it.
pub const LOGO: Purpose = Purpose { label: "logo", prefix: "", accepts: Accepts::Current };
/// What a consent form says when it comes back.
pub const CONSENT_FORM: Purpose = Purpose { label: "consent-form", prefix: "", accepts: Accepts::Current };
/// A nonce for DPoP proofs (RFC 9449 §8).
pub const DPOP_NONCE: Purpose = Purpose { label: "dpop-nonce", prefix: "", accepts: Accepts::Current };

/// Where a list goes on.
pub const LIST_CURSOR: Purpose = Purpose { label: "list-cursor", prefix: "", accepts: Accepts::Current };
/// The challenge of a passkey ceremony.
pub const PASSKEY_CHALLENGE: Purpose =
    Purpose { label: "passkey-challenge", prefix: "", accepts: Accepts::Current };
/// What the form says that approves a device.
pub const DEVICE_FORM: Purpose = Purpose { label: "device-form", prefix: "", accepts: Accepts::Current };

/// Label of the key that binds a form to a browser.
pub const CSRF_LABEL: &str = "csrf";
/// Label of the key that derives the secrets of sealed clients.
pub const CLIENT_SECRET_LABEL: &str = "client-secret";

/// Label of the key that the private parts of signing keys are sealed under.
pub const SIGNING_KEY_LABEL: &str = "seal/signing-key";

/// Label of the key that makes pseudonyms of addresses and accounts for the log.
pub const EVENT_SOURCE_LABEL: &str = "event-source";

/// Label of the key that signs access tokens for one audience.
pub fn access_label(audience: &str) -> String {
    format!("access/{audience}")
}
