//! Names that make people think of somebody else: a client may call itself whatever it likes, and most people know a few
//! vendors by name alone. What is found here is told to the owner; nothing is refused for it.

use crate::model::skeleton::{readings, skeleton};

/// Somebody whose name is worth imitating.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// In English.
    pub en: &'static str,
    /// In Korean.
    pub ko: &'static str,
    /// Coined words: whoever has one in a name means the vendor.
    coined: &'static [&'static str],
    /// Words that mean something else as well: they count where a vendor's name stands.
    plain: &'static [&'static str],
    /// Its own hosts, with those below them.
    hosts: &'static [&'static str],
}

const VENDORS: &[Vendor] = &[
    Vendor {
        en: "Google",
        ko: "구글",
        coined: &["google", "gmail", "youtube", "구글", "지메일", "유튜브"],
        plain: &[],
        hosts: &["google.com", "youtube.com", "google.co.kr"],
    },
    Vendor {
        en: "Meta (Facebook)",
        ko: "메타(페이스북)",
        coined: &["facebook", "instagram", "whatsapp", "페이스북", "인스타그램", "왓츠앱"],
        plain: &["meta", "메타"],
        hosts: &["facebook.com", "instagram.com", "whatsapp.com", "meta.com"],
    },
    Vendor {
        en: "Kakao",
        ko: "카카오",
        coined: &["kakao", "카카오", "카톡"],
        plain: &[],
        hosts: &["kakao.com", "kakaocorp.com", "kakaobank.com", "kakaopay.com"],
    },
    Vendor {
        en: "Naver",
        ko: "네이버",
        coined: &["naver", "네이버"],
        plain: &[],
        hosts: &["naver.com", "navercorp.com"],
    },
    Vendor {
        en: "LINE",
        ko: "라인",
        coined: &[],
        plain: &["line", "라인"],
        hosts: &["line.me", "line.biz", "linecorp.com", "lycorp.co.jp"],
    },
    Vendor {
        en: "Apple",
        ko: "애플",
        coined: &["icloud", "아이클라우드"],
        plain: &["apple", "애플"],
        hosts: &["apple.com", "icloud.com"],
    },
    Vendor {
        en: "Microsoft",
        ko: "마이크로소프트",
        coined: &["microsoft", "마이크로소프트"],
        plain: &["outlook"],
        hosts: &["microsoft.com", "live.com", "outlook.com", "office.com"],
    },
    Vendor {
        en: "GitHub", ko: "깃허브", coined: &["github", "깃허브"], plain: &[], hosts: &["github.com"]
    },
    Vendor {
        en: "Amazon",
        ko: "아마존",
        coined: &[],
        plain: &["amazon", "aws", "아마존"],
        hosts: &["amazon.com", "amazon.co.jp", "aws.amazon.com"],
    },
    Vendor {
        en: "PayPal", ko: "페이팔", coined: &["paypal", "페이팔"], plain: &[], hosts: &["paypal.com"]
    },
    Vendor {
        en: "Toss",
        ko: "토스",
        coined: &[],
        plain: &["toss", "토스"],
        hosts: &["toss.im", "tossbank.com"],
    },
    Vendor {
        en: "Samsung",
        ko: "삼성",
        coined: &["samsung"],
        plain: &["삼성"],
        hosts: &["samsung.com", "samsung.co.kr"],
    },
];

/// The vendor that a client's name imitates, unless the client is published at `host` and that is the vendor's own.
pub fn imitated(name: &str, host: Option<&str>) -> Option<&'static Vendor> {
    let readings = readings(name);
    let vendor = VENDORS.iter().find(|vendor| readings.iter().any(|words| vendor.is_named_by(words)))?;
    (!host.is_some_and(|host| vendor.owns(host))).then_some(vendor)
}

impl Vendor {
    fn is_named_by(&self, words: &[String]) -> bool {
        let coined = |word: &str| self.coined.iter().any(|name| is_coined(word, &skeleton(name)));
        let plain = |word: &str| self.plain.iter().any(|name| is_plain(word, &skeleton(name)));
        (0..words.len()).any(|at| {
            let here = words.get(at..).unwrap_or_default();
            let leads = match at.checked_sub(1).and_then(|before| words.get(before)) {
                Some(before) => LEADS.iter().any(|lead| skeleton(lead) == *before),
                None => true,
            };
            // Words that were torn apart: "G o o g l e", "Pay Pal".
            let joined = here.iter().scan(String::new(), |joined, word| {
                joined.push_str(word);
                (joined.chars().count() <= MAX_JOINED).then(|| joined.clone())
            });
            let torn = |joined: &String| {
                let is = |names: &[&str]| names.iter().any(|name| skeleton(name) == *joined);
                is(self.coined) || (leads && is(self.plain))
            };
            here.first().is_some_and(|word| coined(word) || (leads && plain(word)))
                || joined.into_iter().any(|joined| torn(&joined))
        })
    }

