//! How a name looks, whatever it is written with: letters of other alphabets, decorations, signs and digits in the place of
//! letters, letters torn apart (Unicode TS 39 §4, for Latin names and Hangul alone).

/// As which of its two forms a letter is looked at: a capital may look like another letter than its small one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Small,
    Capital,
}

/// The words of a name, in every way in which somebody may read it.
pub fn readings(name: &str) -> [Vec<String>; 4] {
    [(Case::Small, false), (Case::Small, true), (Case::Capital, false), (Case::Capital, true)]
        .map(|(case, signs)| words(name, case, signs))
}

/// The words of a name, as they look. `signs`: whether `@`, `$` and the like stand for letters.
fn words(name: &str, case: Case, signs: bool) -> Vec<String> {
    let shown: String = composed(name).chars().flat_map(|c| as_shown(c, case, signs)).collect();
    shown.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(skeleton).collect()
}

/// One text for all that look alike: what is left of the differences once each letter is a plain one.
pub fn skeleton(word: &str) -> String {
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
    let hidden = |glyph: &char| matches!(glyph, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}');
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

const SIGNS: &[(&str, char)] = &[("@", 'a'), ("$", 's'), ("|!¡∣", 'l'), ("€", 'e'), ("¥", 'y'), ("£", 'l')];

/// Small letters, and what looks like them.
const SMALL: &[(&str, char)] = &[
    ("аαɑᴀàáâãäåāăąǎȧạả", 'a'),
    ("ƅʙьЬƀ", 'b'),
    ("сϲᴄⅽçćĉċčƈ", 'c'),
    ("ԁɗᴅⅾďđḍ", 'd'),
    ("еёєεэᴇ℮èéêëēĕėęěẹẻ", 'e'),
    ("ꜰƒḟ", 'f'),
    ("ɡɢցĝğġģǧ", 'g'),
    ("һհʜĥħḥ", 'h'),
    ("іїιıɪɩⅰìíîïĩīĭįǐị", 'i'),
    ("јʝᴊĵ", 'j'),
    ("кκᴋķǩƙ", 'k'),
    ("ӏⅼʟǀłĺļľŀḷ", 'l'),
    ("мᴍⅿṃ", 'm'),
    ("пηɴոñńņňŉǹṇ", 'n'),
    ("оοσօᴏ𐐬øòóôõöōŏőǒọỏơ", 'o'),
    ("рρᴘþ", 'p'),
    ("ԛգ", 'q'),
    ("гʀŕŗřṛ", 'r'),
    ("ѕꜱśŝşšșṣ", 's'),
    ("тτᴛţťŧțṭ", 't'),
    ("υսᴜùúûüũūŭůűųǔụủưμ", 'u'),
    ("νѵᴠⅴ", 'v'),
    ("ԝωᴡŵẁẃẅ", 'w'),
    ("хχ×ⅹ", 'x'),
    ("уγʏýÿŷỳỵ", 'y'),
    ("ᴢźżžẓ", 'z'),
];

/// Capitals, and what looks like them, as small letters.
const CAPITAL: &[(&str, char)] = &[
    ("ꓮАΑᎪÀÁÂÃÄÅĀĂĄǍẠẢ", 'a'),
    ("ꓐВΒᏴ", 'b'),
    ("ꓚСϹᏟÇĆĈĊČ", 'c'),
    ("ꓓᎠĎĐḌ", 'd'),
    ("ꓰЕЁΕᎬÈÉÊËĒĔĖĘĚẸẺ", 'e'),
    ("ꓝϜꞘ", 'f'),
    ("ꓖԌᏀĜĞĠĢǦ", 'g'),
    ("ꓧНΗᎻĤĦḤ", 'h'),
    ("ꓲІЇΙӀÌÍÎÏĨĪĬĮİǏỊ", 'i'),
    ("ꓙЈᎫĴ", 'j'),
    ("ꓗКΚᏦĶǨƘ", 'k'),
    ("ꓡᏞŁĹĻĽĿḶ", 'l'),
    ("ꓟМΜᎷṂ", 'm'),
    ("ꓠΝÑŃŅŇǸṆ", 'n'),
    ("ꓳᎾОΟՕØÒÓÔÕÖŌŎŐǑỌỎƠ", 'o'),
    ("ꓑРΡᏢ", 'p'),
    ("Ԛ", 'q'),
    ("ꓣᎡŔŖŘṚ", 'r'),
    ("ꓢЅՏᏚŚŜŞŠȘṢ", 's'),
    ("ꓔТΤᎢŢŤŦȚṬ", 't'),
    ("ꓴՍÙÚÛÜŨŪŬŮŰŲǓỤỦƯ", 'u'),
    ("ꓦѴᏙ", 'v'),
    ("ꓪԜᎳŴẀẂẄ", 'w'),
    ("ꓫХΧ", 'x'),
    ("ꓬУΥÝŸŶỲỴ", 'y'),
    ("ꓜΖᏃŹŻŽẒ", 'z'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_one_text() {
        for (one, other) in [("G00gle", "google"), ("L1NE", "llne"), ("Arnazon", "amazon"), ("7055", "7055")]
        {
            let [small, ..] = readings(one);
            assert_eq!(small, [skeleton(other)], "{one}");
        }
        let [plain, signs, ..] = readings("P@y \u{1112}\u{1161}\u{11ab}");
        assert_eq!(
            (plain, signs),
            (vec!["p".into(), "y".into(), "한".into()], vec!["pay".into(), "한".into()])
        );
        let [small, _, capitals, _] = readings("Ν");
        assert_eq!((small, capitals), (vec!["v".into()], vec!["n".into()]));
    }
}
