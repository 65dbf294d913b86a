//! Names of countries that many sign in from. Of the others, the code is shown.

use crate::model::country::Country;
use crate::model::language::Language;

const NAMES: [(&str, &str, &str); 30] = [
    ("AT", "Austria", "오스트리아"),
    ("AU", "Australia", "호주"),
    ("BE", "Belgium", "벨기에"),
    ("BR", "Brazil", "브라질"),
    ("CA", "Canada", "캐나다"),
    ("CH", "Switzerland", "스위스"),
    ("CN", "China", "중국"),
    ("DE", "Germany", "독일"),
    ("DK", "Denmark", "덴마크"),
    ("ES", "Spain", "스페인"),
    ("FI", "Finland", "핀란드"),
    ("FR", "France", "프랑스"),
    ("GB", "United Kingdom", "영국"),
    ("HK", "Hong Kong", "홍콩"),
    ("ID", "Indonesia", "인도네시아"),
    ("IE", "Ireland", "아일랜드"),
    ("IN", "India", "인도"),
    ("IT", "Italy", "이탈리아"),
    ("JP", "Japan", "일본"),
    ("KR", "South Korea", "대한민국"),
    ("MX", "Mexico", "멕시코"),
    ("NL", "Netherlands", "네덜란드"),
    ("NO", "Norway", "노르웨이"),
    ("NZ", "New Zealand", "뉴질랜드"),
    ("PL", "Poland", "폴란드"),
    ("SE", "Sweden", "스웨덴"),
    ("SG", "Singapore", "싱가포르"),
    ("TW", "Taiwan", "대만"),
    ("US", "United States", "미국"),
    ("VN", "Vietnam", "베트남"),
];

/// What a country is called.
pub fn country(language: Language, country: &Country) -> &str {
    let named = NAMES.iter().find(|(code, ..)| *code == country.code());
    named.map_or(country.code(), |(_, english, korean)| match language {
        Language::En => english,
        Language::Ko => korean,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_once_in_both_languages_and_the_others_by_their_code() {
        assert!(NAMES.is_sorted_by_key(|(code, ..)| code));
        for (code, english, korean) in NAMES {
            let parsed = Country::parse(code).unwrap();
            assert_eq!((country(Language::En, &parsed), country(Language::Ko, &parsed)), (english, korean));
        }
        let other = Country::parse("AX").unwrap();
        assert_eq!(country(Language::Ko, &other), "AX");
    }
}
