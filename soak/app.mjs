// An app: a client, and what it asks of the server. What may come back is said by whoever asks.
import { createHash, randomBytes } from "node:crypto";
import { ISSUER, settings } from "./settings.mjs";

const REDIRECT_URI = "https://diary.example/cb";
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** A request for the owner's approval. */
export class Ask {
  constructor(app, parameters = {}) {
    this.verifier = base64url(randomBytes(32));
    const query = new URLSearchParams({
      response_type: "code",
      client_id: app.id,
      redirect_uri: REDIRECT_URI,
      scope: "calendar.read calendar.write",
      state: "xyz",
      code_challenge: base64url(createHash("sha256").update(this.verifier).digest()),
      code_challenge_method: "S256",
      ...parameters,
    });
    this.path = `/authorize?${query}`;
  }
}

export class App {
  #headers;
  #fields;

  constructor(name, { client_id, client_secret, registration_access_token }) {
    this.name = name;
    this.id = client_id;
    /** What the account page calls it. */
    this.hash = createHash("sha256").update(client_id).digest("base64url");
    this.manager = { Authorization: `Bearer ${registration_access_token}` };
    const basic = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`;
    this.#headers = client_secret ? { Authorization: `Basic ${Buffer.from(basic).toString("base64")}` } : {};
    this.#fields = client_secret ? {} : { client_id };
    this.confidential = Boolean(client_secret);
  }

  /** Registers: anonymously, which stores nothing, or with the initial access token. */
  static async register(wire, name, { stored = false, confidential = true } = {}) {
    const headers = { "Content-Type": "application/json" };
    if (stored) headers.Authorization = `Bearer ${settings.REGISTRATION_TOKEN}`;
    const metadata = {
      client_name: name,
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: confidential ? "client_secret_basic" : "none",
    };
    const kind = stored ? "register (stored)" : "register (anonymous)";
    const answer = await wire.send(kind, ["201"], "POST", "/register", headers, JSON.stringify(metadata));
    return new App(name, JSON.parse(answer.body));
  }

  redeem(wire, expected, code, ask, kind = "redeem") {
    const fields = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, code_verifier: ask.verifier };
    return this.call(wire, kind, expected, "/token", fields);
  }

  refresh(wire, expected, token, kind = "refresh") {
    return this.call(wire, kind, expected, "/token", { grant_type: "refresh_token", refresh_token: token });
  }

  introspect(wire, expected, token) {
    return this.call(wire, "introspect", expected, "/introspect", { token });
  }

  revoke(wire, token) {
    return this.call(wire, "revoke", ["200"], "/revoke", { token });
  }

  call(wire, kind, expected, path, fields) {
    return wire.post(kind, expected, path, { ...this.#fields, ...fields }, this.#headers);
  }
}

/** The code of a redirect that carries one. */
export function codeOf({ headers }) {
  return new URL(headers.match(/\r\nlocation: *([^\r]+)/i)[1], ISSUER).searchParams.get("code");
}
