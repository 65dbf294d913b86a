//! The credentials of a request, in exactly one way, nothing proven.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::form::{self, Form};
use crate::base::secret::Secret;
use crate::model::client_secret::ClientSecret;
use crate::protocol::client_auth::ClientAuthRefusal;
use crate::protocol::client_auth::assertion::{ASSERTION_TYPE, AssertionFault, ClientAssertion};

/// What a client says it is, and with what.
#[derive(Debug)]
pub struct PresentedCredentials<'a> {
    /// The client id, as sent.
    pub client_id: String,
    /// The way.
    pub way: Way<'a>,
}

/// How a client shows who it is.
#[derive(Debug)]
pub enum Way<'a> {
    /// Not at all.
    Nothing,
    /// HTTP Basic.
    Basic(ClientSecret),
    /// A secret in the form.
    Post(ClientSecret),
    /// A signed statement.
    Assertion(Box<ClientAssertion<'a>>),
}

impl<'a> PresentedCredentials<'a> {
    /// Reads the `Authorization` header and the form.
    ///
    /// # Errors
    /// [`ClientAuthRefusal::MalformedBasic`], [`ClientAuthRefusal::NoClient`], [`ClientAuthRefusal::TwoWays`] or
    /// [`AssertionFault::Malformed`].
    pub fn read(authorization: Option<&str>, form: &'a Form) -> Result<Self, ClientAuthRefusal> {
        let form_id = form.value("client_id");
        let form_secret = form.value("client_secret");
        let (kind, assertion) = (form.value("client_assertion_type"), form.value("client_assertion"));
        let asserts = kind.is_some() || assertion.is_some();
        if let Some(header) = authorization {
            let (client_id, secret) = parse_basic(header).ok_or(ClientAuthRefusal::MalformedBasic)?;
            if form_secret.is_some() || asserts || form_id.is_some_and(|id| id != client_id) {
                return Err(ClientAuthRefusal::TwoWays);
            }
            return Ok(Self { client_id, way: Way::Basic(Secret::new(secret)) });
        }
        if asserts {
            if form_secret.is_some() {
                return Err(ClientAuthRefusal::TwoWays);
            }
            let assertion =
                assertion.filter(|_| kind == Some(ASSERTION_TYPE)).and_then(ClientAssertion::parse);
            let assertion = assertion.ok_or(ClientAuthRefusal::Assertion(AssertionFault::Malformed))?;
            let client_id = assertion.subject().to_owned();
            // RFC 7521 §4.2: client_id is optional, and "MUST identify the same client".
            if form_id.is_some_and(|id| id != client_id) {
                return Err(ClientAuthRefusal::TwoWays);
            }
            return Ok(Self { client_id, way: Way::Assertion(Box::new(assertion)) });
        }
        let client_id = form_id.ok_or(ClientAuthRefusal::NoClient)?.to_owned();
        let way = form_secret.map_or(Way::Nothing, |secret| Way::Post(Secret::new(secret.to_owned())));
        Ok(Self { client_id, way })
    }
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined by a colon (RFC 7617).
fn parse_basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let (id, secret) = (form::decode(id).ok()?, form::decode(secret).ok()?);
    (!id.is_empty() && !secret.is_empty()).then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;
    use crate::model::auth_method::AuthMethod;

