// Mixed traffic for a long time, with races on purpose. Every answer is accounted for; memory must not grow.
//
//   node soak/run.mjs [--seconds 900] [--people 64] [--pause 500] [--state DIR]
//
// Everybody begins something every `pause` milliseconds, so that the load is the same from beginning to end and memory
// can be compared; with 0, as soon as the last thing is done, which is all that the machine can do.
//
// The module in build/ runs in workerd, reached through a socket of its own: no proxy, no wrangler in between.
//
// What grows by right must not be taken for a leak. The people and their apps are fixed in number, and the lifetimes
// are short, so that grants which were approved silently delete themselves within a minute; the runtime keeps an object
// that idles in memory for 70 seconds more. So memory follows the load of the last minutes, and after that stays. Two
// things do grow: accounts of names that two people wanted at once (a file each, and nothing in memory once the object
// is put aside), and grants that came of a form, whose record and alarm outlive the form by 30 minutes. Both come
// seldom: one form for some thirty grants.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import { start } from "../bench/server.mjs";
import { App } from "./app.mjs";
import { Ledger } from "./ledger.mjs";
import { Memory } from "./memory.mjs";
import { Person } from "./person.mjs";
import { IDLE, settings } from "./settings.mjs";
import { Wire } from "./wire.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "900" },
    people: { type: "string", default: "64" },
    pause: { type: "string", default: "500" },
    // In memory where that is easy: a local disk's fsync would be most of it.
    state: { type: "string", default: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() },
  },
});
const [seconds, people, pause] = [options.seconds, options.people, options.pause].map(Number);
/** Apps that are stored in KV, shared by everybody. */
const STORED = 8;
const sleep = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));

const root = fileURLToPath(new URL("..", import.meta.url));
const dir = mkdtempSync(join(options.state, "postern-soak-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
let server;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => Promise.resolve(server?.stop()).finally(() => process.exit(1)));
}
let failed = true;
try {
  failed = await main();
} finally {
  await server?.stop();
}
process.exit(failed ? 1 : 0);

async function main() {
  const ledger = new Ledger();
  const config = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  // Refusals are logged by the thousand; an error is never expected.
  const onLog = ({ level, message }) => level === "error" && ledger.surprise(`the server logged: ${message}`);
  server = await start("postern", join(root, "build"), config, { bindings: settings, dir, onLog });
  const wire = new Wire(server.port, ledger);

  let names = 0;
  const world = { wire, ledger, newName: () => `owner${names++}` };
  const stored = await Promise.all(Array.from({ length: STORED }, (_, at) => App.register(wire, `app ${at}`, { stored: true })));
  const all = Array.from({ length: people }, () => new Person(world, world.newName()));
  for (const person of all) await person.arrive(stored);

  const memory = new Memory(server.pid, ledger, Math.max(0.5, Math.min(5, seconds / 120)));
  const [before, begun, cpu] = [ledger.answers, performance.now(), server.cpu()];
  const deadline = begun + seconds * 1000;
  const progress = setInterval(() => console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s ${ledger.answers} answers, ${ledger.surprises} surprises`), 30_000);
  await Promise.all(all.map((person) => live(person, deadline, ledger)));
  clearInterval(progress);
  memory.stop();
  const [took, used] = [(performance.now() - begun) / 1000, server.cpu() - cpu];
  wire.close();

  const left = await lapse();
  if (left.overdue > 0) ledger.surprise(`${left.overdue} grants are over and did not delete themselves`);
  const { text, grew } = memory.verdict();
  const answers = ledger.answers - before;
  console.log(`\n${people} people for ${took.toFixed(0)} s: ${answers} answers, ${(answers / took).toFixed(0)} a second, ${((used / answers) * 1e6).toFixed(0)} us of CPU each; ${ledger.surprises} surprises\n`);
  console.log(`${ledger.table()}\n\n${text}`);
  console.log(`grants: ${left.all} made, ${left.all - left.kept} deleted themselves, ${left.kept} are kept (of a form, or a tombstone), ${left.overdue} overdue`);
  console.log(ledger.surprises || grew ? "\nFAILED" : "\nPASSED");
  return Boolean(ledger.surprises || grew);
}

/** One thing after the other until the time is over. Without an answer they have lost the thread, which is noted. */
async function live(person, deadline, ledger) {
  // Not all in step.
  for (let next = performance.now() + Math.random() * pause; performance.now() < deadline; ) {
    await sleep(next - performance.now());
    // Who is late does not hurry afterwards.
    next = Math.max(next, performance.now() - pause) + pause;
    try {
      await person.act();
    } catch (error) {
      ledger.surprise(`${person.name}: ${error.stack}`);
      return;
    }
  }
}

/** Waits until everything that lapses has, and counts the objects that have a record. */
async function lapse() {
  await sleep(IDLE);
  let count;
  for (let tries = 0; tries < 10; tries++) {
    await sleep(3000);
    count = grants();
    if (count.overdue === 0) break;
  }
  return count;
}

function grants() {
  const folder = join(dir, "state/do/postern-Grant");
  const count = { all: 0, kept: 0, overdue: 0 };
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))) {
    count.all++;
    const database = new DatabaseSync(join(folder, file));
    if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record'").get()) {
      count.kept++;
      const { wake_at } = database.prepare("SELECT wake_at FROM record").get();
      if (!wake_at || wake_at < Date.now() - 5000) count.overdue++;
    }
    database.close();
  }
  return count;
}
