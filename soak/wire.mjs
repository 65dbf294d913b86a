// Sends requests over connections that are kept, and notes every answer.
import { Connection, request } from "../bench/client.mjs";
import { label } from "./ledger.mjs";

/** The server closes what idles for seconds: what has waited this long is not used again. */
const FRESH = 1000;
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

export class Wire {
  #port;
  #idle = [];
  #ledger;

  constructor(port, ledger) {
    this.#port = port;
    this.#ledger = ledger;
  }

  /**
   * One request. `expected` are the labels that may come back, or a function of when it was sent and answered that
   * gives them: what a token is worth can turn in between.
   */
  async send(kind, expected, method, path, headers = {}, body = "") {
    const connection = await this.#take();
    const sent = Date.now();
    const begun = performance.now();
    let answer;
    try {
      answer = await connection.send(request(method, path, headers, body));
    } catch (error) {
      connection.close();
      this.#ledger.note(kind, performance.now() - begun, "no answer", [], error.message);
      throw error;
    }
    const took = performance.now() - begun;
    // After a body that was not read to its end, the server hangs up.
    if (answer.status === 413) connection.close();
    else this.#idle.push({ connection, since: performance.now() });
    const received = Date.now();
    const got = label(answer);
    const may = typeof expected === "function" ? expected(sent, received) : expected;
    this.#ledger.note(kind, took, got, may, answer.status === 200 ? "" : answer.body.slice(0, 300));
    return { ...answer, label: got, sent, received };
  }

  /** A POST of a form. */
  post(kind, expected, path, fields, headers = {}) {
    return this.send(kind, expected, "POST", path, { ...FORM, ...headers }, new URLSearchParams(fields).toString());
  }

  close() {
    for (const { connection } of this.#idle.splice(0)) connection.close();
  }

  async #take() {
    for (let idle; (idle = this.#idle.pop()); idle.connection.close()) {
      if (performance.now() - idle.since < FRESH) return idle.connection;
    }
    return Connection.open(this.#port);
  }
}
