// A resource owner with a browser: keeps cookies, follows redirects, fills in the server's forms, and stops where a
// client's redirect URI begins.
import assert from "node:assert/strict";

const password = "correct horse battery";
const unescape = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** The form of a page, as a browser would send it with nothing touched. */
function formOf(page, base) {
  const form = page.match(/<form method="post" action="([^"]*)">(.*?)<\/form>/s);
  if (!form) return;
  const fields = new URLSearchParams();
  for (const [input] of form[2].matchAll(/<input [^>]*>/g)) {
    const attribute = (name) => input.match(new RegExp(` ${name}="([^"]*)"`))?.[1];
    if (attribute("type") === "checkbox" && !/ checked/.test(input)) continue;
    fields.append(attribute("name"), unescape(attribute("value") ?? ""));
  }
  return { action: new URL(unescape(form[1]), base), fields };
}

export class Owner {
  /** What the consent page is answered with. */
  decision = "allow";
  /** The pages that were shown on the way of the last request, by the path of their forms. */
  seen = [];
  #cookies = new Map();

  /** `apps` are origins whose pages the browser follows, too. */
  constructor(issuer, username, apps = []) {
    this.issuer = new URL(issuer);
    this.username = username;
    this.own = new Set([this.issuer.origin, ...apps]);
  }

  static async signedUp(issuer, username, apps) {
    const owner = new Owner(issuer, username, apps);
    const { url } = await owner.go(new URL("/signup", issuer));
    assert.equal(url.pathname, "/account");
    return owner;
  }

  /** Says something of the owner on the profile page. */
  async says(profile) {
    const page = await this.#send(new URL("/account/profile", this.issuer));
    const { action, fields } = formOf(page.text, page.url);
    for (const [name, value] of Object.entries(profile)) fields.set(name, value);
    assert.equal((await this.#post(action, fields)).status, 200);
  }

  /** Goes somewhere. What the owner came to: a page, or where a client receives its answer, as URL or posted Request. */
  async go(url) {
    this.seen = [];
    let page = await this.#send(new URL(url));
    for (;;) {
      if (page instanceof URL || page.status !== 200) return page;
      const form = formOf(page.text, page.url);
      if (!form || form.action.pathname === "/account") return page;
      const { action, fields } = form;
      if (!this.own.has(action.origin)) return new Request(action, { method: "POST", body: fields });
      this.seen.push(action.pathname);
      if (fields.has("password")) {
        fields.set("username", this.username);
        fields.set("password", password);
      }
      if (action.pathname === "/consent") fields.set("decision", this.decision);
      page = await this.#post(action, fields);
    }
  }

  #post(action, fields) {
    return this.#send(action, { method: "POST", body: fields, headers: { origin: action.origin } });
  }

  async #send(url, init = {}) {
    for (;;) {
      const jar = this.#jar(url);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = set.match(/^([^=]*)=([^;]*)/);
        if (/max-age=0/i.test(set)) jar.delete(name);
        else jar.set(name, value);
      }
      const location = response.headers.get("location");
      if (!location) return { url, status: response.status, text: await response.text(), headers: response.headers };
      url = new URL(location, url);
      if (!this.own.has(url.origin)) return url;
      init = {};
    }
  }

  #jar(url) {
    if (!this.#cookies.has(url.origin)) this.#cookies.set(url.origin, new Map());
    return this.#cookies.get(url.origin);
  }
}
