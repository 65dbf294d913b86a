// Writes .dev.vars, the secrets of local runs, unless there is one: each checkout gets its own.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

const random = (bytes) => randomBytes(bytes).toString("base64url");

const text = `# Secrets for \`wrangler dev\` on this machine only; made by scripts/dev-vars.mjs, never committed.
ROOT_KEYS=k1:${random(32)}
DEV=1
REGISTRATION_TOKEN=${random(24)}
ADMIN_TOKEN=${random(24)}
`;

try {
  writeFileSync(new URL("../.dev.vars", import.meta.url), text, { flag: "wx", mode: 0o600 });
} catch (error) {
  if (error.code !== "EEXIST") throw error;
}
