//! Korean, where an owner decides.

use crate::pages::text::consent::ConsentText;

/// Every sentence.
pub const TEXT: ConsentText = ConsentText {
    title: "이 앱에 접근을 허용할까요?",
    asks: "앱이 내 계정에 접근하려고 합니다",
    nameless: "이름 없는",
    anonymous: "익명으로 등록된 앱입니다. 이름이 확인되지 않았습니다.",
    operator: "이 서버의 운영자가 확인한 앱입니다.",
    scopes: "요청한 동의항목",
    sent_to: "응답을 받는 곳",
    sent_elsewhere: "앱을 제공하는 곳과 다른 주소입니다. 아는 주소일 때만 계속하세요.",
    this_computer: "이 컴퓨터에 있는 앱",
    this_device: "이 기기에 있는 앱",
    duration: "접근 기간",
    never: "전달되지 않는 것",
    password: "내 비밀번호",
    required: "필수",
    new: "새 항목",
    declined: "전에 거부함",
    allow: "동의",
    deny: "거부",
    other_account: "다른 계정 사용",
    home_page: "앱 소개",
    privacy_policy: "개인정보 처리방침",
    terms_of_service: "이용약관",
};