    fn owns(&self, host: &str) -> bool {
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        self.hosts
            .iter()
            .any(|own| host == *own || host.strip_suffix(own).is_some_and(|below| below.ends_with('.')))
    }
}

/// Longest name that is put together again.
const MAX_JOINED: usize = 12;
/// A vendor's name stands at the beginning, or behind one of these.
const LEADS: &[&str] = &[
    "with", "by", "from", "via", "for", "to", "the", "my", "your", "secure", "verified", "official", "공식",
    "새", "내",
];
/// What a vendor's name is run together with.
const SERVICES: &[&str] = &[
    "account",
    "ads",
    "app",
    "bank",
    "business",
    "cloud",
    "corp",
    "drive",
    "id",
    "login",
    "mail",
    "mobile",
    "music",
    "notify",
    "pay",
    "pass",
    "prime",
    "security",
    "service",
    "services",
    "shop",
    "signin",
    "store",
    "support",
    "talk",
    "tv",
    "works",
    "web",
    "계정",
    "고객센터",
    "로그인",
    "메일",
    "뱅크",
    "뮤직",
    "보안",
    "인증",
    "서비스",
    "스토어",
    "앱",
    "월렛",
    "전자",
    "증권",
    "카드",
    "클라우드",
    "톡",
    "페이",
    "아이디",
    "웹",
];

fn is_coined(word: &str, name: &str) -> bool {
    // A short one is part of too many other words.
    if name.is_ascii() && name.len() < 6 {
        word.starts_with(name) || word.ends_with(name)
    } else {
        word.contains(name)
    }
}

