//! Programs to paste, with the values of one client in them: each lives the whole story, and is run as it stands by the
//! tests.

use crate::base::form::encode_pairs;

/// The secret of the client, as far as a program may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnippetSecret<'a> {
    /// There is none.
    None,
    /// Just made, and shown this once.
    Shown(&'a str),
    /// From the environment of whoever runs it.
    Environment,
}

/// What is put into the programs.
#[derive(Clone, Debug)]
pub struct SnippetValues<'a> {
    /// The server.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Its secret.
    pub secret: SnippetSecret<'a>,
    /// Where the answer goes; none for a client that acts for itself.
    pub redirect_uri: Option<&'a str>,
    /// What is asked for.
    pub scope: &'a str,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Its id on the page.
    pub id: &'static str,
    /// What it is written in.
    pub title: &'static str,
    /// What has to be run before.
    pub setup: Option<&'static str>,
    /// The program.
    pub code: String,
}

const CARGO: &str = "cargo init --name app\ncargo add oauth2 --no-default-features --features ureq";

/// A language: id, title, what to run before, the program for a client with people, that for one without, and how a text is
/// written in it.
type Language =
    (&'static str, &'static str, Option<&'static str>, &'static str, &'static str, fn(&str) -> String);

const LANGUAGES: [Language; 4] = [
    ("curl", "curl", None, include_str!("snippets/code.sh"), include_str!("snippets/machine.sh"), in_shell),
    (
        "javascript",
        "JavaScript",
        None,
        include_str!("snippets/code.mjs"),
        include_str!("snippets/machine.mjs"),
        in_quotes,
    ),
    (
        "python",
        "Python",
        None,
        include_str!("snippets/code.py"),
        include_str!("snippets/machine.py"),
        in_quotes,
    ),
    (
        "rust",
        "Rust",
        Some(CARGO),
        include_str!("snippets/code.rs.txt"),
        include_str!("snippets/machine.rs.txt"),
        in_quotes,
    ),
];

/// The programs of a client.
pub fn snippets(values: &SnippetValues<'_>) -> Vec<Snippet> {
    let program = |(id, title, setup, code, machine, quoted): Language| {
        let template = if values.redirect_uri.is_some() { code } else { machine };
        Snippet { id, title, setup, code: filled(template, values, quoted) }
    };
    LANGUAGES.into_iter().map(program).collect()
}

fn filled(template: &str, values: &SnippetValues<'_>, quoted: fn(&str) -> String) -> String {
    let redirect_uri = values.redirect_uri.unwrap_or_default();
    let secret = if let SnippetSecret::Shown(secret) = values.secret { secret } else { "" };
    let query = encode_pairs([
        ("response_type", "code"),
        ("client_id", values.client_id),
        ("redirect_uri", redirect_uri),
        ("scope", values.scope),
        ("code_challenge_method", "S256"),
    ]);
    let mut out = String::new();
    for line in template.lines().filter_map(|line| kept(line, values.secret)) {
        out.push_str(&with_values(
            line,
            &[
                ("issuer", values.issuer),
                ("client_id", values.client_id),
                ("client_secret", secret),
                ("redirect_uri", redirect_uri),
                ("scope", values.scope),
                ("query", &query),
            ],
            quoted,
        ));
        out.push('\n');
    }
    out
}

/// A line that is for clients of this kind, without the mark that says so.
fn kept<'a>(line: &'a str, secret: SnippetSecret<'_>) -> Option<&'a str> {
    let Some((mark, rest)) = line.strip_prefix('@').and_then(|line| line.split_once(' ')) else {
        return Some(line);
    };
    let keep = match mark {
        "public" => secret == SnippetSecret::None,
        "shown" => matches!(secret, SnippetSecret::Shown(_)),
        "env" => secret == SnippetSecret::Environment,
        _ => secret != SnippetSecret::None,
    };
    keep.then_some(rest)
}

/// What is put in is not looked at again.
fn with_values(line: &str, values: &[(&str, &str)], quoted: fn(&str) -> String) -> String {
    let Some((before, rest)) = line.split_once("{{") else { return line.to_owned() };
    let Some((name, after)) = rest.split_once("}}") else { return line.to_owned() };
    let value = values.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value);
    format!("{before}{}{}", quoted(value), with_values(after, values, quoted))
}

/// For a POSIX shell: nothing between these quotes means anything, and they cannot be in it.
fn in_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// For what takes a string of JSON: JavaScript, Python, and for ASCII without controls Rust.
fn in_quotes(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secret: SnippetSecret<'_>, redirect_uri: Option<&str>) -> Vec<String> {
        let (issuer, client_id) = ("https://as.example", "prc_x");
        let values = SnippetValues { issuer, client_id, secret, redirect_uri, scope: "a b" };
        snippets(&values).into_iter().map(|snippet| snippet.code).collect()
    }

    #[test]
    fn a_secret_is_in_them_where_it_was_just_made_and_nowhere_else() {
        let uri = Some("https://app.example/cb");
        for redirect_uri in [uri, None] {
            for code in of(SnippetSecret::Shown("pcs_y"), redirect_uri) {
                assert!(code.contains("pcs_y") && !code.contains("CLIENT_SECRET"), "{code}");
            }
            for code in of(SnippetSecret::Environment, redirect_uri) {
                assert!(code.contains("CLIENT_SECRET"), "{code}");
            }
        }
        for code in of(SnippetSecret::None, uri) {
            assert!(
                !code.to_lowercase().contains("client_secret") && !code.contains("clientSecret"),
                "{code}"
            );
        }
    }

    #[test]
    fn nothing_of_the_template_is_left_and_nothing_of_a_value_gets_out_of_its_quotes() {
        let hostile = "https://app.example/'$(id)'{{issuer}}";
        for code in of(SnippetSecret::Shown("pcs_y"), Some(hostile)) {
            let own = code.replace("{{issuer}}", "");
            assert!(!own.contains("{{") && !code.lines().any(|line| line.starts_with('@')), "{code}");
        }
        let shell = of(SnippetSecret::None, Some(hostile)).remove(0);
        assert!(shell.contains(r"redirect_uri='https://app.example/'\''$(id)'\''{{issuer}}'"), "{shell}");
        assert_eq!(in_quotes("a\"b\\c"), r#""a\"b\\c""#);
    }
}
