//! What an app did wrong, and what to do about it: a sentence for each word of a refusal. A word that stands for a family
//! (`Dpop`) goes for those that have no sentence of their own.

use crate::model::language::Language;

/// A refusal: its word, in English, in Korean.
type Row = (&'static str, &'static str, &'static str);

/// The sentence of a refusal; none for a word that has none.
pub fn fault(language: Language, word: &str) -> Option<&'static str> {
    let family = word.split('(').next().unwrap_or_default();
    let find = |word: &str| ROWS.iter().find(|row| row.0 == word);
    let inner = word.strip_prefix("Grant(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(word);
    let (_, en, ko) = find(word).or_else(|| find(inner)).or_else(|| find(family))?;
    Some(match language {
        Language::En => en,
        Language::Ko => ko,
    })
}

const ROWS: &[Row] = &[
    (
        "RedirectUriMismatch",
        "The redirect_uri is not one that the app registered. Register exactly this one, or send one that is registered; every character counts.",
        "redirect_uri가 앱에 등록된 값이 아닙니다. 이 값을 그대로 등록하거나 등록한 값을 보내세요. 한 글자라도 다르면 안 됩니다.",
    ),
    (
        "NoRedirectUri",
        "The redirect_uri is missing, or stands twice. Send one that is registered.",
        "redirect_uri가 없거나 두 번 들어 있습니다. 등록한 값을 하나만 보내세요.",
    ),
    ("NoClient", "The client_id is missing, or stands twice.", "client_id가 없거나 두 번 들어 있습니다."),
    (
        "Malformed",
        "The request cannot be read, or is over 6 KB. Encode it as a form, and send less.",
        "요청을 읽을 수 없거나 6KB를 넘습니다. 폼 형식으로 인코딩하고 크기를 줄이세요.",
    ),
    (
        "RequestExpired",
        "The request waited for too long, or its request_uri was used with another client. Push or start it again.",
        "요청이 너무 오래 대기했거나 다른 클라이언트의 request_uri입니다. 다시 시작하세요.",
    ),
    (
        "ChallengeMissing",
        "There is no code_challenge. PKCE is required: send the SHA-256 of a random verifier, in base64url.",
        "code_challenge가 없습니다. PKCE는 필수입니다. 무작위 verifier의 SHA-256을 base64url로 보내세요.",
    ),
    (
        "ChallengeMethod",
        "code_challenge_method is not S256. Send code_challenge_method=S256.",
        "code_challenge_method가 S256이 아닙니다. code_challenge_method=S256을 보내세요.",
    ),
    (
        "ChallengeMalformed",
        "The code_challenge is not the base64url of a SHA-256: 43 characters, without =.",
        "code_challenge가 SHA-256의 base64url(= 없이 43자)이 아닙니다.",
    ),
    (
        "ScopeUnknown",
        "The scope has something that this app may not ask for. Tick it under Edit, or leave it out.",
        "앱이 요청할 수 없는 동의항목이 scope에 있습니다. 수정에서 선택하거나 요청에서 빼세요.",
    ),
    (
        "ScopeMalformed",
        "The scope is malformed: tokens separated by single blanks.",
        "scope 형식이 올바르지 않습니다. 공백 하나로 구분하세요.",
    ),
    (
        "ScopeEmpty",
        "Nothing of the scope is available to this app at this resource.",
        "이 자원에서 앱이 쓸 수 있는 동의항목이 없습니다.",
    ),
    (
        "ScopeNotAllowed",
        "The scope is empty, or more than this app may ask for.",
        "scope가 비어 있거나 앱이 요청할 수 있는 범위를 넘습니다.",
    ),
    (
        "ResponseTypeMissing",
        "The response_type is missing. Send response_type=code.",
        "response_type이 없습니다. response_type=code를 보내세요.",
    ),
    (
        "ResponseTypeUnsupported",
        "The response_type is not code. Tokens never come through the browser here: send response_type=code.",
        "response_type이 code가 아닙니다. 여기서는 토큰을 브라우저로 보내지 않습니다. response_type=code를 보내세요.",
    ),
    (
        "ResponseMode",
        "The response_mode is neither query nor form_post.",
        "response_mode는 query 또는 form_post여야 합니다.",
    ),
    (
        "GrantTypeNotRegistered",
        "The app did not register this grant type.",
        "앱에 등록되지 않은 grant type입니다.",
    ),
    (
        "UnsupportedGrantType",
        "The grant_type is not one that is spoken here.",
        "지원하지 않는 grant_type입니다.",
    ),
    (
        "PushedRequestRequired",
        "This app registered that it pushes its requests: send them to /par first.",
        "요청을 먼저 푸시하도록 등록된 앱입니다. /par로 먼저 보내세요.",
    ),
    (
        "NestedRequest",
        "A pushed request must not contain a request_uri.",
        "푸시하는 요청에는 request_uri를 넣을 수 없습니다.",
    ),
    (
        "Repeated",
        "A parameter stands twice in the request. Send each once.",
        "같은 파라미터가 두 번 들어 있습니다. 한 번만 보내세요.",
    ),
    (
        "Prompt",
        "The prompt is unknown, or none stands with another word.",
        "prompt 값이 잘못되었습니다. none은 다른 값과 함께 쓸 수 없습니다.",
    ),
    ("MaxAge", "The max_age is not a whole number of seconds.", "max_age는 초 단위의 정수여야 합니다."),
    ("Nonce", "The nonce is longer than 512 characters.", "nonce는 512자까지입니다."),
    (
        "Claims",
        "The claims parameter is not the JSON that OpenID Connect describes.",
        "claims가 OpenID Connect에서 정한 JSON이 아닙니다.",
    ),
    (
        "AcrUnmet",
        "No way to sign in here meets the acr that was asked for as essential.",
        "필수로 요청한 acr을 만족하는 로그인 방법이 없습니다.",
    ),
    (
        "IdTokenHint",
        "The id_token_hint is not an ID token that this app got here.",
        "id_token_hint가 이 앱이 여기서 받은 ID 토큰이 아닙니다.",
    ),
    ("DpopJkt", "The dpop_jkt is not the thumbprint of a key.", "dpop_jkt가 키의 지문이 아닙니다."),
    (
        "Resource",
        "The resource is not one of this server, or more than one was named.",
        "resource가 이 서버의 자원이 아니거나 둘 이상입니다.",
    ),
    (
        "RequestNotSupported",
        "Request objects (request) are not supported. Send plain parameters, or push them.",
        "request 객체는 지원하지 않습니다. 일반 파라미터로 보내거나 푸시하세요.",
    ),
    (
        "RequestUriNotSupported",
        "This request_uri is not supported. Use one that /par gave you.",
        "지원하지 않는 request_uri입니다. /par에서 받은 값을 쓰세요.",
    ),
    (
        "RegistrationNotSupported",
        "The registration parameter is not supported.",
        "registration 파라미터는 지원하지 않습니다.",
    ),
    (
        "LoginRequired",
        "The app sent prompt=none, but nobody was signed in. Send the person through without it.",
        "prompt=none을 보냈지만 로그인한 사람이 없었습니다. prompt 없이 다시 보내세요.",
    ),
    (
        "ConsentRequired",
        "The app sent prompt=none, but the person has not consented yet. Send them through without it.",
        "prompt=none을 보냈지만 아직 동의하지 않은 사용자입니다. prompt 없이 다시 보내세요.",
    ),
    (
        "WrongSecret",
        "The client secret is wrong. Check for blanks and cut-off ends, or make a new one.",
        "클라이언트 시크릿이 틀렸습니다. 공백이나 잘린 부분이 없는지 확인하거나 새로 만드세요.",
    ),
    (
        "OtherMethod",
        "The app authenticates in another way than it registered: a web server sends its secret in the Authorization header (Basic), an app without a secret sends its client_id alone.",
        "등록한 것과 다른 방법으로 인증했습니다. 웹 서버는 Authorization 헤더(Basic)로 시크릿을 보내고, 시크릿이 없는 앱은 client_id만 보냅니다.",
    ),
    (
        "TwoWays",
        "The app authenticates in two ways at once, or as two clients. Use one.",
        "두 가지 방법 또는 두 클라이언트로 동시에 인증했습니다. 하나만 쓰세요.",
    ),
    ("PublicClient", "Only an app with a secret may ask this.", "시크릿이 있는 앱만 할 수 있는 요청입니다."),
    ("TokenMissing", "The token parameter is missing.", "token 파라미터가 없습니다."),
    (
        "ForgedGrant",
        "The code or refresh token was not issued here, or was cut or changed on the way.",
        "여기서 발급한 인가 코드나 리프레시 토큰이 아니거나 중간에 잘리거나 바뀌었습니다.",
    ),
    (
        "Grant(CodeExpired)",
        "The code was redeemed too late. Exchange it right after the browser comes back.",
        "인가 코드의 유효 시간이 지났습니다. 브라우저가 돌아오면 바로 교환하세요.",
    ),
    (
        "CodeAlreadyRedeemed",
        "The code was redeemed a second time, so everything it gave was ended. Exchange each code once.",
        "인가 코드를 두 번 사용해서 발급된 토큰이 모두 폐기되었습니다. 한 번만 교환하세요.",
    ),
    (
        "RefreshReused",
        "A refresh token that had been replaced was used again, so the access was ended. Keep the newest one, and refresh in one place at a time.",
        "이미 교체된 리프레시 토큰을 다시 사용해 접근이 종료되었습니다. 최신 토큰만 보관하고 한 곳에서만 갱신하세요.",
    ),
    (
        "Grant(RefreshExpired)",
        "The refresh token was not used for too long. Ask the person again.",
        "리프레시 토큰이 만료되었습니다. 사용자에게 다시 동의를 받으세요.",
    ),
    (
        "Grant(Revoked)",
        "The access was ended: by the person, by the app, or because something was used twice. Ask the person again.",
        "사용자나 앱이 연결을 해제했거나 같은 값을 두 번 사용해 접근이 종료되었습니다. 다시 동의를 받으세요.",
    ),
    (
        "Grant(RedirectUriMismatch)",
        "The redirect_uri at the token endpoint is not that of the authorization request. Send the very same one.",
        "토큰 요청의 redirect_uri가 인가 요청과 다릅니다. 똑같은 값을 보내세요.",
    ),
    (
        "Grant(VerifierMismatch)",
        "The code_verifier does not belong to the code_challenge. Keep the verifier of each request until its code comes.",
        "code_verifier가 code_challenge와 맞지 않습니다. 인가 코드가 올 때까지 요청별로 verifier를 보관하세요.",
    ),
    (
        "Grant(IssuedToOtherClient)",
        "The code or token was issued to another app.",
        "다른 앱에 발급된 인가 코드나 토큰입니다.",
    ),
    (
        "Grant(ScopeWidened)",
        "More scope was asked for than the person allowed.",
        "사용자가 동의한 것보다 넓은 scope를 요청했습니다.",
    ),
    (
        "Grant(AudienceMismatch)",
        "The resource is not the one that was approved.",
        "승인된 것과 다른 resource입니다.",
    ),
    (
        "Grant(KeyMismatch)",
        "The token is bound to a DPoP key, and the request was not made with it.",
        "토큰이 DPoP 키에 묶여 있지만 요청이 그 키로 만들어지지 않았습니다.",
    ),
    (
        "Grant(Unknown)",
        "There is no such code or token any more.",
        "더 이상 존재하지 않는 인가 코드나 토큰입니다.",
    ),
    (
        "Grant(SlowDown)",
        "The device polls too fast. Wait five seconds longer between polls.",
        "기기가 너무 자주 확인합니다. 간격을 5초 늘리세요.",
    ),
    ("Grant(DeviceDenied)", "The person said no on their device page.", "사용자가 기기 연결을 거부했습니다."),
    (
        "Grant(DeviceCodeExpired)",
        "Nobody typed the device's code in time. Ask for a new one.",
        "시간 안에 기기 코드를 입력하지 않았습니다. 새 코드를 요청하세요.",
    ),
    (
        "Grant(DeviceCodeRedeemed)",
        "The device has its tokens already. Stop polling once they come.",
        "기기가 이미 토큰을 받았습니다. 토큰을 받으면 확인을 멈추세요.",
    ),
    (
        "Grant(ProofReplayed)",
        "A DPoP proof or client assertion was used before. Make a new one for each request.",
        "이미 사용한 DPoP 증명이나 클라이언트 assertion입니다. 요청마다 새로 만드세요.",
    ),
    (
        "Grant(TooManyProofs)",
        "Too many requests with proofs came for one person within minutes. Slow down.",
        "한 사용자에 대해 증명을 붙인 요청이 몇 분 동안 너무 많았습니다. 간격을 두세요.",
    ),
    ("Parameter", "A parameter is missing or malformed.", "파라미터가 없거나 형식이 잘못되었습니다."),
    (
        "ProofMissing",
        "This app registered that its tokens are bound to keys: send a DPoP proof.",
        "토큰을 키에 묶도록 등록된 앱입니다. DPoP 증명을 보내세요.",
    ),
    (
        "Dpop(Stale)",
        "The DPoP proof is too old, or the clock is wrong.",
        "DPoP 증명이 오래되었거나 시계가 맞지 않습니다.",
    ),
    (
        "Dpop(Replayed)",
        "The DPoP proof was used before. Make a new one for each request.",
        "이미 사용한 DPoP 증명입니다. 요청마다 새로 만드세요.",
    ),
    ("Dpop", "The DPoP proof is wrong.", "DPoP 증명이 올바르지 않습니다."),
    (
        "Assertion",
        "The client assertion proves nothing: check its key, audience and times.",
        "클라이언트 assertion이 올바르지 않습니다. 키, audience, 시간을 확인하세요.",
    ),
    (
        "TokenErrors",
        "Too many requests failed within a minute. Slow down, and mend the error before.",
        "1분 동안 실패한 요청이 너무 많습니다. 잠시 멈추고 앞의 오류부터 고치세요.",
    ),
    (
        "DeviceAuthorization",
        "Too many devices asked from one address within a minute.",
        "한 주소에서 1분 동안 요청한 기기가 너무 많습니다.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_its_own_sentence_or_that_of_its_family_or_none() {
        let of = |word| fault(Language::En, word);
        assert_ne!(of("Dpop(Stale)"), of("Dpop(Key)"));
        assert_eq!(of("Dpop(Key)"), of("Dpop"));
        assert_eq!(of("Grant(RefreshReused)"), of("RefreshReused"));
        assert_ne!(of("Grant(RedirectUriMismatch)"), of("RedirectUriMismatch"));
        assert!(fault(Language::Ko, "WrongSecret").is_some_and(|words| words.contains("시크릿")));
        for unknown in ["", "Grant(New)", "x(y)"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_word_stands_once() {
        let words: std::collections::BTreeSet<_> = ROWS.iter().map(|row| row.0).collect();
        assert_eq!(words.len(), ROWS.len());
    }
}
