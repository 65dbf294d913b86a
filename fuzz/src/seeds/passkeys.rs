//! Seeds of passkeys: what follows the flags of a new one, signatures, client data.

use coset::AsCborValue;
use coset::cbor::value::Value;
use postern::jose::algorithm::SigningAlgorithm;
use postern::store::memory_signatures::key_pair;

use crate::passkey::attestation;
use crate::support::authenticator::{bytes, cose};

/// All of them.
pub fn all() -> Vec<Vec<u8>> {
    let key = |algorithm| bytes(&cose(&key_pair(algorithm, 1).public).to_cbor_value().unwrap_or(Value::Null));
    let (ec, rsa) = (key(SigningAlgorithm::Es256), key(SigningAlgorithm::Rs256));
    let credential = |id: &[u8], key: &[u8]| {
        let length = u16::try_from(id.len()).unwrap_or(0).to_be_bytes();
        [&[0; 16], length.as_slice(), id, key].concat()
    };
    vec![
        credential(&[7; 32], &ec),
        credential(&[7; 16], &rsa),
        credential(&[], &ec),
        credential(&[7; 32], &[]),
        credential(&[7; 32], &ec[..ec.len() - 1]),
        credential(&[7; 32], &[&ec[..], &[0xa0]].concat()),
        // Of indefinite length, and nested for nothing.
        credential(&[7], &[&[0xbf], &ec[1..], &[0xff]].concat()),
        credential(&[7], &[0x81; 300]),
        attestation(&credential(&[7; 32], &ec)),
        b"\xbf\x63fmt\x64none\x67attStmt\xbf\xff\x68authData\x41\x00\xff".to_vec(),
        b"{\"type\":\"webauthn.create\",\"challenge\":\"\",\"origin\":\"https://as.example\"}".to_vec(),
        b"id=AQ&user_handle=AQ&client_data=e30&authenticator_data=AQ&signature=AQ".to_vec(),
        b"\x30\x06\x02\x01\x01\x02\x01\x01".to_vec(),
        b"\x30\x07\x02\x02\x00\x81\x02\x01\x01".to_vec(),
        b"\x30\x08\x02\x02\x00\x01\x02\x02\x00\x81".to_vec(),
    ]
}