    fn read(
        authorization: Option<&str>,
        form: &str,
    ) -> Result<(String, AuthMethod, Option<String>), ClientAuthRefusal> {
        PresentedCredentials::read(authorization, &Form::parse(form).unwrap()).map(|presented| {
            let (method, secret) = match presented.way {
                Way::Nothing => (AuthMethod::None, None),
                Way::Basic(secret) => (AuthMethod::SecretBasic, Some(secret)),
                Way::Post(secret) => (AuthMethod::SecretPost, Some(secret)),
                Way::Assertion(_) => (AuthMethod::PrivateKeyJwt, None),
            };
            (presented.client_id, method, secret.map(|secret| secret.expose().clone()))
        })
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn basic_is_form_decoded_and_its_scheme_has_no_case() {
        let expected = Ok(("a:b".to_owned(), AuthMethod::SecretBasic, Some("c d:e".to_owned())));
        let header = basic("a%3Ab:c+d:e");
        assert_eq!(read(Some(&header), ""), expected);
        assert_eq!(read(Some(&header.replace("Basic ", "bAsIc  ")), ""), expected);
        assert_eq!(read(Some(&header), "client_id=a%3Ab"), expected);
    }

    #[test]
    fn malformed_headers_are_refused() {
        let headers = [
            "",
            "Basic",
            "Basic !",
            "Bearer x",
            "Basic",
            &basic("nocolon"),
            &basic(":s"),
            &basic("a:"),
            &basic("a:%zz"),
        ];
        for header in headers {
            assert_eq!(read(Some(header), ""), Err(ClientAuthRefusal::MalformedBasic), "{header}");
        }
        assert_eq!(read(Some(&STANDARD.encode("a:b")), ""), Err(ClientAuthRefusal::MalformedBasic));
    }

    #[test]
    fn one_way_and_one_client_only() {
        assert_eq!(read(None, ""), Err(ClientAuthRefusal::NoClient));
        assert_eq!(read(None, "client_secret=s"), Err(ClientAuthRefusal::NoClient));
        assert_eq!(read(Some(&basic("a:s")), "client_secret=s"), Err(ClientAuthRefusal::TwoWays));
        assert_eq!(read(Some(&basic("a:s")), "client_id=b"), Err(ClientAuthRefusal::TwoWays));
        assert_eq!(read(None, "client_id=a&client_secret="), Ok(("a".into(), AuthMethod::None, None)));
        assert_eq!(
            read(None, "client_id=a&client_secret=s"),
            Ok(("a".into(), AuthMethod::SecretPost, Some("s".into())))
        );
    }

    #[test]
    fn an_assertion_stands_alone_and_says_whose_it_is() {
        let encode = |text: &str| base64url::encode(text);
        let claims = r#"{"iss":"a","sub":"a","aud":"x","exp":1,"jti":"1"}"#;
        let jwt = |claims: &str| format!("{}.{}.AA", encode(r#"{"alg":"ES256"}"#), encode(claims));
        let typed = format!("client_assertion_type={ASSERTION_TYPE}");
        let form = |more: &str| format!("{typed}&client_assertion={}{more}", jwt(claims));
        let assertion = Ok(("a".to_owned(), AuthMethod::PrivateKeyJwt, None));
        assert_eq!(read(None, &form("")), assertion);
        assert_eq!(read(None, &form("&client_id=a")), assertion);
        for more in ["&client_id=b", "&client_secret=s"] {
            assert_eq!(read(None, &form(more)), Err(ClientAuthRefusal::TwoWays), "{more}");
        }
        assert_eq!(read(Some(&basic("a:s")), &form("")), Err(ClientAuthRefusal::TwoWays));
        assert_eq!(read(Some(&basic("a:s")), &typed), Err(ClientAuthRefusal::TwoWays));
        let other = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
        for form in [
            typed.clone(),
            format!("client_assertion={}", jwt(claims)),
            format!("{other}&client_assertion={}", jwt(claims)),
            format!("{typed}&client_assertion=a.b.c"),
            format!("{typed}&client_assertion={}", jwt("null")),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"","aud":"x","exp":1}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","aud":"x","exp":1}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"a","exp":1}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"a","aud":["x",1],"exp":1}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"a","aud":"x"}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"a","aud":"x","exp":"1"}"#)),
            format!("{typed}&client_assertion={}", jwt(r#"{"iss":"a","sub":"a","aud":"x","exp":null}"#)),
        ] {
            let malformed = ClientAuthRefusal::Assertion(AssertionFault::Malformed);
            assert_eq!(read(None, &format!("client_id=a&{form}")), Err(malformed), "{form}");
        }
    }
}
