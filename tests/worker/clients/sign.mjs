// Signs for a client that is told in another language: prints its public keys, one for each algorithm, and then answers
// each line with a JWT.
import { createInterface } from "node:readline";

const HS256 = { name: "HMAC", hash: "SHA-256" };
const keys = {};
const jwks = [];
for (const [alg, algorithm] of Object.entries({
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
})) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  keys[alg] = [algorithm, privateKey];
  jwks.push({ kty, n, e, crv, x, y, alg, kid: alg });
}
console.log(JSON.stringify(jwks));

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
for await (const line of createInterface({ input: process.stdin })) {
  const { header, claims, secret } = JSON.parse(line);
  const [algorithm, key] = keys[header.alg] ?? [
    HS256,
    await crypto.subtle.importKey("raw", Buffer.from(secret), HS256, false, ["sign"]),
  ];
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(input));
  console.log(`${input}.${Buffer.from(signature).toString("base64url")}`);
}
