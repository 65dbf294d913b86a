// What the module asks of the platform on every request, one crossing each: crossings are what a request costs.

/** The clock, the method as it was sent, and the URL. */
export const describe = (request) => `${Date.now()} ${request.method} ${request.url}`;

export const header = (request, name) => request.headers.get(name) ?? undefined;

/** All of the body, or undefined as soon as it is over `limit` bytes. */
export async function body(request, limit) {
  const length = request.headers.get("content-length");
  if (Number(length) > limit) return undefined;
  // The platform holds the sender to the length it announced.
  if (length !== null) return new Uint8Array(await request.arrayBuffer());
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Sets of headers that were sent before: most responses of a kind carry the very same, and parsing is what costs. */
const sent = new Map();
const MOST_SENT = 64;

function parse(lines) {
  const headers = new Headers();
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(": ");
    headers.append(line.slice(0, colon), line.slice(colon + 2));
  }
  return headers;
}

/** `lines` is a line a header; `shared` says that nothing in it belongs to one request alone. */
export function respond(status, lines, shared, body) {
  let headers = shared ? sent.get(lines) : undefined;
  if (headers === undefined) {
    headers = parse(lines);
    if (shared && sent.size < MOST_SENT) sent.set(lines, headers);
  }
  // A copy of the body: the module's memory is written to again before this is sent.
  return new Response(body.length ? body.slice() : null, { status, headers });
}

export const setting = (env, name) => (typeof env[name] === "string" ? env[name] : undefined);

export const message = (error) => String(error);

export const readKv = (env, key) => env.POSTERN.get(key);

/** `metadata` is JSON, or undefined for none. */
export const writeKv = (env, key, value, metadata) =>
  env.POSTERN.put(key, value, metadata === undefined ? {} : { metadata: JSON.parse(metadata) });

export const deleteKv = (env, key) => env.POSTERN.delete(key);

/** All keys with a prefix, as JSON: pairs of the name and the metadata, which is JSON, or null. */
export async function listKv(env, prefix) {
  const { keys } = await env.POSTERN.list({ prefix });
  return JSON.stringify(keys.map(({ name, metadata }) => [name, JSON.stringify(metadata)]));
}

export const newId = (env, binding) => env[binding].newUniqueId().toString();

export const idFromName = (env, binding, name) => env[binding].idFromName(name).toString();

/** What a data point says, in this order; docs/EVENTS.md has the list. */
const BLOBS = ["event", "path", "source", "account", "sub", "client", "kept", "grant", "scope", "declined", "audience", "reason"];

/** Logs a line, and writes what it says to the Analytics Engine data set EVENTS where that is bound. */
export function tell(env, line) {
  console.log(line);
  if (env.EVENTS === undefined) return;
  // The answer is made: what listens must not be able to undo it.
  try {
    const said = JSON.parse(line);
    env.EVENTS.writeDataPoint({ indexes: [said.event], blobs: BLOBS.map((name) => said[name] ?? ""), doubles: [1] });
  } catch (error) {
    console.error(`EVENTS takes no data points: ${error}`);
  }
}

/** Counts one act of a key: whether it is within the limit. A binding that is not there limits nothing. */
export const admits = async (env, binding, key) => (await env[binding]?.limit({ key }))?.success ?? true;

/** Sends a command to an object: its reply, undefined for an id of no such object, or an error with what it said. */
export async function callObject(env, binding, hex, command) {
  let id;
  try {
    id = env[binding].idFromString(hex);
  } catch {
    return undefined;
  }
  const response = await env[binding].get(id).fetch("https://object/", { method: "POST", body: command });
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text;
}

/** The other end of it. */
export const reply = (status, text) => new Response(text, { status });

export const ownId = (state) => state.id.toString();

/** Runs one statement in an object's SQLite: the first value of the first row, if there is one. */
export const query = (state, statement, ...values) => state.storage.sql.exec(statement, ...values).raw().next().value?.[0];

export const setAlarm = (state, at) => state.storage.setAlarm(at);

export const deleteAll = (state) => state.storage.deleteAll();
