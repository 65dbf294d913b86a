// Signing in with oauth4webapi, step by step as its documentation has it.
import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { Owner } from "./owner.mjs";

const insecure = { [oauth.allowInsecureRequests]: true }; // plain http, on localhost alone
const issuer = new URL(process.env.ISSUER);
const redirectUri = "https://diary.example/cb";
const owner = await Owner.signedUp(issuer, "oauth4webapi");
await owner.says({ name: "Alice" });

const discovered = async (algorithm) =>
  oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }));
const as = await discovered("oidc");
assert.deepEqual(as, await discovered("oauth2"));

for (const [algorithm, mode] of [
  ["RS256", "query"],
  ["ES256", "form_post"],
]) {
  const client = await oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(
      as,
      {
        client_name: "Diary",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        id_token_signed_response_alg: algorithm,
        userinfo_signed_response_alg: algorithm,
        default_max_age: 3600,
        subject_type: "pairwise",
      },
      insecure,
    ),
  );
  const authentication = oauth.ClientSecretBasic(client.client_secret);

  const begin = async (more) => {
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_mode: mode,
      scope: "openid profile offline_access",
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...more,
    });
    return { url, verifier, state, nonce };
  };
  const received = async (answer) =>
    answer instanceof URL ? answer.searchParams : new URLSearchParams(await oauth.formPostResponse(answer));
  const redeemed = async (request, callback) => {
    const parameters = oauth.validateAuthResponse(as, client, callback, request.state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      parameters,
      redirectUri,
      request.verifier,
      insecure,
    );
    const checks = { expectedNonce: request.nonce, requireIdToken: true };
    const result = await oauth.processAuthorizationCodeResponse(as, client, response, checks);
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    return result;
  };

  const request = await begin();
  const result = await redeemed(request, await received(await owner.go(request.url)));
  const claims = oauth.getValidatedIdTokenClaims(result);
  assert.equal(claims.nonce, request.nonce);

  const response = await oauth.userInfoRequest(as, client, result.access_token, insecure);
  const told = await oauth.processUserInfoResponse(as, client, claims.sub, response);
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  assert.deepEqual([told.name, told.preferred_username], ["Alice", "oauth4webapi"]);

  const second = await oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, authentication, result.refresh_token, insecure),
  );
  assert.equal(oauth.getValidatedIdTokenClaims(second).sub, claims.sub);

  // Silently, and refused where it cannot be silent.
  const silent = await begin({ prompt: "none" });
  await redeemed(silent, await received(await owner.go(silent.url)));
  const refused = await begin({ prompt: "none", scope: "openid email" });
  const parameters = await received(await owner.go(refused.url));
  assert.throws(() => oauth.validateAuthResponse(as, client, parameters, refused.state), {
    error: "consent_required",
  });
  // Another issuer, another state, another nonce, the same parameter twice.
  for (const tamper of [
    (callback) => callback.set("iss", "https://another.example"),
    (callback) => callback.delete("iss"),
    (callback) => callback.append("code", "x"),
    (_, request) => (request.state = oauth.generateRandomState()),
    (_, request) => (request.nonce = oauth.generateRandomNonce()),
  ]) {
    const request = await begin();
    const callback = await received(await owner.go(request.url));
    tamper(callback, request);
    await assert.rejects(redeemed(request, callback), { name: "OperationProcessingError" });
  }
}
console.log("done");
process.exit(0);
