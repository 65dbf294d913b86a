//! Scopes: sets of scope tokens (RFC 6749 §3.3).

use postern::model::scope::{Scope, is_scope_token};

use crate::world::{text, two};

/// Holds [`Scope`] against the grammar and against what a set is.
pub fn scope(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (first, second) = two(input);
    let Some(one) = parsed(first) else { return };
    let Some(other) = parsed(second) else { return };

    let (both, either, rest) = (one.and(&other), one.or(&other), one.without(&other));
    for set in [&both, &either, &rest] {
        assert_is_set(set);
    }
    assert_eq!(both, other.and(&one));
    assert_eq!(either, other.or(&one));
    assert_eq!(rest.or(&both), one);
    assert!(rest.and(&other).is_empty());
    assert!(both.is_within(&one) && both.is_within(&other));
    assert!(one.is_within(&either) && other.is_within(&either));
    assert_eq!(one.is_within(&other), rest.is_empty());
}

fn parsed(text: &str) -> Option<Scope> {
    let by_the_grammar = text.split(' ').all(is_scope_token);
    let scope = Scope::parse(text).ok();
    assert_eq!(scope.is_some(), by_the_grammar, "{text:?}");
    let json = serde_json::Value::String(text.to_owned());
    let read = serde_json::from_value::<Scope>(json).ok();
    // At rest an empty text is an empty set; from the network it is no scope.
    assert_eq!(read, if text.is_empty() { Some(Scope::default()) } else { scope.clone() });
    let scope = scope?;
    assert_is_set(&scope);
    let printed = scope.to_string();
    assert_eq!(Scope::parse(&printed).as_ref(), Ok(&scope));
    assert!(printed.len() <= text.len());
    for token in text.split(' ') {
        assert!(scope.contains(token), "{token} was lost");
    }
    for token in scope.tokens() {
        assert!(text.split(' ').any(|t| t == token), "{token} was made up");
        assert!(!token.contains(['"', '\\']), "it stands between quotes in WWW-Authenticate");
    }
    Some(scope)
}

fn assert_is_set(scope: &Scope) {
    let tokens: Vec<_> = scope.tokens().collect();
    assert!(tokens.is_sorted_by(|a, b| a < b), "sorted, and each once: {tokens:?}");
    assert_eq!(scope.is_empty(), tokens.is_empty());
}
