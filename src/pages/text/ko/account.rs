//! The account, in Korean.

use crate::pages::text::account::AccountText;

/// Every sentence.
pub const TEXT: AccountText = AccountText {
    sections: "내 계정",
    connected_apps: "연결된 서비스 관리",
    profile: "프로필",
    passkeys: "패스키",
    password: "비밀번호",
    recovery: "복구 코드",
    sessions: "로그인한 기기",
    data: "내 데이터",
};
