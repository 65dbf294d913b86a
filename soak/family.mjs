// A grant as its app knows it: an access token, a refresh token, what superseded what, and whether it lives.
import { ACCESS, IDLE, RETRY, lasts } from "./settings.mjs";

const DEAD = ["400 invalid_grant"];

export class Family {
  /** Over, by redemption of its code twice, revocation, removal or reuse. */
  ended = false;
  #previous = null;

  constructor(app, answer) {
    this.app = app;
    this.#take(answer);
    this.used = answer;
  }

  #take(answer) {
    const { access_token, refresh_token } = JSON.parse(answer.body);
    this.access = access_token;
    this.accessFrom = answer;
    this.token = refresh_token;
  }

  #may(alive, lives, dead) {
    if (this.ended || alive === false) return dead;
    return alive ? lives : [...lives, ...dead];
  }

  #alive(sent, received) {
    return lasts(this.used, IDLE, sent, received);
  }

  /** Whether there is anything left to do with it. */
  isOver() {
    return this.ended || lasts(this.used, IDLE + 2000, Date.now(), Date.now()) === false;
  }

  /** An offline guard does not ask the grant: the token counts until it expires, whatever became of its grant. */
  async whoami(wire) {
    const may = (sent, received) => {
      const fresh = lasts(this.accessFrom, ACCESS, sent, received);
      return { true: ["200"], false: ["401 invalid_token"], undefined: ["200", "401 invalid_token"] }[fresh];
    };
    await wire.send("whoami (offline)", may, "GET", "/demo/whoami", this.bearer);
  }

  /** A live guard does. The grant outlives its access token, unless it was ended. */
  async calendar(wire) {
    const may = (sent, received) => this.#may(lasts(this.accessFrom, ACCESS, sent, received), ["200"], ["401 invalid_token"]);
    await wire.send("calendar (live)", may, "GET", "/demo/calendar", this.bearer);
  }

  async add(wire, owner) {
    const full = owner.entries >= 100;
    const may = (sent, received) =>
      this.#may(lasts(this.accessFrom, ACCESS, sent, received), [full ? "409 invalid_request" : "201"], ["401 invalid_token"]);
    const json = { ...this.bearer, "Content-Type": "application/json" };
    const answer = await wire.send("calendar (add)", may, "POST", "/demo/calendar", json, '{"title":"Dentist"}');
    if (answer.status === 201) owner.entries++;
  }

  get bearer() {
    return { Authorization: `Bearer ${this.access}` };
  }

  async introspect(wire) {
    if (!this.app.confidential) return;
    const may = (sent, received) => this.#may(this.#alive(sent, received), ["200 active"], ["200 inactive"]);
    await this.app.introspect(wire, may, this.token);
  }

  async refresh(wire, ledger) {
    const may = (sent, received) => this.#may(this.#alive(sent, received), ["200"], DEAD);
    const before = this.token;
    const answer = await this.app.refresh(wire, may, before);
    if (answer.status !== 200) return void (this.ended = true);
    this.#rotate(answer);
    if (this.token === before) ledger.surprise("a refresh token was not rotated");
  }

  #rotate(answer) {
    this.#previous = { token: this.token, sent: answer.sent, received: answer.received };
    this.#take(answer);
    this.used = answer;
  }

  /** All at once with one token: each gets the same successor, and an access token of its own. */
  async refreshAtOnce(wire, ledger, times) {
    const may = (sent, received) => this.#may(this.#alive(sent, received), ["200"], DEAD);
    const all = Array.from({ length: times }, () => this.app.refresh(wire, may, this.token, "refresh (at once)"));
    const answers = (await Promise.all(all)).filter((answer) => answer.status === 200);
    if (answers.length < times) this.ended = true;
    if (answers.length === 0) return;
    const tokens = answers.map((answer) => JSON.parse(answer.body));
    const successors = new Set(tokens.map((each) => each.refresh_token));
    if (successors.size !== 1) ledger.surprise(`${times} refreshes at once gave ${successors.size} successors`);
    if (successors.has(this.token)) ledger.surprise("a refresh token was not rotated");
    if (new Set(tokens.map((each) => each.access_token)).size !== answers.length) ledger.surprise("an access token came twice");
    // It was rotated by one of them, nobody knows which.
    const sent = Math.min(...answers.map((answer) => answer.sent));
    const received = Math.max(...answers.map((answer) => answer.received));
    this.#rotate({ ...answers[0], sent, received });
  }

  /** The token before: its successor again, byte for byte, or the end of the family. */
  async retry(wire, ledger) {
    if (!this.#previous || this.ended) return;
    const { token } = this.#previous;
    const may = (sent, received) => {
      const within = lasts(this.#previous, RETRY, sent, received);
      const alive = this.#alive(sent, received);
      if (within === false || alive === false) return DEAD;
      return within && alive ? ["200"] : ["200", ...DEAD];
    };
    const answer = await this.app.refresh(wire, may, token, "refresh (again)");
    if (answer.status !== 200) return this.end(wire);
    const { refresh_token, access_token } = JSON.parse(answer.body);
    if (refresh_token !== this.token) ledger.surprise("a retry got another successor");
    this.access = access_token;
    this.accessFrom = answer;
  }

  /** It is over: nothing of it is worth anything any more, wherever it is asked for. */
  async end(wire) {
    this.ended = true;
    const kind = "refresh (ended)";
    await this.app.refresh(wire, DEAD, this.token, kind);
    if (this.#previous) await this.app.refresh(wire, DEAD, this.#previous.token, kind);
    await this.calendar(wire);
    await this.introspect(wire);
  }

  async revoke(wire, times) {
    // Refreshes race it; what they get is dead when the revocation has been answered.
    const may = ["200", ...DEAD];
    const racing = Array.from({ length: times }, () => this.app.refresh(wire, may, this.token, "refresh (revoked)"));
    // An access token that has expired names nothing to revoke.
    const fresh = lasts(this.accessFrom, ACCESS / 2, Date.now(), Date.now());
    const [, ...answers] = await Promise.all([this.app.revoke(wire, fresh ? this.access : this.token), ...racing]);
    await this.allDead(wire, answers);
    await this.end(wire);
  }

  /** What refreshes got that raced the end of their family. */
  async allDead(wire, answers) {
    for (const answer of answers.filter((each) => each.status === 200)) {
      await this.app.refresh(wire, DEAD, JSON.parse(answer.body).refresh_token, "refresh (ended)");
    }
  }
}
