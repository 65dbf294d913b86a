// A server under test: the built module in real workerd, with a state of its own that goes when the server does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url));

export const ADMIN_TOKEN = "admin-token-of-the-browser-tests";
const secrets = `ROOT_KEYS=k1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc
DEV=1
REGISTRATION_TOKEN=registration-token-of-the-browser-tests
ADMIN_TOKEN=${ADMIN_TOKEN}
`;

/** Who administers a server of `startAdministered`. */
export const ADMINISTRATOR = { username: "Ada", password: "administrators horse battery" };

/** Starts one that somebody administers. By their id, which they have only once there is an account: so it starts twice. */
export async function startAdministered(settings = {}) {
  const state = newState();
  const first = await start(state, settings);
  await signUpByHand(first, ADMINISTRATOR);
  // It is written down after the answer has gone out.
  const written = () => /"event":"signed_up".*?"sub":"([^"]+)"/.exec(first.log());
  for (let tries = 0; tries < 200 && !written(); tries++) await setTimeout(50);
  const [, sub] = written();
  await first.end();
  return start(state, { ...settings, ADMINS: sub });
}

/** Starts one; `settings` are those of wrangler.toml, as { CODE_TTL: "2" }. */
export const startServer = (settings = {}) => start(newState(), settings);

function newState() {
  const state = mkdtempSync(join(tmpdir(), "postern-browser-"));
  writeFileSync(join(state, ".dev.vars"), secrets);
  return state;
}

/** Without a browser, which would need another server to look at. */
async function signUpByHand(server, { username, password }) {
  const page = await fetch(server.at("/signup"));
  const cookie = page.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(await page.text());
  const body = new URLSearchParams({ csrf, username, password });
  const answer = await fetch(server.at("/signup"), { method: "POST", body, headers: { cookie }, redirect: "manual" });
  if (answer.status !== 303) throw new Error(`no administrator: ${answer.status} ${await answer.text()}`);
}

async function start(state, settings) {
  // Everyone here comes from one address.
  const vars = Object.entries({ RATE_LIMITS: "off", ...settings }).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const process_ = spawn(process.execPath, [script, "--state", state, ...vars], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(process_, "exit");
  const log = () => readFileSync(join(state, "wrangler.log"), "utf8");

  const [line] = await Promise.race([once(createInterface({ input: process_.stdout }), "line"), ended]);
  if (typeof line !== "string") throw new Error(`the server did not start: see ${state}`);
  const { url } = JSON.parse(line);

  const end = () => {
    process_.stdin.end();
    return ended;
  };
  return {
    url,
    log,
    at: (path) => new URL(path, url).href,
    end,
    async stop() {
      await end();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
