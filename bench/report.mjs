// Medians, ratios and tables.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The value that `share` of all are not above. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/**
 * For each width, kind and server: spreads over the rounds, and of the ratios to the other servers within a round.
 * `rounds[i][width][kind][server]` is what was measured.
 */
export function summarize(rounds) {
  const summary = {};
  for (const [width, kinds] of Object.entries(rounds[0] ?? {})) {
    summary[width] = {};
    for (const [kind, servers] of Object.entries(kinds)) {
      summary[width][kind] = {};
      for (const name of Object.keys(servers)) {
        const of = (value) => spread(rounds.map((round) => value(round[width][kind][name], round[width])));
        const own = { ...fields(of), requests: rounds.reduce((sum, round) => sum + round[width][kind][name].requests, 0) };
        own.to = {};
        const others = { ...servers, ...(kinds.empty ? { empty: null } : {}) };
        for (const other of Object.keys(others).filter((each) => each !== name)) {
          const base = (round) => round[other === "empty" ? "empty" : kind][other];
          own.to[other] = {
            rate: of((own, round) => own.rate / base(round).rate),
            cpu: of((own, round) => own.cpu / base(round).cpu),
          };
        }
        summary[width][kind][name] = own;
      }
    }
  }
  return summary;
}

function fields(of) {
  return Object.fromEntries(["rate", "cpu", "p50", "p99", "generator"].map((name) => [name, of((own) => own[name])]));
}

const show = ({ median, min, max }, digits) => `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
const pad = (cell, at) => (at < 2 ? cell.padEnd(10) : cell.padStart(at < 6 ? 20 : 19));

/** Prints what summarize found. */
export function printSummary(summary) {
  const row = (cells) => console.log(cells.map(pad).join(""));
  for (const [width, kinds] of Object.entries(summary)) {
    const all = Object.values(kinds).flatMap((servers) => Object.values(servers));
    const others = [...new Set(all.flatMap(({ to }) => Object.keys(to)))].filter((name) => name !== "postern");
    console.log(`\n${width} connection${width === "1" ? "" : "s"}\n`);
    row(["", "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", ...others.flatMap((name) => [`rate/${name}`, `CPU/${name}`]), "generator"]);
    for (const [kind, servers] of Object.entries(kinds)) {
      for (const [name, s] of Object.entries(servers)) {
        const ratios = others.flatMap((other) => (s.to[other] ? [show(s.to[other].rate, 2), show(s.to[other].cpu, 2)] : ["", ""]));
        row([kind, name, show(s.rate, 0), show(s.p50, 2), show(s.p99, 1), show(s.cpu, 0), ...ratios, s.generator.median.toFixed(2)]);
      }
    }
  }
}

/** Prints what races found. */
export function printRaces(races, width, delay) {
  console.log(`\n${width} at once, with ${delay} ms before each KV operation: median (min-max)\n`);
  const words = {
    codeAnswered200: "one code: answered 200",
    refreshAnswered200: "one refresh token: answered 200",
    successors: "  different successors",
    successorsThatWork: "  successors that work afterwards",
  };
  for (const [name, word] of Object.entries(words)) {
    const cells = Object.entries(races).map(([server, result]) => `${server} ${show(spread(result[name]), 0)}`);
    console.log(word.padEnd(36) + cells.map((cell) => cell.padEnd(24)).join(""));
  }
}

/** Prints the sizes of the modules. */
export function printSizes(sizes) {
  console.log("");
  const kb = (bytes) => (bytes / 1000).toFixed(1);
  for (const [name, { wasm, js }] of Object.entries(sizes)) {
    const text = wasm && `wasm ${kb(wasm.raw)} KB, ${kb(wasm.gz)} gzipped; `;
    console.log(`${name.padEnd(10)}${text ?? ""}JavaScript ${kb(js.raw)} KB, ${kb(js.gz)} gzipped; together ${kb((wasm?.gz ?? 0) + js.gz)} gzipped`);
  }
}
