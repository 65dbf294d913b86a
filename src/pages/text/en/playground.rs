//! The playground, in English.

use crate::pages::text::playground::{ActText, PartyText, PlaygroundText, StepText};

/// Every sentence.
pub const TEXT: PlaygroundText = PlaygroundText {
    lead: "OAuth in ten steps, and nothing is pretended: this page is a real client of this real server. Every button sends what it says, and you see the request and the answer.",
    without_script: "You can read the whole story below. The buttons need JavaScript: the client of the story is a script in this page.",
    progress: "Steps of the story",
    drawing: "Who talks to whom",
    drawing_description: "Three columns: the resource owner, the client, the server. One arrow for every message, from top to bottom; those of the current step are bold.",
    parties: [
        PartyText { name: "Resource Owner", other: "자원 소유자", here: "You, and your browser" },
        PartyText { name: "Client", other: "클라이언트", here: "The app: this page's script" },
        PartyText {
            name: "Server",
            other: "인가 서버 · 자원 서버",
            here: "Authorization Server and Resource Server",
        },
    ],
    back: "Back",
    next: "Next",
    restart: "Start over",
    not_yet: "Press this step's button first.",
    easy: "Only the easy numbers 1, 2, 3, 4",
    reveal: "Show values in full",
    legend: "Secrets are shortened until you point at them. The number before a value is its name in the story. Bodies are decoded, one parameter a line.",
    request: "Request",
    response: "Response",
    today: "Common explanations differ:",
    attacks: "Be the attacker",
    keeps: "What each of them has now",
    nothing: "nothing",
    ended: "What you had allowed is over, and with it every token. The client has to ask you again.",
    fresh: "Get a fresh code",
    fresh_hint: "Your browser goes to the server once more and brings another code. Where the client has an https address of its own, the server remembers your yes. On this computer (localhost) it asks each time: here any program could pretend to be the client.",
    refused: "The server said no, and why stands in its answer. The story cannot go on from here: go back a step, or start over.",
    late: "This code is no longer good: it lives for a minute, and works once. That happens to clients, too. Get a fresh one.",
    unreachable: "The server does not answer. Try again in a moment.",
    client_name: "Playground",
    other_name: "Another app",
    entry: "Lunch with OAuth",
    steps: [
        StepText {
            short: "Why",
            title: "The problem: nobody should need your password",
            who: "Resource Owner → Client: the password. This is the arrow that OAuth removes.",
            why: "An app, the Client, wants to read the calendar that you keep at this server. Once upon a time you would have given it your password. It could then do everything that you can do, for as long as it likes, and to stop it you would have to change the password everywhere. OAuth hands the app something else: a token that opens a few doors, for a short while, and that you can take back.",
            today: Some(
                "they have one Resource Server. Today its two jobs have names: the Authorization Server asks you and gives out tokens, the Resource Server guards your data. Here one server does both.",
            ),
            arrows: &["password: never"],
            acts: &[],
            notes: &[],
            keeps: [&["your password"], &[], &["your account", "your calendar, your profile, and more"]],
        },
        StepText {
            short: "Register",
            title: "Registration: the server gets to know the client",
            who: "Client → Server: a name, and the address to send people back to. Server → Client: a client ID and a client secret.",
            why: "Before anything else the developer of the app introduces it. The redirect URI is what matters most: codes will be sent to this address and to no other. The client ID is public. The client secret proves later that it is really this app that asks, and stays between the two.",
            today: Some(
                "in them a developer fills in a form. Programs can register themselves, too (RFC 7591), as this one does. Here nothing is stored for strangers: what was registered travels, sealed, inside the client ID.",
            ),
            arrows: &["name, redirect URI", "client ID 1, secret 2"],
            acts: &[ActText {
                button: "Register the client",
                explained: "The client has its ID and its secret. It asked for access tokens that live for only 20 seconds (access_token_ttl), so that you do not have to wait long to see one die.",
            }],
            notes: &[],
            keeps: [
                &["your password"],
                &["client ID {client_id}", "client secret {client_secret}"],
                &[
                    "client {client_id}: name, redirect URI {redirect_uri}",
                    "what secret {client_secret} is checked with",
                ],
            ],
        },
        StepText {
            short: "Link",
            title: "The link: what the client would like",
            who: "Client → Resource Owner: a link to the server, behind a button such as “Continue with this server”.",
            why: "The client does not send this request itself. It makes a link and you follow it, so that you talk to the server alone. The link says who asks (client_id), what for (scope), and where to send you back (redirect_uri). The client makes up two random values: state, to recognise the answer, and a code_verifier that it keeps. Only its hash, the code_challenge, is in the link.",
            today: Some(
                "their link has no state and no code_challenge (PKCE), and commas between scopes. Today both are there, and scopes are separated by blanks.",
            ),
            arrows: &["link with client_id=1"],
            acts: &[
                ActText {
                    button: "Make the link",
                    explained: "This is the whole request. There is no secret in it: everybody may read a link.",
                },
                ActText {
                    button: "Send the code to attacker.example",
                    explained: "An attacker changes redirect_uri, so that your code would go to them. The server compares it, letter by letter, with what was registered, before it shows anything. It refuses, and it does not redirect either: nobody is ever sent to an address that was not registered.",
                },
            ],
            notes: &[],
            keeps: [
                &["the link"],
                &[
                    "client ID {client_id}, secret {client_secret}",
                    "state {state}",
                    "code_verifier {verifier}",
                ],
                &["client {client_id}"],
            ],
        },
        StepText {
            short: "Your yes",
            title: "The owner's approval: you say yes, or no",
            who: "Resource Owner ↔ Server. The client is not there: it never sees your password.",
            why: "Follow the link. You sign in (or create an account, any name will do), and the server tells you which app wants what. Take “Add to your calendar” away if you like: you will see later what that does. Or say no, and see how the client hears of it. Then you are back on this page.",
            today: None,
            arrows: &["sign in, allow"],
            acts: &[ActText {
                button: "Continue with this server",
                explained: "Your browser followed the link.",
            }],
            notes: &[
                "You said no. The client hears access_denied and gets nothing: no code, no token, and not even who you are. It may offer the link again.",
            ],
            keeps: [
                &["a session cookie"],
                &["client ID {client_id}, secret {client_secret}", "state {state}, code_verifier {verifier}"],
                &["your session", "you → client {client_id}: the scopes you ticked"],
            ],
        },
        StepText {
            short: "Code",
            title: "The authorization code: your yes on its way to the client",
            who: "Server → Resource Owner → Client: your browser carries the code in a redirect.",
            why: "The server does not send a token: addresses end up in histories and logs. It sends a code that works once, for a minute, and only together with what the client alone has. The client compares state with what it sent, and iss with the server it asked. If either differs, this is not the answer to its question.",
            today: Some("in them the code comes back alone. Today state and iss come with it."),
            arrows: &["303, code=3", "code=3, state"],
            acts: &[
                ActText {
                    button: "Bring in a code from elsewhere",
                    explained: "An attacker lets you click a link with a code of their own. If the client took it, you would be working in their account, and might save your data there. But the state is not the one that this client sent with you: it throws the answer away without even asking the server. Your own code is untouched.",
                },
                ActText { button: "Get a fresh code", explained: "" },
            ],
            notes: &[
                "state and iss are right: this is the answer to this client's question.",
                "This answer does not belong to a question of this client: state or iss is another. It was thrown away, and the code in it with it.",
                "The code is good for about {seconds} more seconds.",
            ],
            keeps: [
                &["a session cookie"],
                &["code {code}", "code_verifier {verifier}"],
                &["code {code} → you, client {client_id}, redirect URI, scopes, code_challenge"],
            ],
        },
        StepText {
            short: "Server's yes",
            title: "The server's approval: a code becomes a token",
            who: "Client → Server, directly: your browser's address bar has no part in it.",
            why: "Now the server checks the client. Five things must fit: the code, the client it was made for, the client's secret, the redirect URI, and the code_verifier whose hash was in the link. Play the thief first. As none of these attempts has everything, none of them uses up the code.",
            today: Some(
                "they draw this request as a URL with the secret in it. It is a form that is posted, with the secret in a header, and with a code_verifier (PKCE).",
            ),
            arrows: &["code 3, secret 2, verifier", "access 4, refresh 5"],
            acts: &[
                ActText {
                    button: "Steal the code, without the code_verifier",
                    explained: "The thief has read the code in your browser's history. The first attempt has no code_verifier, the second one a made-up one. Its hash is not the code_challenge of the link: refused.",
                },
                ActText {
                    button: "Name another redirect URI",
                    explained: "The code was sent to one address, and another is named now. Whoever that is did not get the code from this server: refused.",
                },
                ActText {
                    button: "Use the code as another client",
                    explained: "Another app registers properly, and brings your code with its own ID and secret. They are right, but the code was not made for it: refused.",
                },
                ActText {
                    button: "Exchange the code",
                    explained: "All five fit, and after all these attempts the code was still good. The client has an access token and a refresh token. The code is used up: both sides forget it.",
                },
                ActText {
                    button: "Use the code a second time",
                    explained: "A code that comes twice is in two pairs of hands, and the server cannot know whose were first. So it refuses, and takes back everything the code had given: the calendar is closed to the access token as well.",
                },
                ActText { button: "Get a fresh code", explained: "" },
            ],
            notes: &["The code is good for about {seconds} more seconds."],
            keeps: [
                &["a session cookie"],
                &["access token {access_token}", "refresh token {refresh_token}"],
                &[
                    "grant: you → client {client_id}, scopes",
                    "refresh token {refresh_token} is the current one",
                    "code {code} is used up",
                ],
            ],
        },
        StepText {
            short: "API call",
            title: "The access token: the client does what you allowed",
            who: "Client → Resource Server: the access token in a header. Resource Server → Client: your data.",
            why: "The client shows its access token, and the guard of the calendar reads from it whose calendar it is, who asks, and what you allowed. Your password is nowhere. What you did not allow stays closed.",
            today: Some(
                "they show two ways, and one puts the token into the URL. Today there is only the header: URLs are written down in too many places.",
            ),
            arrows: &["Bearer 4", "calendar"],
            acts: &[
                ActText {
                    button: "Read the calendar",
                    explained: "This is your own calendar at this server, read by an app that has never seen your password.",
                },
                ActText {
                    button: "Add to the calendar",
                    explained: "201: you had left this box ticked. 403 insufficient_scope: you had taken it away, and the server keeps to what you said, whatever the client asks for.",
                },
                ActText {
                    button: "Read the profile, which nobody allowed",
                    explained: "The token is real and alive, but you were never asked for your profile. The answer is 403 insufficient_scope, and WWW-Authenticate names the scope that is missing.",
                },
                ActText {
                    button: "Forge a token",
                    explained: "One letter in the middle was changed, as if to make it somebody else's token. The signature no longer fits: 401.",
                },
                ActText {
                    button: "Put the token into the URL",
                    explained: "The token is right, but the place is not: refused, so that no client gets used to it.",
                },
            ],
            notes: &[
                "Your access token had died while you were reading: it lives for 20 seconds. So the client did what clients do, and exchanged its refresh token for a new one first. That is the step after the next.",
            ],
            keeps: [
                &["a session cookie"],
                &["access token {access_token}", "refresh token {refresh_token}", "entries of your calendar"],
                &["grant: you → client {client_id}, scopes"],
            ],
        },
        StepText {
            short: "Expiry",
            title: "Expiry: the access token dies",
            who: "Client → Resource Server: the old access token. Resource Server → Client: 401.",
            why: "An access token opens doors for whoever has it. So it does not live long: here 20 seconds, usually minutes or an hour. If one is stolen, it is soon worth nothing.",
            today: None,
            arrows: &["401 invalid_token"],
            acts: &[ActText {
                button: "Wait for the end, then read the calendar",
                explained: "401, and WWW-Authenticate says why: the token has expired. A client that hears this gets a new one, without bothering you.",
            }],
            notes: &["The access token lives for {seconds} more seconds."],
            keeps: [
                &["a session cookie"],
                &["access token {access_token}, dead", "refresh token {refresh_token}"],
                &["grant: you → client {client_id}, scopes"],
            ],
        },
        StepText {
            short: "Refresh",
            title: "The refresh token: a new access token without asking you",
            who: "Client → Server: the refresh token. Server → Client: a new access token, and a new refresh token.",
            why: "The refresh token lives for long, but it goes only to the server that made it, together with the client's secret, and it works once. Each time the client gets a new one. If an old one turns up later, it must have been stolen at some time, from whomever: then the whole family ends, and you are asked again.",
            today: Some("in them a new refresh token comes sometimes. Here one comes every time (rotation)."),
            arrows: &["refresh token 5", "access 6, refresh 7"],
            acts: &[
                ActText {
                    button: "Refresh",
                    explained: "A new access token, and a new refresh token. The old one is spent.",
                },
                ActText {
                    button: "Lose the answer, and ask again",
                    explained: "Networks fail. The client refreshes, never hears the answer, and sends the same refresh token again. For a short while that is allowed: the new refresh token is the same as the one that was lost, letter for letter. So nobody is signed out by a bad connection.",
                },
                ActText {
                    button: "Use yesterday's refresh token",
                    explained: "The client refreshes nine times, as it would in a day. Then a thief brings the refresh token from before: 400 invalid_grant, and the alarm goes off. The newest refresh token, in the right hands, is refused from now on, and so is the access token. Thief and client both stand outside, and only you can let the client in again.",
                },
            ],
            notes: &[],
            keeps: [
                &["a session cookie"],
                &["access token {next_access_token}", "refresh token {next_refresh_token}"],
                &[
                    "refresh token {next_refresh_token} is the current one",
                    "those before it are spent: one that comes back is an alarm",
                ],
            ],
        },
        StepText {
            short: "Removal",
            title: "Removal: you take your yes back",
            who: "Resource Owner → Server: remove access. Then Client → Server: refused.",
            why: "At “Connected apps” in your account you see who has access, and end it with one click. This button does the same for you: it opens your account page with your cookie and presses the button there. No password has to be changed, and no other app notices.",
            today: None,
            arrows: &["remove access", "refresh token 7", "invalid_grant"],
            acts: &[
                ActText {
                    button: "Remove access, as the owner",
                    explained: "The form has a token of its own (csrf), so that no other site can press the button for you. The grant is over, and the approval is forgotten.",
                },
                ActText {
                    button: "Try to refresh, as the client",
                    explained: "400 invalid_grant for the refresh token, 401 for the access token, at once. If the client wants in again, it has to ask you.",
                },
            ],
            notes: &[
                "You are no longer signed in, or the app is no longer on your account page. Sign in again, or get a fresh code and exchange it.",
            ],
            keeps: [
                &["a session cookie"],
                &["client ID {client_id}, secret {client_secret}", "tokens that open nothing"],
                &["this grant is over"],
            ],
        },
        StepText {
            short: "The end",
            title: "That is OAuth",
            who: "You lent the calendar, not the password; for a while, not for ever; and you took it back.",
            why: "A code that works once made the token, and your browser only ever carried the code. A token that dies soon opened the calendar. A token that changes each time brought new ones. And with every message somebody checked something: that is what stopped the attacks.",
            today: None,
            arrows: &[],
            acts: &[],
            notes: &[],
            keeps: [
                &["your password, which nobody else has seen"],
                &["client ID {client_id}, secret {client_secret}"],
                &["your account"],
            ],
        },
    ],
    summary: "What was tried, and what stopped it",
    summary_heads: ["Attack", "Stopped by"],
    stopped: [
        [
            "Sending the code to another address",
            "Redirect URIs are compared exactly, before any page is shown",
        ],
        ["Slipping in a code from elsewhere", "state and iss, compared by the client"],
        ["Using a stolen code", "PKCE: only the client has the code_verifier"],
        ["Using the code as another client", "The code is bound to one client, and the client has a secret"],
        ["Using a code twice", "A code works once; twice ends what it gave"],
        ["Doing more than was allowed", "Scopes, checked at every call"],
        ["Forging a token", "The signature"],
        ["Using an old refresh token", "Rotation: the whole family ends"],
    ],
};
