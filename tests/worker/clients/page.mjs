// Serves the single-page app of page.js on an origin of its own, and visits it in Chromium as a person would.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
if (!executablePath) {
  console.log("skipped: no Chromium; CHROMIUM=path names one");
  process.exit(0);
}

const issuer = process.env.ISSUER;
const script = readFileSync(new URL("page.js", import.meta.url));
const server = createServer(async (request, response) => {
  if (request.url === "/page.js") return response.setHeader("content-type", "text/javascript").end(script);
  let posted = "";
  for await (const chunk of request) posted += chunk;
  response.setHeader("content-type", "text/html").end(`<!doctype html><title>Page</title>
    <button id="sign-in">Sign in</button> <button id="by-post">Sign in by post</button>
    <button id="with-key">Sign in with a key</button>
    <pre id="posted">${posted.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</pre><pre id="result"></pre>
    <script type="module" src="/page.js"></script>`);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const site = `http://127.0.0.1:${server.address().port}`;

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({
  executablePath,
  args: [...flags, "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage();
page.setDefaultTimeout(30_000);
const violations = [];
page.on("console", (message) => {
  if (/Content Security Policy/.test(message.text())) violations.push(message.text());
});

async function result() {
  await page.waitForURL(`${site}/callback**`);
  await page.waitForFunction(() => document.querySelector("#result").textContent);
  return JSON.parse(await page.textContent("#result"));
}
async function start(button) {
  await page.goto(`${site}/?issuer=${encodeURIComponent(issuer)}`);
  await page.click(button);
}
const welcome = {
  username: "visitor",
  after: [401, true],
  page: "out of reach",
};

// A stranger signs up on the way.
await start("#sign-in");
await page.waitForURL(`${issuer}/signin**`);
await page.click("a[href^='/signup']");
await page.fill("#username", "visitor");
await page.fill("#password", "correct horse battery");
await page.click("form[action='/signup'] button");
await page.click("button[value=allow]");
assert.deepEqual(await result(), welcome);

// Everything is for a key that the page itself cannot read. Where nonces are required, the first request learns one.
await start("#with-key");
await page.click("button[value=allow]");
assert.deepEqual(await result(), {
  username: "visitor",
  key: "out of reach",
  types: ["DPoP", "DPoP"],
  read: [200, 200],
  refused: {
    code: "400 invalid_dpop_proof",
    codeAgain: "400 invalid_dpop_proof",
    userinfoAgain: "401 invalid_dpop_proof",
    calendarAgain: "401 invalid_dpop_proof",
    stolen: "401 invalid_token",
    bearer: "401 invalid_token",
    refresh: "400 invalid_dpop_proof",
    refreshAgain: "400 invalid_dpop_proof",
    after: "401 invalid_token",
  },
  nonces: process.env.NONCE === "required" ? 1 : 0,
  nonce: true,
});

// The answer in a form, which a script of the server's sends.
await start("#by-post");
await page.click("button[value=allow]");
assert.deepEqual(await result(), welcome);
assert.equal(page.url(), `${site}/callback`);

// Who says no is heard; and an answer that is not this server's is not believed.
await start("#sign-in");
await page.click("button[value=deny]");
assert.deepEqual(await result(), { error: "access_denied" });
await start("#sign-in");
await page.waitForSelector("button[value=allow]");
await page.goto(`${site}/callback?code=x&state=y&iss=https://another.example`);
assert.deepEqual(await result(), { error: "mixed up" });

assert.deepEqual(violations, []);
await browser.close();
console.log("done");
process.exit(0);
