//! The credentials of a request, in exactly one way, nothing proven.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::form::{self, Form};
use crate::base::secret::Secret;
use crate::model::auth_method::AuthMethod;
use crate::model::client_secret::ClientSecret;
use crate::protocol::client_auth::ClientAuthRefusal;

/// What a client says it is, and with what.
#[derive(Debug)]
pub struct PresentedCredentials {
    /// The client id, as sent.
    pub client_id: String,
    /// The way.
    pub method: AuthMethod,
    /// The secret; absent exactly for [`AuthMethod::None`].
    pub secret: Option<ClientSecret>,
}

impl PresentedCredentials {
    /// Reads the `Authorization` header and the form.
    ///
    /// # Errors
    /// [`ClientAuthRefusal::MalformedBasic`], [`ClientAuthRefusal::NoClient`] or [`ClientAuthRefusal::TwoWays`].
    pub fn read(authorization: Option<&str>, form: &Form) -> Result<Self, ClientAuthRefusal> {
        let form_id = form.value("client_id");
        let form_secret = form.value("client_secret");
        if let Some(header) = authorization {
            let (client_id, secret) = parse_basic(header).ok_or(ClientAuthRefusal::MalformedBasic)?;
            if form_secret.is_some() || form_id.is_some_and(|id| id != client_id) {
                return Err(ClientAuthRefusal::TwoWays);
            }
            return Ok(Self {
                client_id,
                method: AuthMethod::SecretBasic,
                secret: Some(Secret::new(secret)),
            });
        }
        let client_id = form_id.ok_or(ClientAuthRefusal::NoClient)?.to_owned();
        match form_secret {
            Some(secret) => {
                let secret = Some(Secret::new(secret.to_owned()));
                Ok(Self { client_id, method: AuthMethod::SecretPost, secret })
            }
            None => Ok(Self { client_id, method: AuthMethod::None, secret: None }),
        }
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

    fn read(
        authorization: Option<&str>,
        form: &str,
    ) -> Result<(String, AuthMethod, Option<String>), ClientAuthRefusal> {
        PresentedCredentials::read(authorization, &Form::parse(form).unwrap())
            .map(|p| (p.client_id, p.method, p.secret.map(|s| s.expose().clone())))
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
}
