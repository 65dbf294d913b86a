// What takes the space in the module: sections, crates and functions by size.
//   node bench/sizes.mjs [file.wasm] [how many]
// Release builds have no names; `CARGO_PROFILE_RELEASE_STRIP=none scripts/build-worker.sh fast` makes one that has,
// with nearly the same code.
// Gzipped sizes of a crate are of its functions' bytes alone: they do not add up, they only show what compresses.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const file = process.argv[2] ?? fileURLToPath(new URL("../build/index_bg.wasm", import.meta.url));
const top = Number(process.argv[3] ?? 40);
const wasm = readFileSync(file);
const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;

const reader = (at) => ({
  at,
  leb() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  },
  text() {
    const size = this.leb();
    return wasm.toString("utf8", this.at, (this.at += size));
  },
});

const kinds = "custom type import function table memory global export start element code data datacount tag".split(" ");
const sections = [];
for (const r = reader(8); r.at < wasm.length; ) {
  const id = wasm[r.at++];
  const size = r.leb();
  const [from, to] = [r.at, r.at + size];
  const name = id ? kinds[id] : `custom "${r.text()}"`;
  sections.push({ name, start: id ? from : r.at, from, to });
  r.at = to;
}
const section = (name) => sections.find((each) => each.name === name);

let imported = 0;
{
  const limits = (r) => { const flags = r.leb(); r.leb(); if (flags & 1) r.leb(); };
  const skip = [(r) => (imported++, r.leb()), (r) => (r.at++, limits(r)), limits, (r) => (r.at += 2), (r) => (r.leb(), r.leb())];
  const r = reader(section("import").from);
  for (let left = r.leb(); left > 0; left--) { r.text(); r.text(); skip[wasm[r.at++]](r); }
}

const names = new Map();
const nameSection = section('custom "name"');
for (const r = reader(nameSection?.start ?? 0); nameSection && r.at < nameSection.to; ) {
  const id = wasm[r.at++];
  const end = r.leb() + r.at;
  if (id === 1) for (let left = r.leb(); left > 0; left--) { const index = r.leb(); names.set(index, r.text()); }
  r.at = end;
}

// The crate and module a function was written for.  In `<A as B>::f`, that is A's, or B's where A is nobody's
// (a slice, a closure's container, a type of core).
const library = /^(core|alloc|std|hashbrown|dlmalloc|fmt|str|num|slice|vec|string|io|sys)$/;
function owner(full) {
  const name = full.replace(/\[[0-9a-f]+\]|::h[0-9a-f]{16}/g, "").replace(/^<(?=str>|\[|u\d|i\d|f\d|char|bool)/, "core::").replace(/^<\(/, "core::(");
  const paths = [...name.matchAll(/[a-z_][a-z0-9_]*(?:::[A-Za-z_{][A-Za-z0-9_{}#]*)+/g)].map((m) => m[0].split("::"));
  const path = paths.find(([crate]) => !library.test(crate)) ?? paths[0];
  if (!path) return ["(other)", "(other)"];
  return [path[0], path.filter((part) => /^[a-z_][a-z0-9_]*$/.test(part)).slice(0, 3).join("::")];
}

const functions = [];
{
  const r = reader(section("code").from);
  const count = r.leb();
  for (let i = 0; i < count; i++) {
    const before = r.at;
    const size = r.leb();
    const name = names.get(imported + i) ?? `function ${imported + i}`;
    functions.push({ name, size: r.at + size - before, bytes: wasm.subarray(before, r.at + size) });
    r.at += size;
  }
}

const kb = (n) => (n / 1000).toFixed(1).padStart(8);
const js = file.replace(/_bg\.wasm$/, ".js");
console.log(`${file}: ${kb(wasm.length).trim()} KB, ${kb(gz(wasm)).trim()} gz`);
if (js !== file) try { const text = readFileSync(js); console.log(`${js}: ${kb(text.length).trim()} KB, ${kb(gz(text)).trim()} gz`); } catch {}
console.log("\nsections                       KB      gz");
for (const { name, from, to } of sections) if (to - from > 500) console.log(`${name.padEnd(24)} ${kb(to - from)}${kb(gz(wasm.subarray(from, to)))}`);

function table(title, key, rows) {
  const groups = new Map();
  for (const each of functions) {
    const group = groups.get(key(each)) ?? { size: 0, count: 0, bytes: [] };
    groups.set(key(each), group);
    group.size += each.size;
    group.count++;
    group.bytes.push(each.bytes);
  }
  console.log(`\n      KB      gz  count  ${title}`);
  for (const [name, group] of [...groups].sort((a, b) => b[1].size - a[1].size).slice(0, rows))
    console.log(`${kb(group.size)}${kb(gz(Buffer.concat(group.bytes)))} ${String(group.count).padStart(6)}  ${name}`);
}
table("crate (code only)", ({ name }) => owner(name)[0], top);
table("module (code only)", ({ name }) => owner(name)[1], top);
table("function", ({ name }) => name, top);
