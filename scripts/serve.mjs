// A server for tests: runs the module that is in build/ under `wrangler dev`, with a state of its own.
//
//   node scripts/serve.mjs --state DIR [--port N] [--build DIR] [--var KEY:VALUE]... [--limit BINDING:N]... [--without-limits] [--with-events]
//
// Prints one line of JSON when requests are answered: {"url", "pid", "workerd": [pids]}. The server's output goes
// to DIR/wrangler.log. Ends, with every process it started, when stdin closes or on SIGTERM, SIGINT, SIGHUP.
// The line "crash" on stdin kills the server as a power cut would: kill -9, then exit 0.
import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { members, readyUrl, root, sleep, startWrangler, stop } from "./wrangler.mjs";

const { values: options } = parseArgs({
  options: {
    state: { type: "string" },
    port: { type: "string", default: "0" },
    build: { type: "string", default: join(root, "build") },
    var: { type: "string", multiple: true, default: [] },
    limit: { type: "string", multiple: true, default: [] },
    "without-limits": { type: "boolean", default: false },
    "with-events": { type: "boolean", default: false },
  },
});
if (!options.state) fail("--state DIR is missing");
if (!existsSync(join(options.build, "index.js"))) fail(`there is no index.js in ${options.build}: scripts/build-worker.sh makes it`);

const dir = resolve(options.state);
prepare(dir);

const log = join(dir, "wrangler.log");
const fd = openSync(log, "a");
const before = readFileSync(log).length;
const wrangler = startWrangler(
  [
    ...["--port", options.port, "--inspector-port", "0", "--show-interactive-dev-session=false"],
    ...["--persist-to", join(dir, "state")],
    ...options.var.flatMap((setting) => ["--var", setting]),
  ],
  // A registry of its own, or servers on different states would find each other by name.
  { cwd: dir, stdio: ["ignore", fd, fd], env: { WRANGLER_REGISTRY_PATH: join(dir, "registry"), NO_COLOR: "1" } },
);
closeSync(fd);

let ending = false;
async function end(code, patience) {
  if (ending) return;
  ending = true;
  await stop(wrangler.pid, patience);
  process.exit(code);
}
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => end(0));
process.stdin.on("error", () => end(0));
createInterface({ input: process.stdin })
  .on("line", (line) => line === "crash" && end(0, 0))
  .on("close", () => end(0));
wrangler.on("exit", (code) => {
  if (ending) return;
  console.error(output().slice(-4000));
  console.error(`serve: wrangler ended by itself (${code})`);
  end(1);
});

const url = await ready();
const workerd = members(wrangler.pid).filter((p) => p.name.startsWith("workerd")).map((p) => p.pid);
console.log(JSON.stringify({ url, pid: wrangler.pid, workerd }));

/** Copies what the server needs into its own folder: later builds then cannot reload it in mid-test. */
function prepare(dir) {
  mkdirSync(dir, { recursive: true });
  rmSync(join(dir, "build"), { recursive: true, force: true });
  cpSync(options.build, join(dir, "build"), { recursive: true });
  writeFileSync(join(dir, "wrangler.toml"), adapted(readFileSync(join(root, "wrangler.toml"), "utf8")));
  if (!existsSync(join(dir, ".dev.vars"))) copyFileSync(join(root, ".dev.vars"), join(dir, ".dev.vars"));
}

/** wrangler.toml without its [build] table, since the module is there already, and with what the options say. */
function adapted(toml) {
  const leftOut = options["without-limits"] ? ["[build]", "[[ratelimits]]"] : ["[build]"];
  let inside = false;
  const kept = toml.split("\n").filter((line) => {
    if (/^\s*\[/.test(line)) inside = leftOut.includes(line.trim());
    return !inside;
  }).join("\n");
  const whole = options["with-events"] ? kept.replace(/^# (.*analytics_engine.*)\n# (.*)\n# (.*)$/m, "$1\n$2\n$3") : kept;
  return options.limit.reduce((toml, option) => {
    const [name, limit] = option.split(":");
    const table = new RegExp(`(name = "${name}"\\n.*\\n.*limit = )\\d+`);
    if (!table.test(toml)) fail(`there is no limit ${name} in wrangler.toml`);
    return toml.replace(table, `$1${limit}`);
  }, whole);
}

function output() {
  return readFileSync(log).subarray(before).toString();
}

/** Waits until the server answers, with whatever status: what is right at /healthz is for the tests to say. */
async function ready() {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const url = readyUrl(output());
    if (url && (await fetch(`${url}/healthz`).catch(() => null))) return url;
    await sleep(50);
  }
  console.error(output().slice(-4000));
  console.error("serve: the server did not answer within a minute");
  await end(1);
}

function fail(message) {
  console.error(`serve: ${message}`);
  process.exit(2);
}
