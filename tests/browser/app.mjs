// An app that wants into a calendar, as anyone could write it: registers, sends its people to the server, redeems what
// they bring back.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const random = () => randomBytes(32).toString("base64url");
const page = (title) => `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>`;

/** The smallest picture. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export class App {
  /** An app with a web server of its own on this computer; its logo is at `logo` there, if at all. */
  static async onLoopback(issuer, name, { logo } = {}) {
    const server = createServer((request, response) => {
      if (request.url === "/logo.png") return response.setHeader("content-type", "image/png").end(PIXEL);
      if (request.url.startsWith("/no-")) return response.writeHead(404).end();
      response.setHeader("content-type", "text/html; charset=utf-8").end(page("Welcome back"));
    }).listen(0, "127.0.0.1");
    server.unref();
    await once(server, "listening");
    const origin = `http://127.0.0.1:${server.address().port}`;
    return App.#registered(issuer, name, origin, () => server.close(), logo && { logo_uri: origin + logo });
  }

  /** An app on a site that is not there. It learns its answers all the same: browsers show where they try to go. */
  static onSite(issuer, name, origin) {
    return App.#registered(issuer, name, origin, () => {});
  }

  static async #registered(issuer, name, origin, close, more) {
    const app = new App();
    Object.assign(app, { issuer, origin, close, redirectUri: `${origin}/callback` });
    const response = await fetch(new URL("/register", issuer), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        client_name: name,
        redirect_uris: [app.redirectUri],
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        token_endpoint_auth_method: "client_secret_post",
        ...more,
      }),
    });
    assert.equal(response.status, 201, await response.clone().text());
    app.credentials = (({ client_id, client_secret }) => ({ client_id, client_secret }))(await response.json());
    return app;
  }

  /** Where it sends people. Whatever comes back must be for this request. */
  authorizationUrl(scope = "calendar.read calendar.write", more = {}) {
    this.request = { verifier: random(), state: random() };
    const url = new URL("/authorize", this.issuer);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: this.credentials.client_id,
      redirect_uri: this.redirectUri,
      scope,
      state: this.request.state,
      code_challenge: createHash("sha256").update(this.request.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...more,
    });
    return url.href;
  }

  /** What somebody's browser brings back when they do this: the parameters of the callback. */
  async answer({ page }, act) {
    const isCallback = (request) => request.url().startsWith(this.redirectUri);
    const [request] = await Promise.all([page.waitForRequest(isCallback), act()]);
    await request.response();
    const answer = Object.fromEntries(new URL(request.url()).searchParams);
    assert.equal(answer.state, this.request.state);
    assert.equal(answer.iss, this.issuer);
    return answer;
  }

  /** The tokens for a code. */
  async redeem(code) {
    const { status, body } = await this.post("/token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.request.verifier,
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  refresh(token) {
    return this.post("/token", { grant_type: "refresh_token", refresh_token: token });
  }

  async post(path, fields) {
    const body = new URLSearchParams({ ...this.credentials, ...fields });
    const response = await fetch(new URL(path, this.issuer), { method: "POST", body });
    return { status: response.status, body: await response.json() };
  }

  /** Shows an access token to the API. */
  async call(path, token, init = {}) {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const response = await fetch(new URL(path, this.issuer), { ...init, headers });
    return { status: response.status, body: await response.json().catch(() => null) };
  }
}
