// The way to codes and tokens that everyone goes: a client registers, an owner allows it, codes and tokens follow.
import { createHash, randomBytes } from "node:crypto";
import { expect, request } from "./client.mjs";

export const issuer = "https://auth.example.com";
const redirectUri = "https://diary.example/cb";
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const verifier = base64url(randomBytes(32));
const challenge = base64url(createHash("sha256").update(verifier).digest());
const form = { "Content-Type": "application/x-www-form-urlencoded" };

/** What Postern needs to be told for this. Its issuer is public, as in a deployment; the socket is local. */
export const settings = {
  ISSUER: issuer,
  DEV: "0",
  ROOT_KEYS: `k1:${base64url(randomBytes(32))}`,
  REGISTRATION_TOKEN: base64url(randomBytes(24)),
  CODE_TTL: "600",
  ACCESS_TOKEN_TTL: "3600",
  RATE_LIMITS: "off",
};

/** Registers a confidential client, which both servers then keep in KV. The token is Postern's; the other ignores it. */
export async function register(connection, origin) {
  const document = { client_name: "Diary", redirect_uris: [redirectUri], grant_types: ["authorization_code", "refresh_token"] };
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${settings.REGISTRATION_TOKEN}` };
  const answer = await expect(201, connection.send(request("POST", "/register", headers, JSON.stringify(document))));
  const { client_id: id, client_secret: secret } = JSON.parse(answer.body);
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64");
  return { id, authorization: `Basic ${basic}`, resource: `${origin}/demo/whoami` };
}

/** An owner in a browser: follows no redirect by itself, keeps cookies. */
export class Owner {
  #cookies = new Map();

  /** Signs up on the way of a first authorization, and allows the client. */
  static async signUp(connection, client, name) {
    const owner = new Owner();
    const page = await owner.#follow(connection, await owner.#get(connection, authorizeUrl(client)));
    const request = { authorization_request: field(page, "authorization_request"), csrf: field(page, "csrf") };
    const account = { username: name, password: "correct-horse-battery" };
    const asked = await owner.#follow(connection, await owner.#post(connection, "/signup", { ...request, ...account }));
    await owner.#allow(connection, asked);
    return owner;
  }

  /** A code without a question, by the approval that is remembered. */
  async code(connection, client) {
    return codeOf(await this.#get(connection, authorizeUrl(client)));
  }

  /** A code for a client that was never allowed before: the consent page, and its answer. */
  async firstCode(connection, client) {
    return this.#allow(connection, await expect(200, this.#get(connection, authorizeUrl(client))));
  }

  async #allow(connection, page) {
    const consent = { consent: field(page, "consent"), csrf: field(page, "csrf") };
    return codeOf(await this.#post(connection, "/consent", { decision: "allow", scope: "calendar.write", ...consent }));
  }

  async #get(connection, path) {
    return this.#keep(await connection.send(request("GET", path, { Cookie: this.#cookie() })));
  }

  async #post(connection, path, fields) {
    const headers = { ...form, Cookie: this.#cookie(), Origin: issuer };
    return this.#keep(await connection.send(request("POST", path, headers, new URLSearchParams(fields).toString())));
  }

  async #follow(connection, answer) {
    while (answer.status === 303) answer = await this.#get(connection, location(answer));
    return expect(200, answer);
  }

  #cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #keep(answer) {
    for (const [, name, value] of answer.headers.matchAll(/\r\nset-cookie: *([^=]+)=([^;\r]*)/gi)) {
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return answer;
  }
}

/** Who the other server is. Over plain http, which is what comes out of a socket, it serves a loopback origin alone. */
export const localOrigin = "http://localhost";

/** The one owner of the other server, who is neither signed in nor asked: see provider/worker.mjs. */
export const nobody = {
  async code(connection, client) {
    return codeOf(await connection.send(request("GET", authorizeUrl(client))));
  },
  firstCode(connection, client) {
    return this.code(connection, client);
  },
};

/** The token request for a code. */
export function redeem(client, code) {
  return tokenRequest(client, { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier });
}

/** The token request for a refresh token. */
export function refresh(client, token) {
  return tokenRequest(client, { grant_type: "refresh_token", refresh_token: token });
}

/** A request with an access token. */
export function whoami(token) {
  return request("GET", "/demo/whoami", { Authorization: `Bearer ${token}` });
}

/** The tokens of an answer. */
export async function tokens(answer) {
  return JSON.parse((await expect(200, answer)).body);
}

function tokenRequest(client, fields) {
  const headers = { ...form, Authorization: client.authorization };
  return request("POST", "/token", headers, new URLSearchParams(fields).toString());
}

function authorizeUrl(client) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: "calendar.read calendar.write",
    resource: client.resource,
    state: "xyz",
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  return `/authorize?${query}`;
}

function location(answer) {
  return answer.headers.match(/\r\nlocation: *([^\r]+)/i)?.[1];
}

function codeOf(answer) {
  const code = new URL(location(answer) ?? "", issuer).searchParams.get("code");
  if (answer.status !== 303 || !code) throw new Error(`no code: ${answer.headers}\n\n${answer.body}`);
  return code;
}

function field(page, name) {
  return page.body.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? "";
}
