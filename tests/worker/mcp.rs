//! The MCP server, as the SDK's own client finds its way to it.

use crate::server::Server;
use crate::walk::walk;

#[test]
fn the_typescript_sdk_walks_from_the_address_to_the_step_up() {
    assert_eq!(walk(Server::shared(), "mcp.mjs", &[]).len(), 2);
}
