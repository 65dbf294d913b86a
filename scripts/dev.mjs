// `make dev`: runs `wrangler dev` until ctrl-C or SIGTERM, and then leaves no process behind.
//
//   node scripts/dev.mjs [--port N] [--state DIR] [--var KEY:VALUE]...
import { parseArgs } from "node:util";
import { readyUrl, root, startWrangler, stop } from "./wrangler.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    state: { type: "string" },
    var: { type: "string", multiple: true, default: [] },
  },
});

const wrangler = startWrangler(
  [
    ...["--port", options.port, "--inspector-port", "0", "--show-interactive-dev-session=false"],
    ...(options.state ? ["--persist-to", options.state] : []),
    ...options.var.flatMap((setting) => ["--var", setting]),
  ],
  { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: process.stdout.isTTY ? { FORCE_COLOR: "1" } : {} },
);

let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  await stop(wrangler.pid);
  process.exit(code);
}
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => end(0));
wrangler.on("exit", (code) => end(code ?? 1));

let seen = "";
wrangler.stdout.on("data", (chunk) => {
  process.stdout.write(chunk);
  if (seen === null) return;
  seen += chunk;
  const url = readyUrl(seen);
  if (!url) return;
  seen = null;
  console.log(`
  Postern is running.

    ${url}/          what is here
    ${url}/signup    make an account
    ${url}/console   the console

  README.md tells a story to try, from the first account to a revoked token.
  The secrets of this machine are in .dev.vars; ctrl-C stops the server.
`);
});
