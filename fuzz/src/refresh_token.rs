//! Refresh tokens: a grant and a generation. The same two always give the same bytes.

use postern::jose::sealed;
use postern::model::authorization_code;
use postern::model::purpose::REFRESH;
use postern::model::refresh_token::RefreshToken;

use crate::world::{flipped, keyring, text};

/// A token that somebody sent; and the same bytes as what a MAC of ours was put around.
pub fn refresh_token(data: &[u8]) {
    let ring = keyring();
    if let Some(sent) = text(data)
        && let Some(token) = RefreshToken::open(ring, sent)
    {
        let kid = sealed::open(ring, &REFRESH, sent).expect("it opened").kid;
        assert_eq!(token.seal(ring, &kid).as_deref(), Some(sent), "a retry would get other bytes");
        assert_eq!(authorization_code::open(ring, sent), None);
        for forged in flipped(sent) {
            assert_eq!(RefreshToken::open(ring, &forged), None, "{forged}");
        }
    }
    for kid in ["k1", "k2", "old"] {
        let sealed = sealed::seal_under(ring, kid, &REFRESH, data).expect("a key of ours");
        match RefreshToken::open(ring, &sealed) {
            Some(token) => assert_eq!(token.seal(ring, kid), Some(sealed)),
            None => assert_ne!(data.len(), 36),
        }
    }
}
