// Accounts for every answer: what was asked, what came back, whether that may be.

/** What an answer is, in a few words: "200", "400 invalid_grant", "303 code", "303 /signin", "200 form". */
export function label({ status, headers, body }) {
  if (status === 303) return `303 ${destination(headers)}`;
  if (/\r\ncontent-type: *text\/html/i.test(headers)) {
    return body.includes('name="decision"') ? `${status} form` : `${status} page`;
  }
  if (!/\r\ncontent-type: *application\/json/i.test(headers)) return `${status}`;
  const { error, active } = JSON.parse(body);
  if (error) return `${status} ${error}`;
  return active === undefined ? `${status}` : `${status} ${active ? "active" : "inactive"}`;
}

function destination(headers) {
  const location = headers.match(/\r\nlocation: *([^\r]+)/i)?.[1] ?? "nowhere";
  if (location.startsWith("/")) return location.split("?", 1)[0];
  const query = new URL(location).searchParams;
  return query.has("code") ? "code" : `error=${query.get("error")}`;
}

export class Ledger {
  #kinds = new Map();
  #surprises = [];
  answers = 0;

  /** Notes an answer, or that there was none. `expected` are labels. */
  note(kind, milliseconds, got, expected, detail = "") {
    if (!this.#kinds.has(kind)) this.#kinds.set(kind, { labels: new Map(), times: [] });
    const { labels, times } = this.#kinds.get(kind);
    labels.set(got, (labels.get(got) ?? 0) + 1);
    times.push(milliseconds);
    this.answers++;
    if (!expected.includes(got)) this.surprise(`${kind}: ${got}, where only ${expected.join(" or ")} may be. ${detail}`);
  }

  /** Something that no answer by itself shows: that of many one must differ, or that all must be alike. */
  surprise(what) {
    this.#surprises.push(what);
    if (this.#surprises.length <= 20) console.error(`SURPRISE ${what}`);
  }

  get surprises() {
    return this.#surprises.length;
  }

  /** One line a kind. */
  table() {
    const rows = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, { labels, times }]) => {
      times.sort((a, b) => a - b);
      const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
      const counts = [...labels].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name}: ${count}`).join(", ");
      return `${kind.padEnd(22)}${String(times.length).padStart(9)}${at(0.5).padStart(9)}${at(0.99).padStart(9)}   ${counts}`;
    });
    return [`${"request".padEnd(22)}${"count".padStart(9)}${"p50 ms".padStart(9)}${"p99 ms".padStart(9)}   answers`, ...rows].join("\n");
  }
}
