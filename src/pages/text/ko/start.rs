//! Korean, on the start page.

use crate::pages::text::start::StartText;

/// Every sentence.
pub const TEXT: StartText = StartText {
    lead: "계정 하나로 여러 앱을 쓰고, 앱마다 무엇을 할 수 있는지 직접 정하세요. 비밀번호는 어떤 앱에도 전달되지 않고, 연결은 언제든 해제할 수 있습니다.",
    people: "앱을 사용해요",
    people_hint: "로그인하고, 연결된 서비스를 확인하고, 연결을 해제합니다.",
    developers: "앱을 만들어요",
    developers_hint: "앱을 등록하고 클라이언트 ID와 클라이언트 시크릿을 받습니다.",
    curious: "어떻게 동작하는지 궁금해요",
    curious_hint: "요청을 하나씩 보내 보며 처음부터 끝까지 따라가 봅니다.",
    register: "앱 등록",
    walk: "따라가 보기",
    story: "다섯 단계로 보는 이야기",
    steps: [
        ("등록", "개발자가 앱을 등록하고 클라이언트 ID와 클라이언트 시크릿을 받습니다."),
        ("자원 소유자의 승인", "로그인하고, 앱이 무엇을 요청하는지 보고, 동의합니다."),
        ("서버의 승인", "앱이 한 번만 쓸 수 있는 인가 코드를 토큰으로 바꿉니다."),
        ("액세스 토큰", "앱이 API를 호출할 때 제시합니다. 금방 만료됩니다."),
        ("리프레시 토큰", "다시 묻지 않고 새 액세스 토큰을 받습니다. 연결을 해제할 때까지 쓸 수 있습니다."),
    ],
    programs: "프로그램을 위한 주소",
    programs_hint: "모듈 하나로 된 OAuth 2.1 인가 서버이자 OpenID 제공자입니다. 자세한 내용은 다음 문서에 있습니다.",
    documents: [
        ("/.well-known/openid-configuration", "지원하는 모든 기능(OpenID Connect Discovery, RFC 8414)"),
        ("/jwks.json", "ID 토큰에 서명하는 키"),
        ("/.well-known/oauth-protected-resource", "보호하는 자원(RFC 9728)"),
    ],
    apis_hint: "액세스 토큰으로 호출해 볼 수 있는 연습용 API입니다:",
    apis: [("/demo/whoami", "나는 누구?"), ("/demo/calendar", "캘린더")],
};
