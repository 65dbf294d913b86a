//! Client ids: kept in KV, or carrying their own metadata.

use postern::jose::sealed;
use postern::model::client_id::{ClientId, MAX_LENGTH, ProvenClientId};
use postern::model::client_metadata::ClientMetadata;
use postern::model::client_secret;
use postern::model::metadata_uri::{MetadataUri, Reach};
use postern::model::purpose::{SEALED_CLIENT, STORED_CLIENT};
use postern::store::memory::SeededEntropy;

use crate::world::{catalogue, flipped, keyring, text};

/// An id that somebody sent; and the same bytes as what a MAC of ours was put around.
pub fn client_id(data: &[u8]) {
    let ring = keyring();
    if let Some(sent) = text(data)
        && let Some(proven) = ClientId::prove(ring, sent)
    {
        assert_eq!(proven.id().as_str(), sent);
        assert!(sent.len() <= MAX_LENGTH);
        let prefix = match &proven {
            ProvenClientId::Stored(_) => "prc_",
            ProvenClientId::Sealed { .. } => "psc_",
            ProvenClientId::Url(_) => "http",
        };
        assert!(sent.starts_with(prefix), "{sent} is of another kind");
        if let ProvenClientId::Url(_) = &proven {
            return address(sent);
        }
        for forged in flipped(sent) {
            assert_eq!(ClientId::prove(ring, &forged), None, "{forged}");
        }
        if let ProvenClientId::Sealed { metadata, kid, id } = &proven {
            reseals(metadata);
            assert!(client_secret::derive(ring, kid, id).is_some(), "a sealed client without a secret");
        }
    }
    // Only a key of ours can say this, but whatever it says is read without a panic.
    let sealed = sealed::seal(ring, &SEALED_CLIENT, data);
    if let Some(ProvenClientId::Sealed { metadata, .. }) = ClientId::prove(ring, &sealed) {
        reseals(&metadata);
        let _ = metadata.to_document(&catalogue());
    }
    let stored = sealed::seal(ring, &STORED_CLIENT, data);
    assert_eq!(
        ClientId::prove(ring, &stored).is_some_and(|id| matches!(id, ProvenClientId::Stored(_))),
        stored.len() <= MAX_LENGTH
    );
}

/// An id that is an address is the same text for whoever reads it.
pub fn address(sent: &str) {
    let url = url::Url::parse(sent).expect("a URL");
    assert_eq!(url.as_str(), sent, "a parser repairs it");
    assert!(MetadataUri::parse_within(sent, Reach::ThisComputerToo).is_some(), "{sent} must not be fetched");
    assert!(url.query().is_none() && url.fragment().is_none() && url.path().len() > 1, "{sent}");
    assert!(url.username().is_empty() && url.password().is_none(), "{sent}");
    let dots =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    assert!(!sent.split(['/', '\\']).any(dots), "{sent} has dot segments");
}

/// Whatever an id says, a new one can say the same.
fn reseals(metadata: &ClientMetadata) {
    let (ring, entropy) = (keyring(), SeededEntropy::new(7));
    let Some(id) = ClientId::sealed(ring, &entropy, metadata) else { return };
    match ClientId::prove(ring, id.as_str()) {
        Some(ProvenClientId::Sealed { metadata: again, .. }) => assert_eq!(*again, *metadata),
        other => panic!("{other:?}"),
    }
    let same = ClientId::sealed(ring, &entropy, metadata).expect("of the same length");
    // P5: the same metadata is the same public client, and never the same confidential one.
    assert_eq!(same == id, !metadata.auth_method.has_secret());
}
