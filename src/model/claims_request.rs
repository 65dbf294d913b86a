//! The `claims` parameter (OpenID Connect Core §5.5): single claims, and how much they matter.

use serde_json::{Map, Value};

use crate::base::json;
use crate::model::profile::ProfileClaim;

/// What a client asks for claim by claim. Claims that are not known here are passed over (§5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// For the ID token.
    pub id_token: Vec<ProfileClaim>,
    /// For the userinfo answer.
    pub userinfo: Vec<ProfileClaim>,
    /// `acr` as an essential claim with values: one of them must be met (§5.5.1.1).
    pub essential_acr: Option<Vec<String>>,
    /// `sub` with a value: only this person may answer.
    pub sub: Option<String>,
}

/// The parameter is not the JSON it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedClaims;

impl ClaimsRequest {
    /// Reads the parameter.
    ///
    /// # Errors
    /// [`MalformedClaims`]: not an object, a member that is not an object, a claim that is neither null nor an object,
    /// or two subjects that differ.
    pub fn parse(text: &str) -> Result<Self, MalformedClaims> {
        let document: Map<String, Value> = json::read(text).map_err(|_| MalformedClaims)?;
        let mut request = Self::default();
        for (place, wanted) in [("id_token", true), ("userinfo", false)] {
            let Some(claims) = document.get(place) else { continue };
            let claims = claims.as_object().ok_or(MalformedClaims)?;
            for (name, how) in claims {
                if !how.is_null() && !how.is_object() {
                    return Err(MalformedClaims);
                }
                match (name.as_str(), ProfileClaim::parse(name)) {
                    (_, Some(claim)) if wanted => request.id_token.push(claim),
                    (_, Some(claim)) => request.userinfo.push(claim),
                    ("sub", _) => request.restrict_subject(how)?,
                    ("acr", _) if wanted => request.require_acr(how)?,
                    _ => {}
                }
            }
        }
        Ok(request)
    }

    fn restrict_subject(&mut self, how: &Value) -> Result<(), MalformedClaims> {
        let Some(value) = how.get("value") else { return Ok(()) };
        let value = value.as_str().ok_or(MalformedClaims)?.to_owned();
        match &self.sub {
            Some(sub) if *sub != value => Err(MalformedClaims),
            _ => {
                self.sub = Some(value);
                Ok(())
            }
        }
    }

    fn require_acr(&mut self, how: &Value) -> Result<(), MalformedClaims> {
        if how.get("essential").and_then(Value::as_bool) != Some(true) {
            return Ok(());
        }
        let one = how.get("value").map(std::slice::from_ref);
        let Some(values) = how.get("values").and_then(Value::as_array).map(Vec::as_slice).or(one) else {
            return Ok(());
        };
        let words = values.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
        self.essential_acr = Some(words.ok_or(MalformedClaims)?);
        Ok(())
    }

    /// Every claim that is asked for, wherever.
    pub fn all(&self) -> impl Iterator<Item = ProfileClaim> {
        self.id_token.iter().chain(&self.userinfo).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_claims_are_taken_and_others_passed_over() {
        let request = ClaimsRequest::parse(
            r#"{"userinfo":{"name":null,"https://a.example/x":null,"__proto__":{"essential":true}},
                "id_token":{"email":{"essential":true},"acr":{"essential":true,"values":["1","2"]},"sub":{"value":"s"}},"x":1}"#,
        );
        let request = request.unwrap();
        assert_eq!(request.userinfo, [ProfileClaim::Name]);
        assert_eq!(request.id_token, [ProfileClaim::Email]);
        assert_eq!(request.essential_acr, Some(vec!["1".into(), "2".into()]));
        assert_eq!(request.sub.as_deref(), Some("s"));
        assert_eq!(request.all().count(), 2);
    }

    #[test]
    fn a_voluntary_acr_demands_nothing() {
        for how in
            [r#"{"values":["9"]}"#, "null", r#"{"essential":true}"#, r#"{"essential":false,"value":"9"}"#]
        {
            let text = format!(r#"{{"id_token":{{"acr":{how}}}}}"#);
            assert_eq!(ClaimsRequest::parse(&text), Ok(ClaimsRequest::default()), "{text}");
        }
    }

    #[test]
    fn malformed_requests_are_refused() {
        for text in [
            "",
            "null",
            "[]",
            "1",
            r#"{"userinfo":[]}"#,
            r#"{"userinfo":null}"#,
            r#"{"id_token":{"name":true}}"#,
            r#"{"id_token":{"sub":{"value":1}}}"#,
            r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#,
            r#"{"id_token":{"acr":{"essential":true,"values":[1]}}}"#,
        ] {
            assert_eq!(ClaimsRequest::parse(text), Err(MalformedClaims), "{text}");
        }
    }
}
