//! Client ids: kept in KV, or carrying their own metadata.

use postern::jose::sealed;
use postern::model::client_id::{ClientId, MAX_LENGTH, ProvenClientId};
use postern::model::client_metadata::ClientMetadata;
use postern::model::client_secret;
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
        let prefix = if matches!(proven, ProvenClientId::Stored(_)) { "prc_" } else { "psc_" };
        assert!(sent.starts_with(prefix), "{sent} is of another kind");
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
    assert_eq!(same == id, !metadata.auth_method.is_confidential());
}
