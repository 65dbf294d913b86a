//! Authorization codes: the address of a grant, that only this server can have written.

use postern::base::opaque::Opaque;
use postern::jose::sealed;
use postern::model::authorization_code::{open, seal};
use postern::model::id::GrantId;
use postern::model::purpose::CODE;
use postern::model::refresh_token::RefreshToken;

use crate::world::{flipped, keyring, text};

/// A code that somebody sent; and the same bytes as what a MAC of ours was put around.
pub fn authorization_code(data: &[u8]) {
    let ring = keyring();
    if let Some(sent) = text(data)
        && let Some(grant) = open(ring, sent)
    {
        let kid = sealed::open(ring, &CODE, sent).expect("it opened").kid;
        assert_ne!(kid, "old", "a retired key still makes codes");
        assert_eq!(sealed::seal_under(ring, &kid, &CODE, &grant.0.0).as_deref(), Some(sent), "one spelling");
        assert_eq!(RefreshToken::open(ring, sent), None);
        for forged in flipped(sent) {
            assert_eq!(open(ring, &forged), None, "{forged}");
        }
    }
    let sealed = sealed::seal(ring, &CODE, data);
    if let Some(GrantId(Opaque(address))) = open(ring, &sealed) {
        assert_eq!(address, data);
        assert_eq!(seal(ring, GrantId(Opaque(address))), sealed);
    } else {
        assert!(data.len() != 32 || sealed.len() > 16 * 1024);
    }
}
