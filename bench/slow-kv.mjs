// A worker around a worker: before every KV operation it waits. KV elsewhere takes milliseconds, here it takes none,
// and what comes in between two of them is what races are about. The same for both servers.
import { WorkerEntrypoint } from "cloudflare:workers";
import * as module from "./index.js";
export * from "./index.js";

const worker = module.default;

function slow(kv, ms) {
  const operation = (name) => async (...args) => {
    await scheduler.wait(ms);
    return kv[name](...args);
  };
  return Object.fromEntries(["get", "getWithMetadata", "put", "delete", "list"].map((name) => [name, operation(name)]));
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    const env = Object.entries(this.env).map(([name, value]) =>
      [name, value?.constructor?.name === "KvNamespace" ? slow(value, this.env.KV_DELAY) : value]);
    const wrapped = Object.fromEntries(env);
    return typeof worker === "function"
      ? new worker(this.ctx, wrapped).fetch(request)
      : worker.fetch(request, wrapped, this.ctx);
  }
}
