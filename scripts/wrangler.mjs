// Starts and ends `wrangler dev`, for dev.mjs and serve.mjs.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const bin = join(root, "node_modules", ".bin");

/** `wrangler dev` in a process group of its own: one signal then reaches wrangler, esbuild and workerd. */
export function startWrangler(args, { cwd, stdio, env = {} }) {
  // By name: the node that runs this script may be too old for wrangler.
  return spawn(join(bin, "node"), [join(root, "node_modules/wrangler/bin/wrangler.js"), "dev", ...args], {
    cwd,
    stdio,
    detached: true,
    env: {
      ...process.env,
      PATH: bin + delimiter + process.env.PATH,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      ...env,
    },
  });
}

/** What wrangler says once it listens, whatever the colours. */
export function readyUrl(output) {
  return output.replace(/\x1b\[[0-9;]*m/g, "").match(/Ready on (http:\/\/\S+)/)?.[1];
}

/** The live processes of a group, as [{ pid, name }]. Zombies are dead, though some containers keep them. */
export function members(group) {
  return processes().filter((p) => p.group === group && !p.state.startsWith("Z"));
}

function processes() {
  if (process.platform === "linux") {
    return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).flatMap(procStat);
  }
  const { stdout } = spawnSync("ps", ["-axo", "pid=,pgid=,stat=,comm="], { encoding: "utf8" });
  return stdout.trim().split("\n").map((line) => {
    const [pid, group, state, ...name] = line.trim().split(/\s+/);
    return { pid: Number(pid), group: Number(group), state, name: name.join(" ") };
  });
}

function procStat(pid) {
  try {
    // "pid (name) state parent group ...", where the name may hold spaces and parentheses.
    const [, name, rest] = readFileSync(`/proc/${pid}/stat`, "utf8").match(/\((.*)\) (.*)/s);
    const [state, , group] = rest.split(" ");
    return [{ pid: Number(pid), group: Number(group), state, name }];
  } catch {
    return []; // gone in the meantime
  }
}

/** Ends a whole group, politely for `patience` milliseconds, at once for 0; returns when no process of it lives. */
export async function stop(group, patience = 5000) {
  const deadline = Date.now() + patience;
  signal(group, patience > 0 ? "SIGTERM" : "SIGKILL");
  while (members(group).length > 0) {
    if (Date.now() >= deadline) signal(group, "SIGKILL");
    await sleep(20);
  }
}

function signal(group, name) {
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
