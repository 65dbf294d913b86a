//! English, on the start page.

use crate::pages::text::start::StartText;

/// Every sentence.
pub const TEXT: StartText = StartText {
    lead: "Use one account with many apps, and decide what each of them may do. No app ever sees your password, and you can take access away again.",
    people: "I use apps",
    people_hint: "Sign in, see which apps have access, and remove it.",
    developers: "I build an app",
    developers_hint: "Register it, and get a client ID and a client secret.",
    curious: "I want to understand it",
    curious_hint: "Walk through the whole story, one request at a time.",
    register: "Register an app",
    walk: "Walk through it",
    story: "How it works, in five steps",
    steps: [
        ("Registration", "A developer registers an app and gets a client ID and a client secret."),
        ("The owner's approval", "You sign in, see what the app asks for, and allow it."),
        ("The server's approval", "The app exchanges an authorization code, which works once, for tokens."),
        ("Access token", "The app shows it to the API. It expires soon."),
        (
            "Refresh token",
            "The app gets a new access token without asking you again, until you remove its access.",
        ),
    ],
    programs: "For programs",
    programs_hint: "An OAuth 2.1 authorization server and OpenID provider in one module. These documents say the rest:",
    documents: [
        ("/.well-known/openid-configuration", "everything it can do (OpenID Connect Discovery, RFC 8414)"),
        ("/jwks.json", "the keys that sign ID tokens"),
        ("/.well-known/oauth-protected-resource", "the resources it protects (RFC 9728)"),
    ],
    apis_hint: "Two APIs to try, with an access token:",
    apis: [("/demo/whoami", "who am I?"), ("/demo/calendar", "a calendar")],
};
