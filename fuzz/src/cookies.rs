//! Cookies: of all that a browser sends, ours alone count, and of them the first.

use crate::support::{Answer, Browser, Harness, ISSUER, Sent};
use crate::world::text;

/// A `Cookie` header, in which `{session}`, `{browser}` and `{visitor}` stand for cookies that are good.
pub fn cookies(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let harness = Harness::new();
    let visitor = Browser::new(&harness);
    let page = visitor.get("/signin");
    let csrf = Browser::form(&page.body, "/signin").value("csrf").to_owned();
    let owner = Browser::signed_up(&harness, "owner");
    let good = [
        ("session", owner.cookie("session")),
        ("browser", owner.cookie("browser")),
        ("visitor", visitor.cookie("visitor")),
    ];
    let mut header = sent.to_owned();
    for (name, value) in &good {
        header = header.replace(&format!("{{{name}}}"), value);
    }
    let carries = |name: &str, value: &str| of_ours(&header, name) == Some(value);

    let account = harness.send(Sent::get("/account").with("cookie", &header));
    let signed_in = carries("session", &good[0].1);
    assert_eq!(account.status, if signed_in { 200 } else { 303 }, "{header:?}");
    assert_eq!(account.body.contains("owner"), signed_in);
    echoes_nothing(&account, &header, &good);

    // The page's CSRF token is good in the browser that the page was shown in, and nowhere else.
    let post = Sent::form("/signin", &[("csrf", &csrf), ("username", "nobody"), ("password", "wrong")]);
    let post = harness.send(post.with("origin", ISSUER).with("cookie", &header));
    assert_eq!(post.status, 403);
    let foreign = post.refusal.as_deref() == Some("ForeignForm");
    assert_eq!(!foreign, !signed_in && carries("visitor", &good[2].1), "{header:?} {post:?}");
    echoes_nothing(&post, &header, &good);
}

/// RFC 6265 §5.4: pairs, separated by `; `. What is before the first `=` is the name, to the letter.
fn of_ours<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let ours = format!("__Host-postern_{name}");
    header.split(';').find_map(|pair| {
        let pair = pair.trim_matches(' ');
        let equals = pair.find('=')?;
        (pair[..equals] == *ours).then(|| &pair[equals + 1..])
    })
}

/// No page shows a cookie, and no cookie is set to what was sent.
fn echoes_nothing(answer: &Answer, header: &str, good: &[(&str, String)]) {
    assert!(good.iter().all(|(_, value)| !answer.body.contains(value.as_str())), "a page shows a cookie");
    for set in answer.headers.get_all("set-cookie") {
        let set = set.to_str().expect("ASCII");
        let value = set.split(['=', ';']).nth(1).unwrap_or_default();
        assert!(value.is_empty() || !header.contains(value), "a cookie is fixed from outside: {set}");
    }
}
