// DPoP (RFC 9449) as told by oauth4webapi: keys by WebCrypto, nonces kept by the library.
// Prints the address to open in a browser, reads where the owner was sent back to, and prints what became of it.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";

// The last request as it was sent, to send it again.
let last;
const options = {
  [oauth.allowInsecureRequests]: true, // plain http, on localhost alone
  [oauth.customFetch]: (url, sent) => {
    last = [url, sent];
    return fetch(url, sent);
  },
};
const replay = async () => {
  const response = await fetch(...last);
  return [response.status, (await response.json()).error];
};
const issuer = new URL(process.env.ISSUER);
const required = process.env.NONCE === "required";
const redirectUri = "https://diary.example/cb";
const scope = "openid offline_access calendar.read calendar.write";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const calendar = new URL("/demo/calendar", issuer);
const whoami = new URL("/demo/whoami", issuer);

const as = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...options }),
);
const resource = await oauth.processResourceDiscoveryResponse(
  calendar,
  await oauth.resourceDiscoveryRequest(calendar, options),
);

// Where nonces are required, the first request with a key learns one.
let asked = 0;
async function withNonce(request) {
  try {
    return await request();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    asked += 1;
    return request();
  }
}

for (const [algorithm, method] of [
  ["ES256", "none"],
  ["RS256", "client_secret_basic"],
]) {
  assert(as.dpop_signing_alg_values_supported.includes(algorithm));
  assert(resource.dpop_signing_alg_values_supported.includes(algorithm));
  const client = await oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(
      as,
      {
        client_name: "Diary",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: method,
        dpop_bound_access_tokens: method === "none",
      },
      options,
    ),
  );
  const authentication = method === "none" ? oauth.None() : oauth.ClientSecretBasic(client.client_secret);
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(algorithm));
  const other = oauth.DPoP(client, await oauth.generateKeyPair(algorithm));

  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const authorization = new URL(as.authorization_endpoint);
  const request = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  // The key is named in the request, or proved when it is pushed.
  if (method === "none") {
    authorization.search = new URLSearchParams({ ...request, dpop_jkt: await DPoP.calculateThumbprint() });
  } else {
    const { request_uri } = await withNonce(async () =>
      oauth.processPushedAuthorizationResponse(
        as,
        client,
        await oauth.pushedAuthorizationRequest(as, client, authentication, request, { ...options, DPoP }),
      ),
    );
    authorization.search = new URLSearchParams({ client_id: client.client_id, request_uri });
  }
  console.log(authorization.href);
  const parameters = oauth.validateAuthResponse(as, client, new URL((await lines.next()).value), state);

  const redeem = (key) =>
    withNonce(async () =>
      oauth.processAuthorizationCodeResponse(
        as,
        client,
        await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, redirectUri, verifier, {
          ...options,
          DPoP: key,
        }),
      ),
    );
  // The code is for a key.
  await assert.rejects(redeem(other), { name: "ResponseBodyError", error: "invalid_dpop_proof" });
  await assert.rejects(redeem(undefined), {
    name: "ResponseBodyError",
    error: method === "none" ? "invalid_request" : "invalid_grant",
  });
  const first = await redeem(DPoP);
  assert.equal(first.token_type, "dpop");
  assert.deepEqual(await replay(), [400, "invalid_dpop_proof"]);

  // Resources want the token, the key, and each proof once.
  const read = (token, key, url = calendar) =>
    withNonce(() => oauth.protectedResourceRequest(token, "GET", url, undefined, undefined, { ...options, DPoP: key }));
  for (const url of [calendar, whoami]) {
    assert.equal((await read(first.access_token, DPoP, url)).status, 200);
    assert.deepEqual(await replay(), [401, "invalid_dpop_proof"]);
    for (const key of [undefined, other]) {
      const challenged = await read(first.access_token, key, url).then(
        () => assert.fail("a token without its key is refused"),
        (error) => error,
      );
      assert.equal(challenged.name, "WWWAuthenticateChallengeError");
      assert.equal(challenged.status, 401);
      const challenge = challenged.cause.find(({ scheme }) => scheme === "dpop");
      assert.equal(challenge.parameters.error, "invalid_token");
      assert.equal(challenge.parameters.algs, "ES256 RS256");
    }
  }
  const { sub } = oauth.getValidatedIdTokenClaims(first);
  await oauth.processUserInfoResponse(
    as,
    client,
    sub,
    await oauth.userInfoRequest(as, client, first.access_token, { ...options, DPoP }),
  );

  // The refresh token of a client without a secret wants the key; that of another one its client.
  const refresh = (token, key) =>
    withNonce(async () =>
      oauth.processRefreshTokenResponse(
        as,
        client,
        await oauth.refreshTokenGrantRequest(as, client, authentication, token, { ...options, DPoP: key }),
      ),
    );
  if (method === "none") {
    await assert.rejects(refresh(first.refresh_token, other), { error: "invalid_dpop_proof" });
    await assert.rejects(refresh(first.refresh_token, undefined), { error: "invalid_request" });
  }
  const second = await refresh(first.refresh_token, DPoP);
  assert.deepEqual(await replay(), [400, "invalid_dpop_proof"]);
  assert.equal((await refresh(first.refresh_token, DPoP)).refresh_token, second.refresh_token);
  assert.equal((await read(second.access_token, DPoP)).status, 200);
  if (method !== "none") {
    const changed = await refresh(second.refresh_token, other);
    assert.equal((await read(changed.access_token, other)).status, 200);
    assert.equal((await read(second.access_token, DPoP)).status, 200);
    const said = await oauth.processIntrospectionResponse(
      as,
      client,
      await oauth.introspectionRequest(as, client, authentication, changed.access_token, options),
    );
    assert.equal(said.token_type, "DPoP");
    assert.deepEqual(said.cnf, { jkt: await other.calculateThumbprint() });
  }
}
// One for each key: the library sends the nonce along from then on.
assert.equal(asked, required ? 4 : 0);
console.log("done");
process.exit(0);
