//! Events in words, as the journal of the deployment has them: by their words in the log.

use crate::model::language::Language;

/// What happened.
pub fn event(language: Language, kind: &str) -> Option<&'static str> {
    let (en, ko) = match kind {
        "account_deleted" => ("An owner deleted their account", "소유자가 계정을 삭제했습니다"),
        "account_disabled" => ("An account was disabled", "계정을 중지했습니다"),
        "account_enabled" => ("An account was enabled", "계정을 다시 허용했습니다"),
        "audience_key_issued" => {
            ("The verification key of an audience was handed out", "토큰 검증 키를 내주었습니다")
        }
        "client_allowed" => ("An app was enabled", "앱을 다시 허용했습니다"),
        "client_deleted" => ("An app was deleted", "앱이 삭제되었습니다"),
        "client_denied" => ("An app was disabled", "앱 사용을 중지했습니다"),
        "client_registered" => ("An app was registered", "앱이 등록되었습니다"),
        "client_updated" => ("The registration of an app was changed", "앱 등록 정보가 바뀌었습니다"),
        "code_replayed" => (
            "An authorization code came a second time: its tokens are over",
            "이미 쓴 인가 코드가 다시 사용되어 관련 토큰을 모두 폐기했습니다",
        ),
        "refresh_reused" => (
            "An old refresh token came again: somebody may have stolen it, and its tokens are over",
            "이미 교체된 리프레시 토큰이 다시 사용되었습니다. 도난이 의심되어 관련 토큰을 모두 폐기했습니다",
        ),
        "secret_added" => ("An app got a further secret", "앱에 새 클라이언트 시크릿이 발급되었습니다"),
        "secret_removed" => {
            ("Secrets of an app stopped working", "앱의 이전 클라이언트 시크릿이 폐기되었습니다")
        }
        "sign_in_throttled" => (
            "Too many attempts to sign in to an account",
            "한 계정에 로그인 시도가 너무 많아 잠시 제한했습니다",
        ),
        "signing_keys_rotated" => {
            ("New keys for ID tokens were made", "ID 토큰에 서명할 새 키를 만들었습니다")
        }
        _ => return None,
    };
    Some(match language {
        Language::En => en,
        Language::Ko => ko,
    })
}

/// What is said of it: the name of a member.
pub fn detail(language: Language, name: &str) -> Option<&'static str> {
    let (en, ko) = match name {
        "account" => ("Account (pseudonym)", "계정(가명)"),
        "audience" => ("Audience", "대상 서버"),
        "by" => ("By the administrator", "관리자"),
        "client" => ("App (SHA-256 of its client ID)", "앱(클라이언트 ID의 SHA-256)"),
        "grant" => ("Grant", "권한 부여"),
        "reason" => ("Reason", "이유"),
        "sub" => ("Owner", "소유자"),
        _ => return None,
    };
    Some(match language {
        Language::En => en,
        Language::Ko => ko,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{Event, EventKind};
    use crate::protocol::operator_journal::often;

    #[test]
    fn every_kind_that_is_taken_down_has_words_and_no_other() {
        for kind in EventKind::ALL {
            let taken = often(&Event::of(kind).kept("stored")).is_some();
            for language in [Language::En, Language::Ko] {
                assert_eq!(event(language, kind.word()).is_some(), taken, "{}", kind.word());
            }
        }
    }
}
