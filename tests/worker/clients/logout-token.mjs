// Verifies a logout token as Back-Channel Logout §2.6 says, with the published keys and the cryptography of Node.
// Reads ISSUER, CLIENT_ID, ID_TOKEN and LOGOUT_TOKEN from the environment; prints the algorithm.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";

const { ISSUER, CLIENT_ID, ID_TOKEN, LOGOUT_TOKEN } = process.env;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ALGORITHMS = {
  RS256: { key: RSA, use: RSA },
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
};

const configuration = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();
assert.equal(configuration.issuer, ISSUER);
assert.equal(configuration.backchannel_logout_supported, true);
assert.equal(configuration.backchannel_logout_session_supported, true);
const { keys } = await (await fetch(configuration.jwks_uri)).json();

const json = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

async function verified(token) {
  const [header, payload, signature] = token.split(".");
  const { alg, kid, typ } = json(header);
  assert.ok(configuration.id_token_signing_alg_values_supported.includes(alg));
  const jwk = keys.find((key) => key.kid === kid && key.alg === alg && key.use === "sig");
  const key = await webcrypto.subtle.importKey("jwk", jwk, ALGORITHMS[alg].key, false, ["verify"]);
  const [said, tag] = [Buffer.from(`${header}.${payload}`), Buffer.from(signature, "base64url")];
  assert.ok(await webcrypto.subtle.verify(ALGORITHMS[alg].use, key, tag, said), "the signature is right");
  said[said.length - 1] ^= 1;
  assert.ok(!(await webcrypto.subtle.verify(ALGORITHMS[alg].use, key, tag, said)));
  return { alg, typ, claims: json(payload) };
}

const idToken = await verified(ID_TOKEN);
const { alg, typ, claims } = await verified(LOGOUT_TOKEN);
assert.deepEqual([alg, typ], [idToken.alg, "logout+jwt"]);
assert.deepEqual([claims.iss, claims.aud], [ISSUER, CLIENT_ID]);
assert.deepEqual([claims.sub, claims.sid], [idToken.claims.sub, idToken.claims.sid]);
assert.deepEqual(claims.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
assert.equal(claims.nonce, undefined);
assert.ok(claims.jti.length >= 16);
assert.equal(claims.exp - claims.iat, 120);
assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);
console.log(alg);
