// What the server is told. Its issuer is public, as in a deployment; the socket is local.
import { randomBytes } from "node:crypto";

export const ISSUER = "https://auth.example.com";

const SECOND = 1000;
/** Lifetimes, short: a grant that was approved silently is over, and deletes itself, within a minute. */
export const CODE = 20 * SECOND;
export const ACCESS = 20 * SECOND;
export const IDLE = 30 * SECOND;
export const RETRY = 6 * SECOND;

export const settings = {
  ISSUER,
  DEV: "0",
  ROOT_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
  REGISTRATION_TOKEN: randomBytes(24).toString("base64url"),
  CODE_TTL: `${CODE / SECOND}`,
  ACCESS_TOKEN_TTL: `${ACCESS / SECOND}`,
  REFRESH_IDLE_TTL: `${IDLE / SECOND}`,
  REFRESH_RETRY_WINDOW: `${RETRY / SECOND}`,
  // One address asks for everything here.
  RATE_LIMITS: "off",
};

/**
 * Whether what began to count somewhere from `began.sent` to `began.received`, and lasts for `lifetime`, still lasts
 * for a request of this time: true or false, or undefined where the edge is too near. Tokens count whole seconds.
 */
export function lasts(began, lifetime, sent, received) {
  if (received < began.sent + lifetime - SECOND) return true;
  if (sent > began.received + lifetime + SECOND) return false;
  return undefined;
}
