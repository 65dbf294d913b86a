// Measures the module in build/ against an empty Rust worker and Cloudflare's own OAuth provider; README.md says how.
//
//   node bench/run.mjs [--rounds 7] [--seconds 1] [--connections 1,16] [--kinds resource,code] [--races 25]
//                      [--against FOLDER] [--without provider,empty] [--state DIR] [--out FILE]
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { unstable_readConfig as readConfig } from "wrangler";
import { load, withConnections } from "./client.mjs";
import { kinds, Subject } from "./kinds.mjs";
import { race, WIDTH } from "./races.mjs";
import { percentile, printRaces, printSizes, printSummary, summarize } from "./report.mjs";
import { start } from "./server.mjs";
import { settings } from "./story.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
    connections: { type: "string", default: "1,16" },
    kinds: { type: "string", default: "resource,authorize,code,refresh,story" },
    races: { type: "string", default: "25" },
    /** Another build of Postern, to tell what a change did. */
    against: { type: "string" },
    without: { type: "string", default: "" },
    // In memory where that is easy: how long this machine's disk takes to sync says nothing about a deployment.
    state: { type: "string", default: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() },
    out: { type: "string", default: join(root, "bench/last.json") },
  },
});
const [rounds, seconds, races] = [options.rounds, options.seconds, options.races].map(Number);
const widths = options.connections.split(",").map(Number);
const chosen = options.kinds.split(",");
const KV_DELAY = 5;

const config = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
const { compatibility_date, compatibility_flags } = config;
const same = { compatibility_date, compatibility_flags };
const candidates = {
  empty: { build: join(root, "bench/empty/build"), config: same },
  postern: { build: join(root, "build"), config, bindings: settings, people: true },
  against: options.against && { build: options.against, config, bindings: settings, people: true },
  provider: { build: join(root, "bench/provider/build"), config: { ...same, kv_namespaces: [{ binding: "OAUTH_KV" }] } },
};
const left = ([name, candidate]) => candidate && !options.without.split(",").includes(name);
const servers = Object.fromEntries(Object.entries(candidates).filter(left));

const dir = mkdtempSync(join(options.state, "postern-bench-"));
const running = [];
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop().then(() => process.exit(1)));
try {
  await main();
} finally {
  await stop();
}

async function stop() {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}

async function main() {
  if (servers.empty) execFileSync(join(root, "bench/build-empty.sh"), { stdio: "inherit" });
  if (servers.provider) buildProvider();
  const before = loadavg();
  const subjects = await startAll();

  note("warming up");
  // The first time, everything is slower: the engine compiles, files are made.
  await round(subjects, false);
  const results = [];
  while (results.length < rounds) {
    note(`round ${results.length + 1}`);
    // Back and forth, so that a machine that gets slower or faster meanwhile favours none.
    results.push(await round(subjects, results.length % 2 === 1));
  }
  await stop();
  const summary = summarize(results);
  console.log(`\n${rounds} rounds of ${seconds} s each, ${cpus().length} cores, state in ${options.state}; median (min-max)`);
  printSummary(summary);
  console.log("\nThe ratios are what counts: each is taken within a round, and the machine's speed is in both sides of it.");

  const raced = races > 0 ? await raceAll() : {};
  if (races > 0) printRaces(raced, WIDTH, KV_DELAY);
  const sizes = Object.fromEntries(Object.entries(servers).map(([name, { build }]) => [name, size(build)]));
  printSizes(sizes);
  const machine = { cores: cpus().length, model: cpus()[0].model, node: process.version, load: { before, after: loadavg() } };
  const record = { date: new Date(), options, machine, sizes, races: raced, summary, rounds: results };
  writeFileSync(options.out, `${JSON.stringify(record, null, 1)}\n`);
  console.log(`\nEvery number of every round is in ${options.out}.`);
}

/** For whoever waits. */
function note(what) {
  console.error(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${what}`);
}

function buildProvider() {
  buildSync({
    entryPoints: [join(root, "bench/provider/worker.mjs")],
    outfile: join(candidates.provider.build, "index.js"),
    bundle: true,
    minify: true, // as ours is
    format: "esm",
    target: "esnext",
    external: ["cloudflare:workers"],
  });
}

async function startAll(kvDelay) {
  const subjects = {};
  for (const [name, { build, config, bindings, people }] of Object.entries(servers)) {
    if (kvDelay !== undefined && name === "empty") continue;
    const server = await start(name, build, config, { bindings, kvDelay, onLog: () => {}, dir: join(dir, `${name}${kvDelay ?? ""}`) });
    running.push(server);
    subjects[name] = new Subject(server, people === true);
    if (name !== "empty" && kvDelay === undefined) await subjects[name].begin(Math.max(...widths));
  }
  return subjects;
}

/** Every kind, of every server, at every width; servers right after each other. */
async function round(subjects, backwards) {
  const order = (list) => (backwards ? [...list].reverse() : list);
  const result = {};
  for (const width of order(widths)) {
    result[width] = {};
    const measured = async (kind, names) => {
      result[width][kind] = {};
      for (const name of order(names)) result[width][kind][name] = await measure(subjects[name], kind, width);
    };
    const names = Object.keys(subjects).filter((name) => name !== "empty");
    if (subjects.empty) await measured("empty", ["empty"]);
    // Not turned around as a whole: codes have to be made before they are redeemed.
    for (const kind of chosen) {
      // Codes to redeem have to come from somewhere.
      if (kind === "code" && !chosen.includes("authorize")) for (const name of names) await measure(subjects[name], "authorize", width);
      await measured(kind, names);
    }
  }
  return result;
}

async function measure(subject, kind, width) {
  return withConnections(width, subject.server.port, async (connections) => {
    const act = await kinds[kind](subject, connections);
    const [serverBefore, clientBefore] = [subject.server.cpu(), process.cpuUsage()];
    const { took, seconds: wall } = await load(connections, seconds, act);
    const client = process.cpuUsage(clientBefore);
    return {
      requests: took.length,
      rate: took.length / wall,
      cpu: ((subject.server.cpu() - serverBefore) / took.length) * 1e6,
      p50: percentile(took, 0.5),
      p99: percentile(took, 0.99),
      /** Of one core: at 1 the generator itself is the limit. */
      generator: (client.user + client.system) / 1e6 / wall,
    };
  });
}

async function raceAll() {
  note("races");
  const raced = {};
  for (const [name, { server, people }] of Object.entries(await startAll(KV_DELAY))) raced[name] = await race(server, people, races);
  await stop();
  return raced;
}

function size(build) {
  const of = (name) => {
    const file = join(build, name);
    if (!existsSync(file)) return undefined;
    const bytes = readFileSync(file);
    return { raw: bytes.length, gz: gzipSync(bytes, { level: 9 }).length };
  };
  return { wasm: of("index_bg.wasm"), js: of("index.js") };
}
