// A load generator that takes little of the machine: one socket per connection, requests written as they are.
import { connect } from "node:net";

/** One keep-alive connection, one request at a time. */
export class Connection {
  #socket;
  #seen = "";
  #waiting = null;
  #ended = null;

  static async open(port) {
    const connection = new Connection();
    connection.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    connection.#socket.setEncoding("latin1");
    connection.#socket.setTimeout(20_000, () => connection.#end(new Error("no answer for 20 seconds")));
    connection.#socket.on("data", (data) => connection.#read(data));
    connection.#socket.on("error", (error) => connection.#end(error));
    connection.#socket.on("close", () => connection.#end(new Error("the server closed the connection")));
    await new Promise((done, fail) => connection.#socket.once("connect", done).once("error", fail));
    return connection;
  }

  /** Sends bytes and returns { status, headers, body } once the whole answer is there. */
  send(bytes) {
    return new Promise((done, fail) => {
      if (this.#ended) return fail(this.#ended);
      this.#waiting = { done, fail, bytes };
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #read(data) {
    this.#seen = this.#seen ? this.#seen + data : data;
    const answer = parse(this.#seen);
    if (!answer) return;
    this.#seen = "";
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.done(answer);
  }

  #end(error) {
    this.#ended = error;
    if (this.#waiting) error.message += `, to ${this.#waiting.bytes.toString("latin1").split("\r\n", 1)}; so far ${JSON.stringify(this.#seen)}`;
    this.#waiting?.fail(error);
    this.#waiting = null;
  }
}

/** A whole answer, or nothing as long as some of it is missing. Only one is ever under way. */
function parse(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const headers = text.slice(0, end);
  const rest = text.slice(end + 4);
  const status = Number(headers.slice(9, 12));
  const length = headers.match(/\r\ncontent-length: *(\d+)/i);
  if (length) return rest.length < Number(length[1]) ? null : { status, headers, body: rest };
  if (!/\r\ntransfer-encoding: *chunked/i.test(headers)) return { status, headers, body: "" };
  if (!rest.endsWith("0\r\n\r\n")) return null;
  let body = "";
  for (let at = 0; ; ) {
    const line = rest.indexOf("\r\n", at);
    const size = parseInt(rest.slice(at, line), 16);
    if (size === 0) return { status, headers, body };
    body += rest.slice(line + 2, line + 2 + size);
    at = line + size + 4;
  }
}

/** Several connections, for as long as `use` takes: servers close those that idle. */
export async function withConnections(count, port, use) {
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)));
  try {
    return await use(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** An answer, if it has this status; anything else ends the run. */
export async function expect(status, answer) {
  answer = await answer;
  if (answer.status !== status) throw new Error(`not ${status}: ${answer.headers}\n\n${answer.body}`);
  return answer;
}

/** The bytes of a request. */
export function request(method, target, headers = {}, body = "") {
  const lines = [`${method} ${target} HTTP/1.1`, "Host: localhost"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (method === "POST") lines.push(`Content-Length: ${body.length}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

/**
 * Lets every connection do `act(connection, n)` again and again, as fast as answers come, for `seconds` or until it
 * gives false. Returns how many times, in how long, and how long each took.
 */
export async function load(connections, seconds, act) {
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const took = [];
  await Promise.all(
    connections.map(async (connection, n) => {
      for (let before = performance.now(); before < deadline; ) {
        if ((await act(connection, n)) === false) return;
        const after = performance.now();
        took.push(after - before);
        before = after;
      }
    }),
  );
  return { took, seconds: (performance.now() - started) / 1000 };
}
