// What the module asks of the platform, one crossing each: crossings are what a request costs.

/** The module's own functions, from entry.js: importing them here would go round in circles. */
let module;
/** Keeps the Worker awake for what nobody waits for. */
let waitUntil;
export const serve = (functions, platform) => {
  module = functions;
  waitUntil = platform.waitUntil;
};

/** Tasks of the module that wait, by number: how to end them. Numbers outlive an instance that panicked. */
const waiting = new Map();
let lastTask = 0;
let lastTicket = 0;

/** What the module calls an error. All else that is thrown is a panic, or a mistake in here. */
export class Failure extends Error {}

/** Calls the module. What it throws ends the instance; the next call must find a new one, before it writes to it. */
function call(act) {
  try {
    return act(module);
  } catch (error) {
    module.__wbg_reset_state();
    throw error;
  }
}

/** Begins a task: what comes of it, or the promise of that if it has to wait. Failures are thrown. */
export function begin(act) {
  const task = (lastTask = (lastTask + 1) >>> 0);
  const value = call((module) => act(module, task));
  if (value instanceof Failure) throw value;
  return value ?? new Promise((resolve, reject) => waiting.set(task, { resolve, reject }));
}

/** A task that had to wait is done. */
export function finish(task, value) {
  const { resolve, reject } = waiting.get(task);
  waiting.delete(task);
  if (value instanceof Failure) reject(value);
  else resolve(value);
}

/** Begins what takes time: a ticket, under which the module will hear how it ended. */
export function later(act) {
  const ticket = (lastTicket = (lastTicket + 1) >>> 0);
  hear(ticket, act);
  return ticket;
}

async function hear(ticket, act) {
  let value;
  let good = true;
  try {
    value = await act();
  } catch (error) {
    value = error;
    good = false;
  }
  call((module) => module.settled(ticket, good, value));
}

export const now = () => Date.now();

export const header = (request, name) => request.headers.get(name) ?? undefined;

/** All of the body, or undefined as soon as it is over `limit` bytes. */
export const body = (request, limit) => later(async () => {
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
});

export const bytes = (value) => value;

/** `lines` is a line a header. */
function parse(lines) {
  const headers = new Headers();
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(": ");
    headers.append(line.slice(0, colon), line.slice(colon + 2));
  }
  return headers;
}

/** Most responses of a kind carry the very same headers, and parsing is what costs. */
const kept = [];

export const keepHeaders = (lines) => kept.push({ headers: parse(lines) }) - 1;

// A copy of the body: the module's memory is written to again before it is sent.
const copy = (body) => (body.length ? body.slice() : null);

export const respondAlike = (headers, body) => new Response(copy(body), kept[headers]);

export const respond = (status, lines, body) => new Response(copy(body), { status, headers: parse(lines) });

export const setting = (env, name) => (typeof env[name] === "string" ? env[name] : undefined);

export const message = (error) => String(error);

export const failure = (message) => new Failure(message);

export const readKv = (env, key) => later(() => env.POSTERN.get(key));

/** `metadata` is JSON, or undefined for none. */
export const writeKv = (env, key, value, metadata) =>
  later(() => env.POSTERN.put(key, value, metadata === undefined ? {} : { metadata: JSON.parse(metadata) }));

export const deleteKv = (env, key) => later(() => env.POSTERN.delete(key));

/** All keys with a prefix, as JSON: pairs of the name and the metadata, which is JSON, or null. */
export const listKv = (env, prefix) => later(async () => {
  const { keys } = await env.POSTERN.list({ prefix });
  return JSON.stringify(keys.map(({ name, metadata }) => [name, JSON.stringify(metadata)]));
});

/** So many keys with a prefix, from a cursor on, as JSON: pairs as above, and where the list goes on, or null. */
export const pageKv = (env, prefix, limit, cursor) => later(async () => {
  const { keys, cursor: next } = await env.POSTERN.list({ prefix, limit, cursor });
  return JSON.stringify([keys.map(({ name, metadata }) => [name, JSON.stringify(metadata)]), next || null]);
});

/** What a data point says, in this order; docs/EVENTS.md has the list. */
const BLOBS = ["event", "path", "source", "account", "sub", "client", "kept", "grant", "scope", "declined", "audience", "reason", "request", "by"];

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

export const complain = (line) => console.error(line);

/** Counts one act of a key: whether it is within the limit. A binding that is not there limits nothing. */
export const admits = (env, binding, key) =>
  later(async () => (await env[binding]?.limit({ key }))?.success ?? true);

/** 256 bits; the platform has it six times as fast as the module. */
export const pbkdf2 = (password, salt, iterations) => {
  const [secret, algorithm] = [password.slice(), { name: "PBKDF2", hash: "SHA-256", salt: salt.slice(), iterations }];
  return later(async () => {
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
  });
};

export const newId = (env, binding) => env[binding].newUniqueId().toString();

export const idFromName = (env, binding, name) => env[binding].idFromName(name).toString();

/** Sends a command to an object: its reply, undefined for an id of no such object, or an error with what it said. */
export const callObject = (env, binding, hex, command) => later(async () => {
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
});

/** The same, while the answer is on its way: only the log hears of a failure. */
export function tellObject(env, binding, hex, command) {
  const object = env[binding].get(env[binding].idFromString(hex));
  const said = object.fetch("https://object/", { method: "POST", body: command }).then(async (response) => {
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
  });
  waitUntil(said.catch((error) => console.error(`${binding} was not told: ${error}`)));
}

export const ownId = (object) => object.state.id.toString();

/** One statement in an object's SQLite, which is synchronous: the first value of the first row, if there is one. */
const query = (object, statement, ...values) => object.sql.exec(statement, ...values).raw().toArray()[0]?.[0];

const hasTable = (object) => query(object, "SELECT 1 FROM sqlite_master WHERE name = 'record'") !== undefined;

/** The record. An object that has none stays without a table: looking at it must not write. */
export function loadRecord(object) {
  try {
    return query(object, "SELECT json FROM record WHERE id = 0") ?? undefined;
  } catch (error) {
    if (hasTable(object)) throw error;
    return undefined;
  }
}

const CREATE =
  "CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY CHECK (id = 0), json TEXT, wake_at REAL)";
const SAVE =
  "INSERT INTO record (id, json) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json RETURNING wake_at";

export function saveRecord(object, json) {
  try {
    object.wakeAt = query(object, SAVE, json);
  } catch (error) {
    if (hasTable(object)) throw error;
    query(object, CREATE);
    object.wakeAt = query(object, SAVE, json);
  }
}

/** Sets the alarm, unless it is set for that time or earlier already. */
export function wakeAt(object, at) {
  if (typeof object.wakeAt === "number" && object.wakeAt <= at) return undefined;
  const earlier =
    "UPDATE record SET wake_at = ?1 WHERE id = 0 AND (wake_at IS NULL OR wake_at > ?1) RETURNING wake_at";
  if (query(object, earlier, at) === undefined) return undefined;
  object.wakeAt = at;
  return later(() => object.state.storage.setAlarm(at));
}

export function clearAlarm(object) {
  object.wakeAt = undefined;
  if (hasTable(object)) query(object, "UPDATE record SET wake_at = NULL WHERE id = 0");
}

export const eraseRecord = (object) => {
  object.wakeAt = undefined;
  return later(() => object.state.storage.deleteAll());
};
