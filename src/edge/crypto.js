// Public-key cryptography and sealing, by the platform. Keys stay on this side.

import { later } from "./glue.js";

const subtle = crypto.subtle;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ALGORITHMS = {
  RS256: { key: RSA, make: { ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, use: RSA },
  ES256: {
    key: { name: "ECDSA", namedCurve: "P-256" },
    make: { name: "ECDSA", namedCurve: "P-256" },
    use: { name: "ECDSA", hash: "SHA-256" },
  },
};

/** A new key pair, as JSON: the public part as a JWK, the private part as the bytes of its PKCS #8. */
export const generate = (algorithm) => later(async () => {
  const pair = await subtle.generateKey(ALGORITHMS[algorithm].make, true, ["sign", "verify"]);
  const jwk = await subtle.exportKey("jwk", pair.publicKey);
  const pkcs8 = new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey));
  return JSON.stringify([jwk, [...pkcs8]]);
});

/** Keys that sign, by their names: importing one takes longer than signing with it. */
const signers = new Map();

export const knows = (kid) => signers.has(kid);

export const learn = (kid, algorithm, pkcs8) => later(async () => {
  const key = await subtle.importKey("pkcs8", pkcs8.slice(), ALGORITHMS[algorithm].key, false, ["sign"]);
  signers.set(kid, { algorithm, key });
});

export const sign = (kid, message) => later(async () => {
  const { algorithm, key } = signers.get(kid);
  return new Uint8Array(await subtle.sign(ALGORITHMS[algorithm].use, key, message.slice()));
});

/** Keys of others, the last few that were used. */
const verifiers = new Map();
const MOST_VERIFIERS = 100;

/** Whether a signature is right. A key that is none verifies nothing. */
export const verify = (algorithm, jwk, message, signature) => later(async () => {
  // Taken out of the module's memory before anything is awaited.
  const [said, tag] = [message.slice(), signature.slice()];
  let key = verifiers.get(jwk);
  if (key === undefined) {
    try {
      key = await subtle.importKey("jwk", JSON.parse(jwk), ALGORITHMS[algorithm].key, false, ["verify"]);
    } catch {
      return false;
    }
    if (verifiers.size >= MOST_VERIFIERS) verifiers.delete(verifiers.keys().next().value);
    verifiers.set(jwk, key);
  }
  return subtle.verify(ALGORITHMS[algorithm].use, key, tag, said);
});

const NONCE = 12;

/** AES-256-GCM, the nonce in front. */
export const seal = (secret, plain) => later(async () => {
  const said = plain.slice();
  const key = await subtle.importKey("raw", secret.slice(), "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, said));
  const whole = new Uint8Array(NONCE + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE);
  return whole;
});

/** The other way round; undefined where it was not sealed under this key. */
export const open = (secret, sealed) => later(async () => {
  const [iv, rest] = [sealed.slice(0, NONCE), sealed.slice(NONCE)];
  const key = await subtle.importKey("raw", secret.slice(), "AES-GCM", false, ["decrypt"]);
  try {
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv }, key, rest));
  } catch {
    return undefined;
  }
});
