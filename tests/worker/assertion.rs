//! Clients that prove themselves with real keys, and clients whose id is an address, by openid-client.

use crate::server::Server;
use crate::walk::walk;

#[test]
fn openid_client_signs_with_keys_and_secrets_and_publishes_itself() {
    let pages = walk(Server::shared(), "assertion.mjs", &[]);
    assert_eq!(pages.len(), 5);
    // The last two never registered: what is known of them is where they are from.
    let published: Vec<_> =
        pages.iter().map(|page| page.contains("This app is published by 127.0.0.1:")).collect();
    assert_eq!(published, [false, false, false, true, true]);
}
