// A built module in workerd, reached through a socket of its own: no proxy, no wrangler in between.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/**
/**
 * Starts `build`, a folder with index.js and perhaps its WebAssembly. `config` is wrangler.toml as wrangler reads it.
 * The module is copied first, so that a build in the meantime does not matter. With `kvDelay`, milliseconds,
 * slow-kv.mjs goes around it. `onLog` takes what the module logs.
 */
export async function start(name, build, config, { bindings = {}, kvDelay, dir, onLog }) {
  const folder = join(dir, "build");
  mkdirSync(folder, { recursive: true });
  const files = ["index.js", "index_bg.wasm"].filter((file) => existsSync(join(build, file)));
  for (const file of files) cpSync(join(build, file), join(folder, file));
  if (kvDelay !== undefined) {
    cpSync(new URL("slow-kv.mjs", import.meta.url), join(folder, "slow-kv.mjs"));
    files.unshift("slow-kv.mjs"); // the first is the one that is served
  }
  const objects = config.durable_objects?.bindings ?? [];
  const options = convertV4MiniflareOptions({
    cf: false,
    // Every token is a line in the log: not for who reads the results.
    handleStructuredLogs: ({ level, message }) => level === "error" && console.error(message),
    workers: [
      {
        name,
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        modulesRoot: folder,
        modules: files.map((file) => ({ type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path: join(folder, file) })),
        bindings: { ...config.vars, ...bindings, ...(kvDelay === undefined ? {} : { KV_DELAY: kvDelay }) },
        kvNamespaces: (config.kv_namespaces ?? []).map(({ binding }) => binding),
        durableObjects: Object.fromEntries(
          objects.map((each) => [each.name, { className: each.class_name, useSQLite: true }]),
        ),
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  });
  if (onLog) options.handleStructuredLogs = onLog;
  options.resourcePersistencePath = join(dir, "state");
  const before = new Set(children());
  const miniflare = new Miniflare(options);
  await miniflare.ready;
  const [pid] = children().filter((child) => !before.has(child));
  const { port } = await miniflare.unsafeGetDirectURL(name);
  return { name, pid, port: Number(port), cpu: () => cpu(pid), stop: () => miniflare.dispose() };
}

function stat(pid) {
  // "pid (name) state parent ...", where the name may hold spaces and parentheses.
  const [, name, rest] = readFileSync(`/proc/${pid}/stat`, "utf8").match(/\((.*)\) (.*)/s);
  return { name, fields: rest.split(" ") };
}

/** The workerd processes that this one started. */
function children() {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const { name, fields } = stat(pid);
      return name.startsWith("workerd") && Number(fields[1]) === process.pid;
    } catch {
      return false; // gone in the meantime
    }
  });
}

/** Seconds of CPU that a process has used, in user and in kernel mode; NaN where the system does not tell. */
function cpu(pid) {
  if (pid === undefined) return NaN;
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
  }
  return nanoseconds / 1e9;
}
