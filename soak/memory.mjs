// Memory and file descriptors of the server's process, over time.
import { readdirSync, readFileSync } from "node:fs";

/** Growth of the last third over the middle third that is taken for noise: the collector's, and the allocator's. */
const TOLERANCE = 0.1;

export class Memory {
  #pid;
  #ledger;
  #samples = [];
  #timer;

  constructor(pid, ledger, everySeconds) {
    this.#pid = pid;
    this.#ledger = ledger;
    this.#timer = setInterval(() => this.#sample(), everySeconds * 1000);
    this.#sample();
  }

  #sample() {
    const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
    const rss = Number(status.match(/VmRSS:\s*(\d+) kB/)[1]) / 1024;
    const files = readdirSync(`/proc/${this.#pid}/fd`).length;
    this.#samples.push({ minutes: performance.now() / 60_000, rss, files, answers: this.#ledger.answers });
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** Text for the report, and whether it grew. The first third is warm-up. */
  verdict() {
    const third = Math.floor(this.#samples.length / 3);
    const [first, middle, last] = [0, 1, 2].map((at) => this.#samples.slice(at * third, at === 2 ? undefined : (at + 1) * third));
    const rates = [first, middle, last].map((samples) => {
      const [begin, end] = [samples[0], samples.at(-1)];
      return (end.answers - begin.answers) / (end.minutes - begin.minutes) / 60;
    });
    // More load is more objects in memory, which is no leak.
    const most = TOLERANCE + Math.max(0, rates[2] / rates[1] - 1);
    const lines = [`load   of the thirds: ${rates.map((rate) => rate.toFixed(0)).join(", ")} answers a second`];
    let grew = false;
    for (const [name, unit] of [["rss", "MB"], ["files", "open files"]]) {
      const of = (samples) => median(samples.map((sample) => sample[name]));
      const change = of(last) / of(middle) - 1;
      grew ||= change > most;
      const trend = slope([...middle, ...last].map((sample) => [sample.minutes, sample[name]]));
      lines.push(
        `${name.padEnd(6)} medians of the thirds: ${of(first).toFixed(0)}, ${of(middle).toFixed(0)}, ${of(last).toFixed(0)} ${unit}; ` +
          `last over middle ${(change * 100).toFixed(1)} % (at most ${(most * 100).toFixed(1)} %); slope after the first third ${trend.toFixed(2)} ${unit} a minute; ` +
          `greatest ${Math.max(...this.#samples.map((sample) => sample[name])).toFixed(0)}`,
      );
    }
    const step = Math.max(1, Math.floor(this.#samples.length / 15));
    const curve = this.#samples.filter((_, at) => at % step === 0);
    lines.push(`rss curve: ${curve.map((sample) => sample.rss.toFixed(0)).join(" ")}`);
    lines.push(`files    : ${curve.map((sample) => sample.files).join(" ")}`);
    return { text: lines.join("\n"), grew };
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Of the straight line that fits best. */
function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
