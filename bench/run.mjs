// Measures the module in build/ against an empty Rust worker; README.md says how.
//
//   node bench/run.mjs [--rounds 7] [--seconds 1.5] [--connections 8] [--state DIR]
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { unstable_readConfig as readConfig } from "wrangler";
import { load, request, withConnections } from "./client.mjs";
import { start } from "./server.mjs";
import { Owner, redeem, refresh, register, settings, whoami } from "./story.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1.5" },
    connections: { type: "string", default: "8" },
    // In memory where that is easy: how long this machine's disk takes to sync says nothing about a deployment.
    state: { type: "string", default: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() },
  },
});
const [rounds, seconds, width] = [options.rounds, options.seconds, options.connections].map(Number);
/** An owner may have 40 live grants of one client, the sign-up's included; older ones end. */
const CODES_PER_OWNER = 39;
const OWNERS = 32;

const root = fileURLToPath(new URL("..", import.meta.url));
const builds = { empty: join(root, "bench/empty/build"), postern: join(root, "build") };
execFileSync(join(root, "bench/build-empty.sh"), { stdio: "inherit" });

const dir = mkdtempSync(join(options.state, "postern-bench-"));
const servers = [];
let owners = 0;
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop().then(() => process.exit(1)));
try {
  await main();
} finally {
  await stop();
}

async function stop() {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

async function main() {
  const config = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const { compatibility_date, compatibility_flags } = config;
  const empty = await start("empty", builds.empty, { compatibility_date, compatibility_flags }, { dir: join(dir, "empty") });
  servers.push(empty);
  const postern = await start("postern", builds.postern, config, { bindings: settings, dir: join(dir, "postern") });
  servers.push(postern);

  note("registering a client");
  const connect = (use) => withConnections(width, postern.port, use);
  const client = await connect(([connection]) => register(connection));
  // One family of refresh tokens for each connection.
  const families = await connect(([connection]) => makeFamilies(connection, client));

  const kinds = {
    empty: () => measure(empty, () => request("GET", "/")),
    whoami: () => measure(postern, (n) => whoami(families[n].access_token)),
    code: async () => {
      // Made here, outside of what is measured.
      const requests = await connect((connections) => makeCodes(connections, client));
      const result = await measure(postern, () => requests.pop());
      if (requests.length === 0) note(`all ${OWNERS * CODES_PER_OWNER} codes were redeemed before the time was over`);
      return result;
    },
    refresh: () =>
      measure(
        postern,
        (n) => refresh(client, families[n].refresh_token),
        (n, answer) => {
          const tokens = JSON.parse(answer.body);
          if (tokens.refresh_token === families[n].refresh_token) throw new Error("the refresh token stayed the same");
          families[n] = tokens;
        },
      ),
  };

  note("warming up");
  // The first time, everything is slower: the engine compiles, files are made.
  for (const kind of Object.values(kinds)) await kind();
  const results = [];
  for (let round = 0; round < rounds; round++) {
    // Back and forth, so that a machine that gets slower or faster meanwhile favours none.
    const order = round % 2 ? Object.keys(kinds).reverse() : Object.keys(kinds);
    const result = {};
    note(`round ${round + 1}`);
    for (const kind of order) result[kind] = await kinds[kind]();
    results.push(result);
  }
  report(Object.keys(kinds), results);
}

/** For whoever waits. */
function note(what) {
  console.error(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${what}`);
}

function signUp(connection, client) {
  return Owner.signUp(connection, client, `owner${owners++}`);
}

async function makeFamilies(connection, client) {
  const families = [];
  while (families.length < width) {
    const code = await (await signUp(connection, client)).code(connection, client);
    families.push(JSON.parse((await connection.send(redeem(client, code))).body));
  }
  return families;
}

/** Token requests, each with a code of its own: of new owners, whose older grants need not make room. */
async function makeCodes(connections, client) {
  const waiting = [];
  while (waiting.length < OWNERS) waiting.push(await signUp(connections[0], client));
  const requests = [];
  await Promise.all(
    connections.map(async (connection) => {
      // An owner each: approvals of one owner would wait for each other.
      for (let owner; (owner = waiting.pop()); ) {
        for (let n = 0; n < CODES_PER_OWNER; n++) requests.push(redeem(client, await owner.code(connection, client)));
      }
    }),
  );
  return requests;
}

async function measure(server, next, took) {
  return withConnections(width, server.port, async (connections) => {
    const [serverBefore, clientBefore] = [server.cpu(), process.cpuUsage()];
    const { requests, seconds: wall } = await load(connections, seconds, next, took);
    const client = process.cpuUsage(clientBefore);
    return {
      requests,
      rate: requests / wall,
      cpu: ((server.cpu() - serverBefore) / requests) * 1e6,
      /** Of one core: at 1 the generator itself is the limit. */
      generator: (client.user + client.system) / 1e6 / wall,
    };
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function report(kinds, results) {
  const summary = {};
  for (const kind of kinds) {
    const of = (value) => spread(results.map((round) => value(round[kind], round.empty)));
    summary[kind] = {
      rate: of((own) => own.rate),
      cpu: of((own) => own.cpu),
      rateRatio: of((own, empty) => own.rate / empty.rate),
      cpuRatio: of((own, empty) => own.cpu / empty.cpu),
      generator: of((own) => own.generator),
      requests: results.reduce((sum, round) => sum + round[kind].requests, 0),
    };
  }
  const sizes = Object.fromEntries(Object.entries(builds).map(([name, build]) => [name, size(build)]));

  const show = ({ median, min, max }, digits) => `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
  const row = (cells) => console.log(cells.map((cell, at) => (at ? cell.padStart(21) : cell.padEnd(9))).join(""));
  console.log(`\n${rounds} rounds of ${seconds} s each, ${width} connections, ${cpus().length} cores, state in ${options.state}; median (min-max)\n`);
  row(["", "requests/s", "of empty", "CPU us/request", "of empty", "generator (cores)"]);
  for (const [kind, s] of Object.entries(summary)) {
    row([kind, show(s.rate, 0), show(s.rateRatio, 2), show(s.cpu, 0), show(s.cpuRatio, 2), show(s.generator, 2)]);
  }
  console.log("\nThe ratios are what counts: each is taken within a round, and the machine's speed is in both sides of it.\n");
  for (const [name, { wasm, js }] of Object.entries(sizes)) {
    const kb = (bytes) => (bytes / 1000).toFixed(1);
    console.log(`${name.padEnd(8)} wasm ${kb(wasm.raw)} KB, ${kb(wasm.gz)} gzipped; JavaScript ${kb(js.raw)} KB, ${kb(js.gz)} gzipped; together ${kb(wasm.gz + js.gz)} gzipped`);
  }
  const machine = { cores: cpus().length, model: cpus()[0].model, node: process.version };
  const file = join(root, "bench/last.json");
  writeFileSync(file, `${JSON.stringify({ date: new Date(), options, machine, sizes, summary, results }, null, 2)}\n`);
  console.log(`\nEvery number of every round is in ${file}.`);
}

function size(build) {
  const of = (name) => {
    const bytes = readFileSync(join(build, name));
    return { raw: bytes.length, gz: gzipSync(bytes, { level: 9 }).length };
  };
  return { wasm: of("index_bg.wasm"), js: of("index.js") };
}
