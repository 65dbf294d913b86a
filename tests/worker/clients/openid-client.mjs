// Signing in with openid-client, which finds everything by discovery and checks state, nonce, iss, PKCE, at_hash, max_age
// and every answer's shape by itself; told to, it checks signatures as well.
import assert from "node:assert/strict";
import * as client from "openid-client";
import { Owner } from "./owner.mjs";

const issuer = new URL(process.env.ISSUER);
const redirectUri = "https://diary.example/cb";
const owner = await Owner.signedUp(issuer, "openid-client");
await owner.says({ name: "Alice", email: "alice@example.com" });

async function registered(metadata, authentication) {
  const config = await client.dynamicClientRegistration(
    issuer,
    {
      client_name: "Diary",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      ...metadata,
    },
    authentication,
    { execute: [client.allowInsecureRequests] }, // plain http, on localhost alone
  );
  client.enableNonRepudiationChecks(config);
  return config;
}

async function begin(config, parameters = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid profile email offline_access",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    ...parameters,
  });
  return { url, checks };
}

const headerOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[0], "base64url"));
const subjects = new Map();

for (const [metadata, authentication] of [
  [{ token_endpoint_auth_method: "client_secret_basic" }, client.ClientSecretBasic()],
  [
    {
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: "ES256",
      userinfo_signed_response_alg: "RS256",
      subject_type: "pairwise",
    },
    client.ClientSecretPost(),
  ],
  [{ token_endpoint_auth_method: "none", userinfo_signed_response_alg: "ES256" }, client.None()],
]) {
  const config = await registered(metadata, authentication);
  const { url, checks } = await begin(config);
  const callback = await owner.go(url);
  assert.deepEqual(owner.seen, ["/consent"]);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  const claims = tokens.claims();
  assert.equal(claims.nonce, checks.expectedNonce);
  assert.equal(headerOf(tokens.id_token).alg, metadata.id_token_signed_response_alg ?? "RS256");
  subjects.set(metadata.token_endpoint_auth_method, claims.sub);

  // The library compares sub, and where the answer is signed its signature, iss and aud.
  const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.deepEqual([told.name, told.email, told.email_verified], ["Alice", "alice@example.com", false]);
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, "another"));

  const second = await client.refreshTokenGrant(config, tokens.refresh_token);
  const { sub, auth_time, sid, nonce } = second.claims();
  assert.deepEqual({ sub, auth_time, sid, nonce }, { ...pick(claims), nonce: undefined });

  // Silently, with what was approved before and who it was.
  const silent = await begin(config, { prompt: "none", id_token_hint: tokens.id_token });
  const again = await client.authorizationCodeGrant(config, await owner.go(silent.url), silent.checks);
  assert.deepEqual(pick(again.claims()), pick(claims));
  assert.deepEqual(owner.seen, []);

  if (metadata.token_endpoint_auth_method !== "none") {
    const about = await client.tokenIntrospection(config, second.access_token);
    assert.deepEqual([about.active, about.sub], [true, claims.sub]);
  }
  await client.tokenRevocation(config, second.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), { error: "invalid_grant" });
  await assert.rejects(client.fetchUserInfo(config, second.access_token, claims.sub), { status: 401 });
}
assert.equal(subjects.get("client_secret_basic"), subjects.get("none"));
assert.notEqual(subjects.get("client_secret_basic"), subjects.get("client_secret_post"), "pairwise");

function pick({ sub, auth_time, sid }) {
  return { sub, auth_time, sid };
}

const config = await registered({}, client.ClientSecretBasic());
/** A request that the owner has answered. */
async function answered(parameters) {
  const { url, checks } = await begin(config, parameters);
  return { callback: await owner.go(url), checks };
}

// The answer in a form.
{
  const { callback, checks } = await answered({ response_mode: "form_post" });
  assert.equal(callback.method, "POST");
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  assert.ok(tokens.refresh_token && tokens.id_token);
}

// Without offline_access there is a sign-in and no more.
{
  const { callback, checks } = await answered({ scope: "openid" });
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  assert.equal(tokens.refresh_token, undefined);
}

// A fresh sign-in, and one that is fresh enough.
for (const [parameters, pages] of [
  [{ max_age: "0" }, ["/signin"]],
  [{ max_age: "3600" }, []],
  [{ prompt: "login" }, ["/signin"]],
  [{ prompt: "login consent" }, ["/signin", "/consent"]],
]) {
  const before = Math.floor(Date.now() / 1000);
  const { callback, checks } = await answered(parameters);
  assert.deepEqual(owner.seen, pages);
  const maxAge = parameters.max_age && Number(parameters.max_age) + 60;
  const tokens = await client.authorizationCodeGrant(config, callback, { ...checks, maxAge: maxAge || undefined });
  if (pages.includes("/signin")) assert.ok(tokens.claims().auth_time >= before - 1);
}

// Single claims, by name.
{
  const claims = { id_token: { email: { essential: true }, acr: { essential: true, values: ["1"] } } };
  const { callback, checks } = await answered({ claims: JSON.stringify(claims) });
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  assert.deepEqual([tokens.claims().email, tokens.claims().acr], ["alice@example.com", "1"]);
}

// Errors reach the client as errors, with iss and state in order.
for (const [decision, parameters, error] of [
  ["deny", { prompt: "consent" }, "access_denied"],
  ["deny", { prompt: "consent", response_mode: "form_post" }, "access_denied"],
  ["allow", { prompt: "none", max_age: "0" }, "login_required"],
  ["allow", { scope: "openid nothing" }, "invalid_scope"],
  ["allow", { request: "e30.e30." }, "request_not_supported"],
]) {
  owner.decision = decision;
  const { callback, checks } = await answered(parameters);
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error });
}
owner.decision = "allow";

// What was tampered with is refused by the library: ours is there to be compared.
for (const tamper of [
  ({ searchParams }) => searchParams.set("iss", "https://another.example"),
  ({ searchParams }) => searchParams.delete("iss"),
  ({ searchParams }) => searchParams.set("state", client.randomState()),
  ({ searchParams }) => searchParams.delete("state"),
  (_, checks) => (checks.expectedState = client.randomState()),
  (_, checks) => (checks.expectedNonce = client.randomNonce()),
]) {
  const { callback, checks } = await answered();
  tamper(callback, checks);
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), client.ClientError);
}
// Without the verifier the server refuses; the code is still good for who has it.
{
  const { callback, checks } = await answered();
  const forged = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await assert.rejects(client.authorizationCodeGrant(config, callback, forged), { error: "invalid_grant" });
  await client.authorizationCodeGrant(config, callback, checks);
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: "invalid_grant" });
}
console.log("done");
process.exit(0);
