//! Public keys as authenticators write them: COSE (RFC 9052 §7, RFC 9053), in CBOR (RFC 8949).

use coset::cbor::value::Value;
use coset::iana::{self, EnumI64};
use coset::{AsCborValue, CoseKey, KeyType, Label, RegisteredLabelWithPrivate};

use crate::base::base64url;
use crate::jose::jwk::Jwk;
use crate::protocol::webauthn::PasskeyRefusal;

/// The map that `rest` begins with; `rest` is what comes after it.
pub(super) fn read_map(rest: &mut &[u8]) -> Option<Value> {
    let value: Value = coset::cbor::de::from_reader(&mut *rest).ok()?;
    value.is_map().then_some(value)
}

/// The key that `rest` begins with: ES256 on P-256, or RS256, as they were asked for (WebAuthn §5.8.5).
pub(super) fn read(rest: &mut &[u8]) -> Result<Jwk, PasskeyRefusal> {
    let value = read_map(rest).ok_or(PasskeyRefusal::Malformed)?;
    let key = CoseKey::from_cbor_value(value).map_err(|_| PasskeyRefusal::Malformed)?;
    to_jwk(&key).ok_or(PasskeyRefusal::Key)
}

fn to_jwk(key: &CoseKey) -> Option<Jwk> {
    let bytes = |label: i64| {
        let parameter = key.params.iter().find(|(name, _)| *name == Label::Int(label));
        parameter.and_then(|(_, value)| value.as_bytes())
    };
    let is = |algorithm: iana::Algorithm| key.alg == Some(RegisteredLabelWithPrivate::Assigned(algorithm));
    let curve = key.params.iter().find(|(name, _)| *name == Label::Int(iana::Ec2KeyParameter::Crv.to_i64()));
    let curve = curve.and_then(|(_, value)| value.as_integer()).and_then(|curve| i64::try_from(curve).ok());
    let json = match &key.kty {
        KeyType::Assigned(iana::KeyType::EC2)
            if is(iana::Algorithm::ES256) && curve == Some(iana::EllipticCurve::P_256.to_i64()) =>
        {
            let coordinate = |label: iana::Ec2KeyParameter| bytes(label.to_i64()).map(base64url::encode);
            let (x, y) = (coordinate(iana::Ec2KeyParameter::X)?, coordinate(iana::Ec2KeyParameter::Y)?);
            serde_json::json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
        }
        KeyType::Assigned(iana::KeyType::RSA) if is(iana::Algorithm::RS256) => {
            let number = |label: iana::RsaKeyParameter| bytes(label.to_i64()).map(base64url::encode);
            let (n, e) = (number(iana::RsaKeyParameter::N)?, number(iana::RsaKeyParameter::E)?);
            serde_json::json!({ "kty": "RSA", "n": n, "e": e })
        }
        _ => return None,
    };
    // One set of bounds for keys, whoever sends them.
    Jwk::parse(&json)
}
