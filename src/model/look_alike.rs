//! Names that make people think of somebody else: a client may call itself whatever it likes, and most people know a few
//! vendors by name alone. What is found here is told to the owner; nothing is refused for it.
//!
//! Letters are compared by how they look (Unicode TS 39 §4, for the few that these names are made of), once as small
//! letters and once as capitals, since a capital may look like another letter than its small one.

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
    // Two ways to take a letter for another one, and two to take a sign for a letter or for a gap.
    let readings = [(Case::Small, false), (Case::Small, true), (Case::Capital, false), (Case::Capital, true)];
    let readings = readings.map(|(case, signs)| words(name, case, signs));
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
const LEADS: &[&str] = &["with", "by", "from", "via", "for", "the", "my", "official", "공식", "새", "내"];
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Small,
    Capital,
}

/// The words of a name, as they look. `signs`: whether `@`, `$` and the like stand for letters.
fn words(name: &str, case: Case, signs: bool) -> Vec<String> {
    let shown: String = composed(name).chars().flat_map(|c| as_shown(c, case, signs)).collect();
    shown
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| skeleton(word))
        .collect()
}

/// One text for all that look alike: what is left of the differences once each letter is a plain one.
fn skeleton(word: &str) -> String {
    // A number is a number.
    let mixed = word.chars().any(|c| !c.is_ascii_digit());
    let letter = |c: char| match c {
        '0' if mixed => 'o',
        '1' | 'i' | 'l' if mixed => 'l',
        '3' if mixed => 'e',
        '4' if mixed => 'a',
        '5' if mixed => 's',
        c => c,
    };
    word.chars().map(letter).collect::<String>().replace("rn", "m").replace("vv", "w")
}

/// A character as the plain small letter that it looks like; nothing where it does not show.
fn as_shown(c: char, case: Case, signs: bool) -> Vec<char> {
    let plain = plain_letter(c);
    // Where it came from does not matter: 'K' of kelvins and 'ſ' are letters, too.
    let small = plain.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let glyphs: Vec<char> = match case {
        Case::Small => small.collect(),
        Case::Capital => small.flat_map(char::to_uppercase).collect(),
    };
    let table = if case == Case::Small { SMALL } else { CAPITAL };
    let look = |glyph: char| {
        let found =
            table.iter().chain(SIGNS.iter().filter(|_| signs)).find(|(alike, _)| alike.contains(glyph));
        found.map_or(glyph, |(_, letter)| *letter)
    };
    let hidden = |glyph: &char| matches!(glyph, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}');
    glyphs
        .into_iter()
        .filter(|glyph| !hidden(glyph))
        .map(look)
        .flat_map(char::to_lowercase)
        .filter(|c| !hidden(c))
        .collect()
}

/// The letters of other alphabets and of decorations, whatever their case, as those they stand for.
fn plain_letter(c: char) -> char {
    let at = u32::from(c);
    let from = |first: u32, letter: char, length: u32| {
        let step = at.checked_sub(first)?;
        char::from_u32(u32::from(letter).checked_add(step.checked_rem(length)?)?)
    };
    let found = match at {
        0xff01..=0xff5e => from(0xff01, '!', 94),
        0x24b6..=0x24cf => from(0x24b6, 'a', 26),
        0x24d0..=0x24e9 => from(0x24d0, 'a', 26),
        0x1d400..=0x1d6a3 => from(0x1d400, 'A', 52).map(|letter| match letter {
            'A'..='Z' => letter,
            _ => char::from_u32(u32::from(letter).saturating_add(6)).unwrap_or(letter),
        }),
        0x1d7ce..=0x1d7ff => from(0x1d7ce, '0', 10),
        0x1f130..=0x1f149 => from(0x1f130, 'a', 26),
        0x1f150..=0x1f169 => from(0x1f150, 'a', 26),
        0x1f170..=0x1f189 => from(0x1f170, 'a', 26),
        _ => None,
    };
    found.unwrap_or(c)
}

/// Hangul that was sent letter by letter, put together (Unicode §3.12).
fn composed(text: &str) -> String {
    let mut composed = String::with_capacity(text.len());
    for c in text.chars() {
        let last = composed.chars().next_back();
        match last.and_then(|last| syllable(last, c)) {
            Some(syllable) => {
                composed.pop();
                composed.push(syllable);
            }
            None => composed.push(c),
        }
    }
    composed
}

