//! Forms and query strings: strict, and where they are read at all, read as everybody else reads them.

use postern::base::form::Form;
use url::form_urlencoded;

use crate::world::text;

/// Holds [`Form`] against the URL standard's decoder, and against the letter of its promise.
pub fn form(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let parsed = Form::parse(sent);
    assert_eq!(parsed.is_ok(), is_well_formed(sent), "an escape is repaired, or a good one refused");
    let Ok(form) = parsed else { return };

    let theirs: Vec<_> = form_urlencoded::parse(sent.as_bytes()).into_owned().collect();
    assert_eq!(form.pairs(), theirs, "another parser reads another form");

    let encoded = form.encode();
    assert!(encoded.is_ascii(), "{encoded}");
    let again = Form::parse(&encoded).expect("what we encode we read");
    assert_eq!(again, form);
    assert_eq!(again.encode(), encoded);

    for (name, _) in form.pairs() {
        let values: Vec<_> = theirs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect();
        assert!(form.values(name).eq(values.iter().copied().filter(|v| !v.is_empty())));
        assert_eq!(form.value(name), form.values(name).next());
        let others: Vec<_> = theirs.iter().map(|(n, _)| n.as_str()).filter(|n| n != name).collect();
        assert_eq!(form.repeated(&others).is_some(), values.len() > 1);
    }
}

/// Every `%` is followed by two hex digits, and every component decodes to UTF-8.
fn is_well_formed(sent: &str) -> bool {
    sent.split(['&', '=']).all(|piece| {
        let mut bytes = Vec::new();
        let mut rest = piece.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            if first != b'%' {
                bytes.push(first);
                continue;
            }
            let Some((digits, after)) = after.split_first_chunk::<2>() else { return false };
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            let (Some(high), Some(low)) = (digit(0), digit(1)) else { return false };
            bytes.push(u8::try_from(high * 16 + low).expect("two hex digits"));
            rest = after;
        }
        String::from_utf8(bytes).is_ok()
    })
}
