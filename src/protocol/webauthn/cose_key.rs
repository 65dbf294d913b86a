//! Public keys as authenticators write them: COSE (RFC 9052 §7, RFC 9053), in CBOR (RFC 8949).

use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::json;

use crate::base::base64url;
use crate::jose::jwk::Jwk;
use crate::protocol::webauthn::PasskeyRefusal;

// RFC 9052 §7.1: what every key says.
const KEY_TYPE: i64 = 1;
const ALGORITHM: i64 = 3;
// RFC 9053 §7.1.1: curve and point of an elliptic one. RFC 8230 §4: modulus and exponent of an RSA one.
const CURVE_OR_MODULUS: i64 = -1;
const X_OR_EXPONENT: i64 = -2;
const Y: i64 = -3;

const EC2: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
const ES256: i64 = -7;
const RS256: i64 = -257;

/// Most labels of a key: five are enough for any that is taken. Each is compared with those before it.
const MAX_LABELS: usize = 32;

/// A value of a key: a number or bytes. What else there is has no part in it.
#[derive(Clone, Copy)]
enum Value<'b> {
    Number(i64),
    Bytes(&'b [u8]),
    Other,
}

/// Reads the map that `decoder` is at, entry by entry.
pub(super) fn entries<'b>(
    decoder: &mut Decoder<'b>,
    mut entry: impl FnMut(&mut Decoder<'b>) -> Option<()>,
) -> Option<()> {
    let Some(length) = decoder.map().ok()? else {
        // Of indefinite length (RFC 8949 §3.2.2).
        while decoder.datatype().ok()? != Type::Break {
            entry(decoder)?;
        }
        return decoder.skip().ok();
    };
    // Each entry takes a byte at least, whatever the length says.
    (0..length).try_for_each(|_| entry(decoder))
}

/// Passes over the map that `rest` begins with; `rest` is what comes after it.
pub(super) fn skip_map(rest: &mut &[u8]) -> Option<()> {
    let mut decoder = Decoder::new(rest);
    entries(&mut decoder, |decoder| decoder.skip().and_then(|()| decoder.skip()).ok())?;
    *rest = rest.get(decoder.position()..)?;
    Some(())
}

/// The key that `rest` begins with: ES256 on P-256, or RS256, as they were asked for (WebAuthn §5.8.5).
pub(super) fn read(rest: &mut &[u8]) -> Result<Jwk, PasskeyRefusal> {
    let members = members(rest).ok_or(PasskeyRefusal::Malformed)?;
    to_jwk(&members).ok_or(PasskeyRefusal::Key)
}

fn members<'b>(rest: &mut &'b [u8]) -> Option<Vec<(i64, Value<'b>)>> {
    let mut decoder = Decoder::new(rest);
    let mut members = Vec::new();
    entries(&mut decoder, |decoder| {
        let label = match decoder.datatype().ok()? {
            Type::String => {
                decoder.skip().ok()?;
                None
            }
            _ => Some(decoder.i64().ok()?),
        };
        let value = match decoder.datatype().ok()? {
            Type::Bytes => Value::Bytes(decoder.bytes().ok()?),
            Type::U8 | Type::U16 | Type::U32 | Type::I8 | Type::I16 | Type::I32 => {
                Value::Number(decoder.i64().ok()?)
            }
            _ => {
                decoder.skip().ok()?;
                Value::Other
            }
        };
        // RFC 9052 §1.5: a label stands once.
        let once = label.is_none_or(|label| members.iter().all(|(known, _)| *known != label));
        members.extend(label.map(|label| (label, value)));
        (once && members.len() <= MAX_LABELS).then_some(())
    })?;
    *rest = rest.get(decoder.position()..)?;
    (!members.is_empty()).then_some(members)
}

fn to_jwk(members: &[(i64, Value<'_>)]) -> Option<Jwk> {
    let find = |label: i64| members.iter().find(|(known, _)| *known == label).map(|(_, value)| *value);
    let number = |label: i64| match find(label) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let text = |label: i64| match find(label) {
        Some(Value::Bytes(bytes)) => Some(base64url::encode(bytes)),
        _ => None,
    };
    let json = match (number(KEY_TYPE)?, number(ALGORITHM)?) {
        (EC2, ES256) if number(CURVE_OR_MODULUS) == Some(P_256) => {
            json!({ "kty": "EC", "crv": "P-256", "x": text(X_OR_EXPONENT)?, "y": text(Y)? })
        }
        (RSA, RS256) => json!({ "kty": "RSA", "n": text(CURVE_OR_MODULUS)?, "e": text(X_OR_EXPONENT)? }),
        _ => return None,
    };
    // One set of bounds for keys, whoever sends them.
    Jwk::parse(&json)
}