fn is_plain(word: &str, name: &str) -> bool {
    word.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || SERVICES.iter().any(|service| rest == skeleton(service)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_is_found_in_every_disguise() {
        for (name, vendor) in [
            ("Google", "Google"),
            ("google calendar", "Google"),
            ("G00gle", "Google"),
            ("G\u{43e}\u{43e}gle", "Google"),
            ("\u{410}pple ID", "Apple"),
            ("GoogIe", "Google"),
            ("Goog1e Drive", "Google"),
            ("G o o g l e", "Google"),
            ("G.o.o.g.l.e", "Google"),
            ("MyGoogleBackup", "Google"),
            ("Ｇｏｏｇｌｅ", "Google"),
            ("\u{1d406}\u{1d428}\u{1d428}\u{1d420}\u{1d425}\u{1d41e}", "Google"),
            ("ɢᴏᴏɢʟᴇ", "Google"),
            ("Gööglé", "Google"),
            ("Goo\u{301}gle", "Google"),
            ("\u{a4d6}\u{a4f3}\u{a4f3}\u{a4d6}\u{a4e1}\u{a4f0}", "Google"),
            ("ᏀᎾᎾᏀᏞᎬ", "Google"),
            ("G\u{1042c}\u{1042c}gle", "Google"),
            ("Googl\u{212e}", "Google"),
            ("Goog\u{2223}e", "Google"),
            ("My Goo\u{fe00}gleDrive", "Google"),
            ("My Goo\u{1dc0}gleDrive", "Google"),
            ("Fa\u{217d}ebook", "Meta (Facebook)"),
            ("Sign in to Meta", "Meta (Facebook)"),
            ("Your Apple Account", "Apple"),
            ("Secure Apple Login", "Apple"),
            ("구글 로그인", "Google"),
            ("\u{1100}\u{116e}\u{1100}\u{1173}\u{11af}", "Google"),
            ("GMail Sync", "Google"),
            ("Facebook Login", "Meta (Facebook)"),
            ("Face book", "Meta (Facebook)"),
            ("FACEB\u{41e}\u{41e}K", "Meta (Facebook)"),
            ("Meta Business", "Meta (Facebook)"),
            ("Kakao Talk Login", "Kakao"),
            ("KakaoTalk", "Kakao"),
            ("ΚΑΚΑΟ", "Kakao"),
            ("\u{43a}\u{430}\u{43a}\u{430}\u{43e}", "Kakao"),
            ("카카오톡", "Kakao"),
            ("카카오 로그인", "Kakao"),
            ("카 카 오", "Kakao"),
            ("Naver", "Naver"),
            ("ΝΑVΕR", "Naver"),
            ("네이버페이", "Naver"),
            ("LINE", "LINE"),
            ("L1NE Login", "LINE"),
            ("LinePay", "LINE"),
            ("Sign in with LINE", "LINE"),
            ("라인 로그인", "LINE"),
            ("라인페이", "LINE"),
            ("Apple", "Apple"),
            ("AppleID", "Apple"),
            ("Continue with Apple", "Apple"),
            ("@pple", "Apple"),
            ("iCloud", "Apple"),
            ("애플 계정", "Apple"),
            ("Micro soft", "Microsoft"),
            ("Mícrosoft 365", "Microsoft"),
            ("Micr0s0ft", "Microsoft"),
            ("Git Hub", "GitHub"),
            ("GitHub-Desktop", "GitHub"),
            ("Arnazon", "Amazon"),
            ("Amazon Prime", "Amazon"),
            ("아마존", "Amazon"),
            ("Paypa1", "PayPal"),
            ("Pay-Pal", "PayPal"),
            ("PаyPаl", "PayPal"),
            ("Toss", "Toss"),
            ("T0$$", "Toss"),
            ("토스뱅크", "Toss"),
            ("Samsung Health", "Samsung"),
            ("Sаmsung", "Samsung"),
            ("삼성전자", "Samsung"),
        ] {
            assert_eq!(imitated(name, None).map(|vendor| vendor.en), Some(vendor), "{name}");
        }
    }

    #[test]
    fn honest_names_are_left_alone() {
        for name in [
            "",
            " ",
            "Diary",
            "Pineapple",
            "Big Apple Tours",
            "Applesauce",
            "Online shop",
            "Offline",
            "Command Line",
            "Finish line",
            "On line",
            "Lineage",
            "Outline",
            "Liner",
            "Goggles",
            "Goggle",
            "Metal",
            "Metadata browser",
            "Metabolism",
            "Amazonia",
            "Coin toss",
            "Tossed salad",
            "Unaverage",
            "Cadaver",
            "Cacao",
            "Paypoint",
            "Facemask",
            "Booking",
            "Gitlab",
            "Hub",
            "Room 7055",
            "1055",
            "온라인 서점",
            "라인업",
            "라인댄스",
            "토스트 가게",
            "파인애플",
            "애플민트",
            "메타버스",
            "메타인지",
            "삼성동 맛집",
            "카페",
            "이버",
            "日記",
            "Дневник",
            "Ημερολόγιο",
        ] {
            assert_eq!(imitated(name, None), None, "{name}");
        }
    }

    #[test]
    fn a_vendor_that_publishes_at_its_own_address_imitates_nobody() {
        for (name, host) in [
            ("Google", "google.com"),
            ("Google Calendar", "calendar.google.com"),
            ("Google", "google.com:443"),
            ("Google", "GOOGLE.com."),
            ("카카오톡", "accounts.kakao.com"),
            ("LINE", "access.line.me"),
            ("Toss", "toss.im"),
        ] {
            assert_eq!(imitated(name, Some(host)), None, "{name} at {host}");
        }
        for (name, host) in [
            ("Google", "google.com.evil.example"),
            ("Google", "notgoogle.com"),
            ("Google", "evil.example"),
            ("Google", "kakao.com"),
            ("GitHub", "someone.github.io"),
            ("Apple", ""),
        ] {
            assert!(imitated(name, Some(host)).is_some(), "{name} at {host}");
        }
    }

    #[test]
    fn capitals_and_small_letters_are_the_same_to_it() {
        for name in ["Gооgle", "ΝΑVΕR", "Toss", "straße apple", "ẞ", "İlİne", "Metal", "ﬁne line", "ŉaver"]
        {
            let found = imitated(name, None);
            assert_eq!(imitated(&name.to_lowercase(), None), found, "{name}");
            assert_eq!(imitated(&name.to_uppercase(), None), found, "{name}");
        }
    }
}
