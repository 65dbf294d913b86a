// Chromium, and people who look through it. Each has a context of their own (cookies, language, theme, size of the
// window), and whatever goes wrong on a page is remembered until they leave.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { words } from "./words.mjs";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);

/** Why nothing can be tested here, or false: what node's tests take as `skip`. */
export const noBrowser = executablePath ? false : "no Chromium; CHROMIUM=path names one";

const locales = { en: "en-US", ko: "ko-KR" };

export function startBrowser() {
  return chromium.launch({
    executablePath,
    args: [
      // Root, as in a container, has no sandbox.
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb"],
      // Whatever a page may ask for, nobody outside hears of it.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ],
  });
}

/** Someone who looks at the pages of one server. */
export class Visitor {
  /** What went wrong so far. */
  complaints = [];
  #allowed;
  #statuses = [];

  /**
   * `allowed` are the origins besides the server's that pages may lead to; `session` is what `session()` of an earlier
   * visitor gave.
   */
  static async arrives(browser, server, { language = "en", theme = "light", session, allowed = [] } = {}) {
    const visitor = new Visitor();
    visitor.server = server;
    visitor.language = language;
    visitor.words = words[language];
    visitor.#allowed = new Set([new URL(server.url).origin, ...allowed]);
    visitor.context = await browser.newContext({
      locale: locales[language],
      colorScheme: theme,
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 900 },
      storageState: session,
    });
    visitor.context.setDefaultTimeout(30_000);
    await visitor.#watch();
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  /** Goes to a path of the server, or to another address. */
  go(path) {
    return this.page.goto(this.server.at(path));
  }

  /** One answer with this status is to come; every other from 400 on is a failure. */
  expects(status) {
    this.#statuses.push(status);
  }

  session() {
    return this.context.storageState();
  }

  /** Closes everything, and fails if anything went wrong. */
  async leaves() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
    assert.deepEqual(this.#statuses, [], "an answer that was expected");
  }

  /** Closes everything, because something failed, and says where they were and what they saw. */
  async gives() {
    const text = await this.page.locator("body").innerText({ timeout: 1000 }).catch(() => "");
    await this.context.close();
    return [`at ${this.page.url()}`, ...this.complaints, text.slice(0, 1000)].join("\n");
  }

  async #watch() {
    const { context, complaints } = this;
    context.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      // Of an answer that was not 200 the console says less than is known below.
      if (message.text().startsWith("Failed to load resource: the server responded")) return;
      complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (thrown) => complaints.push(`script: ${thrown.error().stack}`));
    context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && !this.#allowed.has(origin)) complaints.push(`request to ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // Given up by the browser itself: whoever looked went on before all was there, or it became a download.
      if (why === "net::ERR_ABORTED") return;
      // The site of an app need not be there.
      if (why === "net::ERR_NAME_NOT_RESOLVED" && this.#allowed.has(new URL(request.url()).origin)) return;
      complaints.push(`failed: ${request.method()} ${request.url()}: ${why}`);
    });
    context.on("response", (response) => {
      if (response.status() < 400) return;
      const expected = this.#statuses.indexOf(response.status());
      if (expected >= 0) return this.#statuses.splice(expected, 1);
      complaints.push(`${response.status()}: ${response.request().method()} ${response.url()}`);
    });
    await context.exposeBinding("reportViolation", (_, text) => complaints.push(`policy: ${text}`));
    await context.addInitScript(() => {
      const report = globalThis.reportViolation;
      delete globalThis.reportViolation;
      document.addEventListener("securitypolicyviolation", (event) => {
        report(`${event.violatedDirective} forbids ${event.blockedURI} on ${location.href}`);
      });
    });
  }
}
