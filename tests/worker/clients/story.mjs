// The story as told by oauth4webapi, which checks state, iss, PKCE and every answer's shape by itself.
// Prints the address to open in a browser, reads where the owner was sent back to, and prints what became of it.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";

const insecure = { [oauth.allowInsecureRequests]: true }; // plain http, on localhost alone
const issuer = new URL(process.env.ISSUER);
const redirectUri = "https://diary.example/cb";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const as = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure }),
);
const calendar = new URL("/demo/calendar", issuer);
const resource = await oauth.processResourceDiscoveryResponse(
  calendar,
  await oauth.resourceDiscoveryRequest(calendar, insecure),
);
assert.deepEqual(resource.authorization_servers, [as.issuer]);

for (const method of ["client_secret_basic", "client_secret_post", "none"]) {
  const client = await oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(
      as,
      {
        client_name: "Diary",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: method,
        introspection_signed_response_alg: method === "client_secret_basic" ? "ES256" : undefined,
      },
      insecure,
    ),
  );
  const authentication = {
    client_secret_basic: () => oauth.ClientSecretBasic(client.client_secret),
    client_secret_post: () => oauth.ClientSecretPost(client.client_secret),
    none: () => oauth.None(),
  }[method]();

  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const authorization = new URL(as.authorization_endpoint);
  authorization.search = new URLSearchParams({
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: "calendar.read calendar.write",
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  console.log(authorization.href);
  const callback = new URL((await lines.next()).value);

  // The library refuses what does not come from this server, or not to this request.
  const mixedUp = new URL(callback);
  mixedUp.searchParams.set("iss", "https://another.example");
  assert.throws(() => oauth.validateAuthResponse(as, client, mixedUp, state));
  assert.throws(() => oauth.validateAuthResponse(as, client, callback, oauth.generateRandomState()));
  const parameters = oauth.validateAuthResponse(as, client, callback, state);

  const redeem = (withVerifier) =>
    oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, redirectUri, withVerifier, insecure);
  await assert.rejects(
    async () => oauth.processAuthorizationCodeResponse(as, client, await redeem(oauth.generateRandomCodeVerifier())),
    { name: "ResponseBodyError", error: "invalid_grant" },
  );
  const first = await oauth.processAuthorizationCodeResponse(as, client, await redeem(verifier));
  assert.equal(first.scope, "calendar.read calendar.write");

  const refresh = (token) => oauth.refreshTokenGrantRequest(as, client, authentication, token, insecure);
  const second = await oauth.processRefreshTokenResponse(as, client, await refresh(first.refresh_token));
  assert.notEqual(second.refresh_token, first.refresh_token);

  const read = (token) => oauth.protectedResourceRequest(token, "GET", calendar, undefined, undefined, insecure);
  assert.equal((await read(second.access_token)).status, 200);
  // Plain, and signed (RFC 9701).
  const introspect = async () => {
    const said = [];
    for (const requestJwtResponse of [false, true]) {
      const response = await oauth.introspectionRequest(as, client, authentication, second.access_token, {
        ...insecure,
        requestJwtResponse,
      });
      said.push((await oauth.processIntrospectionResponse(as, client, response)).active);
      if (requestJwtResponse) await oauth.validateApplicationLevelSignature(as, response, insecure);
    }
    return said;
  };
  if (method !== "none") assert.deepEqual(await introspect(), [true, true]);

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, authentication, second.refresh_token, insecure),
  );
  await assert.rejects(
    async () => oauth.processRefreshTokenResponse(as, client, await refresh(second.refresh_token)),
    { name: "ResponseBodyError", error: "invalid_grant" },
  );
  // The library reads WWW-Authenticate and finds one well-formed Bearer challenge.
  const challenged = await read(second.access_token).then(
    () => assert.fail("a revoked token is refused"),
    (error) => error,
  );
  assert.equal(challenged.name, "WWWAuthenticateChallengeError");
  assert.equal(challenged.status, 401);
  assert.equal(challenged.cause[0].scheme, "bearer");
  assert.equal(challenged.cause[0].parameters.error, "invalid_token");
  if (method !== "none") assert.deepEqual(await introspect(), [false, false]);
}
console.log("done");
process.exit(0);
