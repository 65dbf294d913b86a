// A browser: cookies, forms, and a person who signs up, in and out.
import { ISSUER } from "./settings.mjs";

export const PASSWORD = "correct-horse-battery";

export const field = (page, name) => page.body.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? "";

export class Browser {
  #wire;
  #cookies = new Map();

  constructor(wire) {
    this.#wire = wire;
  }

  get cookies() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async get(kind, expected, path) {
    return this.#keep(await this.#wire.send(kind, expected, "GET", path, { Cookie: this.cookies }));
  }

  async post(kind, expected, path, fields) {
    return this.#keep(await this.#wire.post(kind, expected, path, fields, { Cookie: this.cookies, Origin: ISSUER }));
  }

  #keep(answer) {
    for (const [, name, value] of answer.headers.matchAll(/\r\nset-cookie: *([^=]+)=([^;\r]*)/gi)) {
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return answer;
  }

  /** The account page: a row for each app that has access, by its hash. */
  async account() {
    const page = await this.get("account page", ["200 page"], "/account");
    const rows = [...page.body.matchAll(/name="client" value="([^"]*)"/g)].map(([, client]) => client);
    return { rows, csrf: field(page, "csrf") };
  }

  async signUp(username, expected = ["303 /account"], kind = "sign up") {
    const page = await this.get("sign-up page", ["200 page"], "/signup");
    return this.post(kind, expected, "/signup", { username, password: PASSWORD, csrf: field(page, "csrf") });
  }

  async signIn(username, password = PASSWORD, expected = ["303 /account"], kind = "sign in") {
    const page = await this.get("sign-in page", ["200 page"], "/signin");
    return this.post(kind, expected, "/signin", { username, password, csrf: field(page, "csrf") });
  }

  async signOut() {
    const before = this.cookies;
    const page = await this.get("sign-out page", ["200 page"], "/signout");
    await this.post("sign out", ["200 page"], "/signout", { csrf: field(page, "csrf") });
    // Nor does a copy of the cookies open anything.
    await this.#wire.send("account (signed out)", ["303 /signin"], "GET", "/account", { Cookie: before });
  }
}