fn syllable(last: char, next: char) -> Option<char> {
    let (last, next) = (u32::from(last), u32::from(next));
    let code = match (last, next) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            let lead = last.checked_sub(0x1100)?.checked_mul(588)?;
            lead.checked_add(next.checked_sub(0x1161)?.checked_mul(28)?)?.checked_add(0xac00)?
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if last.checked_sub(0xac00)?.checked_rem(28)? == 0 => {
            last.checked_add(next.checked_sub(0x11a7)?)?
        }
        _ => return None,
    };
    char::from_u32(code)
}

const SIGNS: &[(&str, char)] = &[("@", 'a'), ("$", 's'), ("|!¡", 'l'), ("€", 'e'), ("¥", 'y'), ("£", 'l')];

/// Small letters, and what looks like them.
const SMALL: &[(&str, char)] = &[
    ("аαɑᴀàáâãäåāăąǎȧạả", 'a'),
    ("ƅʙьЬƀ", 'b'),
    ("сϲᴄçćĉċčƈ", 'c'),
    ("ԁɗᴅďđḍ", 'd'),
    ("еёєεэᴇèéêëēĕėęěẹẻ", 'e'),
    ("ꜰƒḟ", 'f'),
    ("ɡɢցĝğġģǧ", 'g'),
    ("һհʜĥħḥ", 'h'),
    ("іїιıɪɩìíîïĩīĭįǐị", 'i'),
    ("јʝᴊĵ", 'j'),
    ("кκᴋķǩƙ", 'k'),
    ("ӏⅼʟłĺļľŀḷ", 'l'),
    ("мᴍṃ", 'm'),
    ("пηɴոñńņňŉǹṇ", 'n'),
    ("оοσօᴏøòóôõöōŏőǒọỏơ", 'o'),
    ("рρᴘþ", 'p'),
    ("ԛգ", 'q'),
    ("гʀŕŗřṛ", 'r'),
    ("ѕꜱśŝşšșṣ", 's'),
    ("тτᴛţťŧțṭ", 't'),
    ("υսᴜùúûüũūŭůűųǔụủưμ", 'u'),
    ("νѵᴠ", 'v'),
    ("ԝωᴡŵẁẃẅ", 'w'),
    ("хχ×", 'x'),
    ("уγʏýÿŷỳỵ", 'y'),
    ("ᴢźżžẓ", 'z'),
];

/// Capitals, and what looks like them, as small letters.
const CAPITAL: &[(&str, char)] = &[
    ("АΑᎪÀÁÂÃÄÅĀĂĄǍẠẢ", 'a'),
    ("ВΒᏴ", 'b'),
    ("СϹᏟÇĆĈĊČ", 'c'),
    ("ᎠĎĐḌ", 'd'),
    ("ЕЁΕᎬÈÉÊËĒĔĖĘĚẸẺ", 'e'),
    ("ϜꞘ", 'f'),
    ("ԌᏀĜĞĠĢǦ", 'g'),
    ("НΗᎻĤĦḤ", 'h'),
    ("ІЇΙӀÌÍÎÏĨĪĬĮİǏỊ", 'i'),
    ("ЈᎫĴ", 'j'),
    ("КΚᏦĶǨƘ", 'k'),
    ("ᏞŁĹĻĽĿḶ", 'l'),
    ("МΜᎷṂ", 'm'),
    ("ΝÑŃŅŇǸṆ", 'n'),
    ("ОΟՕØÒÓÔÕÖŌŎŐǑỌỎƠ", 'o'),
    ("РΡᏢ", 'p'),
    ("Ԛ", 'q'),
    ("ᎡŔŖŘṚ", 'r'),
    ("ЅՏᏚŚŜŞŠȘṢ", 's'),
    ("ТΤᎢŢŤŦȚṬ", 't'),
    ("ՍÙÚÛÜŨŪŬŮŰŲǓỤỦƯ", 'u'),
    ("ѴᏙ", 'v'),
    ("ԜᎳŴẀẂẄ", 'w'),
    ("ХΧ", 'x'),
    ("УΥÝŸŶỲỴ", 'y'),
    ("ΖᏃŹŻŽẒ", 'z'),
];

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
