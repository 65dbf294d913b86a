// What Postern is measured against: the OAuth provider that Cloudflare publishes, set up as its README says for one
// Worker that is both the authorization server and its resource.
import OAuthProvider from "@cloudflare/workers-oauth-provider";
import { WorkerEntrypoint } from "cloudflare:workers";

// Over plain http, which is what comes out of a socket, it serves a loopback origin alone.
const origin = "http://localhost";
const resource = `${origin}/demo/whoami`;
const owner = "owner";

/** The same five members as Postern's, of what the library knows about the token. */
class Whoami extends WorkerEntrypoint {
  fetch() {
    const { userId, clientId, scope, audience, expiresAt } = this.ctx.auth;
    const members = { sub: this.ctx.props.userId ?? userId, client_id: clientId, scope: scope.join(" "), aud: audience, exp: expiresAt };
    return Response.json(members);
  }
}

/** Its own to write, says the README: who signs in and what they allow. Here it is always the same, and everything. */
const authorize = {
  async fetch(incoming, env) {
    const request = await env.OAUTH_PROVIDER.parseAuthRequest(incoming);
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
      request,
      userId: owner,
      metadata: {},
      scope: request.scope,
      props: { userId: owner },
      // Otherwise each approval looks for older ones and ends them: more work, and one live code at a time.
      revokeExistingGrants: false,
    });
    return new Response(null, { status: 303, headers: { Location: redirectTo } });
  },
};

export default new OAuthProvider({
  apiRoute: "/demo/whoami",
  apiHandler: Whoami,
  defaultHandler: authorize,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  clientRegistrationEndpoint: "/register",
  scopesSupported: ["calendar.read", "calendar.write"],
  resourceMetadata: { resource, authorization_servers: [origin] },
  accessTokenTTL: 3600,
});
