// Counts the instructions of hot paths, natively, under valgrind, and compares with baseline.json.
//
//   node bench/instructions/count.mjs [--write] [--tolerance 3]
//
// A count does not depend on how busy the machine is, only on the code, the toolchain and the kind of processor.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: { write: { type: "boolean", default: false }, tolerance: { type: "string", default: "3" } },
});
const FEW = 3; // the first few fill caches
const MANY = 103;
const file = fileURLToPath(new URL("baseline.json", import.meta.url));

const cases = readFileSync(new URL("src/main.rs", import.meta.url), "utf8").match(/^ {8}"[a-z-]+"(?= =>)/gm).map((line) => line.trim().slice(1, -1));
const made_with = `${execFileSync("rustc", ["--version"], { encoding: "utf8" }).trim()}, ${process.arch}`;
const program = build();
const counts = {};
for (const name of cases) {
  counts[name] = Math.round((total(name, MANY) - total(name, FEW)) / (MANY - FEW));
}
if (options.write) {
  writeFileSync(file, `${JSON.stringify({ made_with, counts }, null, 2)}\n`);
}
report(JSON.parse(readFileSync(file, "utf8")));

/** The optimised program, with the very versions that the module is made of. */
function build() {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  copyFileSync(join(folder, "../../Cargo.lock"), join(folder, "Cargo.lock")); // cargo drops what is not needed
  const target = fileURLToPath(new URL("../../target/bench", import.meta.url));
  const env = { ...process.env, CARGO_TARGET_DIR: target };
  execFileSync("cargo", ["build", "--release", "--quiet"], { cwd: folder, env, stdio: "inherit" });
  return join(target, "release/instructions");
}

function total(name, times) {
  const callgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null", program, name, String(times)];
  const { status, stderr, error } = spawnSync("valgrind", callgrind, { encoding: "utf8" });
  if (status !== 0) throw new Error(error?.message ?? `${name} under valgrind: ${stderr}`);
  return Number(stderr.match(/Collected : (\d+)/)[1]);
}

function report(baseline) {
  let worse = 0;
  console.log(`\ninstructions          now    baseline    change`);
  for (const [name, count] of Object.entries(counts)) {
    const before = baseline.counts[name];
    const change = before === undefined ? NaN : (count / before - 1) * 100;
    const verdict = change > Number(options.tolerance) ? "  slower" : "";
    if (verdict) worse++;
    console.log(`${name.padEnd(22)}${String(count).padStart(9)} ${String(before ?? "none").padStart(9)} ${change.toFixed(1).padStart(8)}%${verdict}`);
  }
  if (baseline.made_with !== made_with) {
    console.log(`\nThe baseline is of ${baseline.made_with}, this is ${made_with}: they cannot be compared.`);
  } else if (worse > 0) {
    console.log(`\n${worse} slower by more than ${options.tolerance}%. If that is meant: make instructions COUNT=--write, and commit baseline.json.`);
    process.exitCode = 1;
  }
}
