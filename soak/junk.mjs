// What nobody sends in good faith, and what costs nothing to answer.
import { Ask } from "./app.mjs";

const chance = (share) => Math.random() < share;

/** One character of it replaced by another, in the part that counts for every bit. */
function spoilt(text) {
  const at = Math.floor(Math.random() * (text.length - 2));
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

/** Names that strangers guess at: few, since each is an object that counts the guesses. */
const GUESSED = 8;

export async function junk({ wire, browser, ledger }, family, app) {
  const acts = [
    () => wire.send("healthz", ["200"], "GET", "/healthz"),
    () => wire.send("discovery", ["200"], "GET", "/.well-known/oauth-authorization-server"),
    () => wire.send("stylesheet", ["200"], "GET", "/static/postern.css"),
    () => wire.send("no such page", ["404 not_found", "404 page"], "GET", "/no/such/page"),
    () => wire.send("no such method", ["405 invalid_request"], "GET", "/token"),
    () => app.redeem(wire, ["400 invalid_grant"], "psa_forged", new Ask(app), "junk"),
    () => wire.post("junk (too large)", ["413 invalid_request"], "/token", { token: "x".repeat(70_000) }),
    () => wire.post("junk (no client)", ["401 invalid_client"], "/token", { grant_type: "refresh_token" }),
    () => wire.send("junk (client id)", ["400 page"], "GET", new Ask({ id: spoilt(app.id) }).path),
    () => wire.send("junk (cookie)", ["303 /signin"], "GET", "/account", { Cookie: "__Host-postern_session=forged" }),
    () => browser.post("junk (csrf)", ["403 page"], "/signout", { csrf: "forged" }),
  ];
  if (family) {
    const forged = { Authorization: `Bearer ${spoilt(family.access)}` };
    acts.push(
      () => wire.send("junk (access token)", ["401 invalid_token"], "GET", "/demo/whoami", forged),
      () => wire.send("junk (access token)", ["401 invalid_token"], "GET", "/demo/calendar", forged),
      () => family.app.refresh(wire, ["400 invalid_grant"], spoilt(family.token), "junk"),
    );
  }
  if (chance(0.02)) {
    const name = `guessed${Math.floor(Math.random() * GUESSED)}`;
    const page = await wire.send("sign-in page", ["200 page"], "GET", "/signin");
    const cookie = page.headers.match(/\r\nset-cookie: *([^;\r]+)/i)?.[1];
    const csrf = page.body.match(/name="csrf" value="([^"]*)"/)?.[1];
    const guess = { username: name, password: "a guess", csrf };
    const answer = await wire.post("sign in (guessed)", ["403 page", "429 page"], "/signin", guess, { Cookie: cookie });
    if ((answer.status === 429) !== /\r\nretry-after: *[1-9]/i.test(answer.headers)) ledger.surprise("429 without Retry-After");
    return;
  }
  await acts[Math.floor(Math.random() * acts.length)]();
}
