// Clients that prove themselves with keys of their own, as openid-client has it, and clients whose id is the address of
// their metadata. Keys and documents are served from here, as a client's own site would.
// Prints the address to open in a browser, reads where the owner was sent back to, and prints what became of it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import * as openid from "openid-client";

const issuer = new URL(process.env.ISSUER);
const redirectUri = "https://diary.example/cb";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const insecure = { execute: [openid.allowInsecureRequests] }; // plain http, on this computer alone

await fetch(new URL("/jwks.json", issuer)); // the server's own keys are made on first need

// The client's own site.
const site = {};
const asked = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  const page = site[request.url];
  if (!page) return response.writeHead(404).end();
  if (page.location) return response.writeHead(302, { location: page.location }).end();
  response.writeHead(200, { "content-type": page.type ?? "application/json", "cache-control": page.cache ?? "max-age=300" });
  response.end(page.text ?? JSON.stringify(page.json));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" };
async function pair(algorithm, kid) {
  const parameters = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), ...algorithm };
  const keys = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  return { ...keys, kid, algorithm, jwk: { ...(await crypto.subtle.exportKey("jwk", keys.publicKey)), kid, use: "sig" } };
}
const rsa = await pair(RS256, "rsa");
const ec = await pair(ES256, "ec");
const stranger = await pair(ES256, "ec");
site["/jwks.json"] = { json: { keys: [rsa.jwk, ec.jwk] } };

// The whole way, with whatever the client authenticates by.
async function story(config, introspects) {
  openid.allowInsecureRequests(config);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid offline_access calendar.read",
    prompt: "consent",
    state,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  console.log(url.href);
  const callback = new URL((await lines.next()).value);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true };
  const first = await openid.authorizationCodeGrant(config, callback, checks);
  assert.equal(first.claims().aud, config.clientMetadata().client_id);
  const second = await openid.refreshTokenGrant(config, first.refresh_token);
  const info = await openid.fetchUserInfo(config, second.access_token, first.claims().sub);
  assert.equal(info.sub, first.claims().sub);
  if (introspects) {
    const said = await openid.tokenIntrospection(config, second.access_token);
    assert.equal(said.active, true);
    assert.equal(said.client_id, config.clientMetadata().client_id);
  }
  await openid.tokenRevocation(config, second.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, second.refresh_token), { error: "invalid_grant" });
}

const metadata = {
  client_name: "Diary",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token"],
};
const register = (more, authentication) =>
  openid.dynamicClientRegistration(issuer, { ...metadata, ...more }, authentication, insecure);
const key = ({ privateKey, kid }) => openid.PrivateKeyJwt({ key: privateKey, kid });

const method = { token_endpoint_auth_method: "private_key_jwt" };
const byAddress = await register({ ...method, jwks_uri: `${origin}/jwks.json` }, key(rsa));
assert.equal(byAddress.clientMetadata().client_secret, undefined);
await story(byAddress, true);
await story(await register({ ...method, jwks: { keys: [ec.jwk] } }, key(ec)), true);

const secret = { token_endpoint_auth_method: "client_secret_jwt", token_endpoint_auth_signing_alg: "HS256" };
const withSecret = await register(secret, openid.None());
const { client_id, client_secret } = withSecret.clientMetadata();
await story(
  new openid.Configuration(withSecret.serverMetadata(), client_id, withSecret.clientMetadata(), openid.ClientSecretJwt(client_secret)),
  true,
);
assert.equal(asked.filter((path) => path === "/jwks.json").length, 1, "kept for a while");

// Clients that never registered.
const publish = (path, more) => {
  site[path] = { json: { ...metadata, client_id: `${origin}${path}`, ...more } };
  return `${origin}${path}`;
};
const discover = (id, authentication) => openid.discovery(issuer, id, undefined, authentication, insecure);
const own = publish("/client.json", { ...method, jwks_uri: `${origin}/jwks.json` });
const discovered = await discover(own, key(ec));
assert.equal(discovered.serverMetadata().client_id_metadata_document_supported, true);
await story(discovered, true);
await story(await discover(publish("/public.json", { token_endpoint_auth_method: "none" }), openid.None()), false);

// What must not work, with signatures that are real.
const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);
const claims = (id, more) => ({ iss: id, sub: id, aud: process.env.ISSUER, exp: now() + 60, jti: crypto.randomUUID(), ...more });
async function assertion({ privateKey, algorithm }, header, payload) {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign(algorithm, privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}
async function introspect(assertion) {
  const body = new URLSearchParams({
    token: "x",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
  const response = await fetch(new URL("/introspect", issuer), { method: "POST", body });
  return { status: response.status, ...(await response.json()) };
}
const id = byAddress.clientMetadata().client_id;
const good = { alg: "ES256", kid: "ec" };
for (const header of [good, { ...good, typ: "client-authentication+jwt" }, { alg: "ES256" }]) {
  assert.deepEqual(await introspect(await assertion(ec, header, claims(id))), { status: 200, active: false });
}
const input = (header) => `${encode(header)}.${encode(claims(id))}`;
const pem = Buffer.from(await crypto.subtle.exportKey("spki", rsa.publicKey)).toString("base64");
const hmac = (text) => `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
const signed = await assertion(ec, good, claims(id));
const [head, , signature] = signed.split(".");
for (const [what, wrong] of Object.entries({
  "another key": await assertion(stranger, good, claims(id)),
  "a key of another kind": await assertion(rsa, good, claims(id)),
  "the name of another key": await assertion(ec, { alg: "ES256", kid: "rsa" }, claims(id)),
  "other claims": `${head}.${encode(claims(id))}.${signature}`,
  "a signature cut short": signed.slice(0, -8),
  "no signature": `${signed.slice(0, signed.lastIndexOf("."))}.`,
  "no algorithm": `${input({ alg: "none" })}.`,
  "a public key as secret": hmac(input({ alg: "HS256", kid: "rsa" })),
  "a lifetime in milliseconds": await assertion(ec, good, claims(id, { exp: (now() + 60) * 1000 })),
  "another server": await assertion(ec, good, claims(id, { aud: "https://another.example" })),
  "an audience that is a list with another": await assertion(ec, good, claims(id, { aud: [process.env.ISSUER, "https://another.example"] })),
  "another issuer": await assertion(ec, good, claims(id, { iss: own })),
})) {
  const refused = await introspect(wrong);
  assert.deepEqual([refused.status, refused.error], [401, "invalid_client"], what);
}

// Documents that are no client: a page at /authorize, never a redirect.
site["/moved.json"] = { location: "/client.json" };
site["/large.json"] = { text: JSON.stringify({ ...metadata, client_id: `${origin}/large.json` }) + " ".repeat(5 * 1024) };
site["/page.json"] = { type: "text/html", json: { ...metadata, client_id: `${origin}/page.json` } };
site["/other.json"] = { json: { ...metadata, client_id: own } };
const secretly = publish("/secret.json", { client_secret: "s" });
const addresses = ["/moved.json", "/large.json", "/page.json", "/other.json", "/gone.json"].map((path) => origin + path);
for (const address of [...addresses, secretly, `${own}?a=1`, `${own}#a`, own.replace("/client", "/./client")]) {
  const url = new URL("/authorize", issuer);
  const challenge = await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier());
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: address,
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  const response = await fetch(url, { redirect: "manual" });
  assert.equal(response.status, 400, address);
  assert.match(await response.text(), /not registered here/);
}
assert.equal(asked.filter((path) => path === "/client.json").length, 1, "a redirect is not followed, and a copy is kept");
console.log("done");
process.exit(0);
