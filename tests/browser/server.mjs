// A server under test: the built module in real workerd, with a state of its own that goes when the server does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url));

export const ADMIN_TOKEN = "admin-token-of-the-browser-tests";
const secrets = `ROOT_KEYS=k1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc
DEV=1
REGISTRATION_TOKEN=registration-token-of-the-browser-tests
ADMIN_TOKEN=${ADMIN_TOKEN}
`;

/** Starts one; `settings` are those of wrangler.toml, as { CODE_TTL: "2" }. */
export async function startServer(settings = {}) {
  const state = mkdtempSync(join(tmpdir(), "postern-browser-"));
  writeFileSync(join(state, ".dev.vars"), secrets);
  // Everyone here comes from one address.
  const vars = Object.entries({ RATE_LIMITS: "off", ...settings }).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const process_ = spawn(process.execPath, [script, "--state", state, ...vars], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(process_, "exit");
  const log = () => readFileSync(join(state, "wrangler.log"), "utf8");

  const [line] = await Promise.race([once(createInterface({ input: process_.stdout }), "line"), ended]);
  if (typeof line !== "string") throw new Error(`the server did not start: see ${state}`);
  const { url } = JSON.parse(line);

  return {
    url,
    log,
    at: (path) => new URL(path, url).href,
    async stop() {
      process_.stdin.end();
      await ended;
      rmSync(state, { recursive: true, force: true });
    },
  };
}
