// One of the people of the soak: an owner in a browser, with apps that act for them. Each acts alone, so that what may
// come back is known exactly; the races are between requests that one of them sends at once.
import { App, Ask, codeOf } from "./app.mjs";
import { Browser, field } from "./browser.mjs";
import { Family } from "./family.mjs";
import { junk } from "./junk.mjs";
import { CODE, lasts } from "./settings.mjs";

const DEAD = "400 invalid_grant";
/**
 * An owner may have 40 live grants of an app, and the oldest ends beyond that: the app's access is removed before.
 */
const GRANTS = 34;
const FAMILIES = 8;

const chance = (share) => Math.random() < share;
const several = () => 2 + Math.floor(Math.random() * 4);
const one = (list) => list[Math.floor(Math.random() * list.length)];

export class Person {
  #families = [];
  /** By app: whether an approval is remembered, and how many grants came since access was last removed. */
  #known = new Map();
  entries = 0;

  constructor(world, name) {
    Object.assign(this, world, { name });
    this.browser = new Browser(world.wire);
  }

  async arrive(stored) {
    await this.browser.signUp(this.name);
    const own = [App.register(this.wire, `${this.name} a`), App.register(this.wire, `${this.name} b`, { confidential: false })];
    this.apps = [...(await Promise.all(own)), one(stored)];
    for (const app of this.apps) this.#known.set(app, { remembered: false, grants: 0 });
  }

  /** What they do again and again, and how often. */
  static #acts = [
    [24, (person) => person.#withFamily((family) => family.whoami(person.wire))],
    [14, (person) => person.#withFamily((family) => family.calendar(person.wire))],
    [2, (person) => person.#withFamily((family) => family.add(person.wire, person))],
    [8, (person) => person.#withFamily((family) => family.introspect(person.wire))],
    [12, (person) => person.#withFamily((family) => family.refresh(person.wire, person.ledger))],
    [3, (person) => person.#withFamily((family) => family.refreshAtOnce(person.wire, person.ledger, several()))],
    [3, (person) => person.#withFamily((family) => family.retry(person.wire, person.ledger))],
    [1.5, (person) => person.#withFamily((family) => family.revoke(person.wire, chance(0.5) ? several() : 0))],
    [9, (person) => person.#approve(one(person.apps))],
    [0.3, (person) => person.#remove(one(person.apps))],
    [2, (person) => person.#look()],
    [0.15, (person) => person.#leaveAndReturn()],
    [0.1, (person) => person.#signUpTwice()],
    [2, (person) => App.register(person.wire, "nobody's").then((app) => app.refresh(person.wire, [DEAD], "x", "junk"))],
    [0.3, (person) => person.#registerAndDelete()],
    [10, (person) => junk(person, one(person.#families), one(person.apps))],
  ];
  static #whole = Person.#acts.reduce((sum, [weight]) => sum + weight, 0);

  async act() {
    let at = Math.random() * Person.#whole;
    const [, act] = Person.#acts.find(([weight]) => (at -= weight) < 0) ?? Person.#acts[0];
    await act(this);
  }

  async #withFamily(act) {
    this.#families = this.#families.filter((family) => !family.isOver());
    if (this.#families.length === 0) return this.#approve(one(this.apps));
    await act(one(this.#families));
  }

  /** To a code: silently where the approval is remembered, through the form otherwise. */
  async #approve(app) {
    const known = this.#known.get(app);
    if (known.grants >= GRANTS) return this.#remove(app);
    const ask = new Ask(app, chance(0.1) ? { prompt: "none" } : {});
    const silent = ask.path.includes("prompt=none");
    if (known.remembered) {
      const answer = await this.browser.get("authorize (silent)", ["303 code"], ask.path);
      known.grants++;
      return this.#redeem(app, ask, answer);
    }
    if (silent) return this.browser.get("authorize (no page)", ["303 error=consent_required"], ask.path);
    const form = await this.#form(app, ask);
    if (chance(0.05)) {
      return this.browser.post("consent (denied)", ["303 error=access_denied"], "/consent", { ...form, decision: "deny" });
    }
    known.grants++;
    known.remembered = true;
    if (chance(0.7)) {
      return this.#redeem(app, ask, await this.browser.post("consent", ["303 code"], "/consent", form));
    }
    // One form gives one code, however often it is sent.
    const sent = Array.from({ length: several() }, () => {
      return this.browser.post("consent (at once)", ["303 code", "400 page"], "/consent", form);
    });
    const codes = (await Promise.all(sent)).filter((answer) => answer.label === "303 code");
    if (codes.length !== 1) this.ledger.surprise(`one consent form gave ${codes.length} codes`);
    await this.browser.post("consent (again)", ["400 page"], "/consent", form);
    if (codes[0]) await this.#redeem(app, ask, codes[0]);
  }

  async #form(app, ask) {
    const page = await this.browser.get("authorize (asked)", ["200 form"], ask.path);
    return { decision: "allow", scope: "calendar.write", consent: field(page, "consent"), csrf: field(page, "csrf") };
  }

  async #redeem(app, ask, approval) {
    const code = codeOf(approval);
    // Codes that nobody redeems lapse and delete themselves.
    if (chance(0.1)) return;
    const may = (sent, received) => {
      const lives = lasts(approval, CODE, sent, received);
      return { true: ["200"], false: [DEAD], undefined: ["200", DEAD] }[lives];
    };
    if (chance(0.1)) await app.redeem(this.wire, [DEAD], code, new Ask(app), "redeem (verifier)");
    if (chance(0.75)) {
      const answer = await app.redeem(this.wire, may, code, ask);
      if (answer.status !== 200) return;
      const family = new Family(app, answer);
      if (chance(0.05)) {
        // RFC 6749 §4.1.2: what is used twice is taken back.
        await app.redeem(this.wire, [DEAD], code, ask, "redeem (again)");
        return family.end(this.wire);
      }
      this.#families.push(family);
      if (this.#families.length > FAMILIES) this.#families.shift();
      return;
    }
    const all = Array.from({ length: several() }, () => app.redeem(this.wire, ["200", DEAD], code, ask, "redeem (at once)"));
    const redeemed = (await Promise.all(all)).filter((answer) => answer.status === 200);
    const lives = lasts(approval, CODE, approval.sent, Date.now());
    if (redeemed.length > 1 || (lives && redeemed.length === 0)) {
      this.ledger.surprise(`of ${all.length} redemptions at once ${redeemed.length} were answered`);
    }
    for (const answer of redeemed) await new Family(app, answer).end(this.wire);
  }

  /** Access is removed while the app refreshes and asks for more. Then nothing of it is left. */
  async #remove(app) {
    const known = this.#known.get(app);
    const { rows, csrf } = await this.browser.account();
    this.#check(rows);
    if (!known.remembered) return;
    const families = this.#families.filter((family) => family.app === app && !family.ended);
    this.#families = this.#families.filter((family) => family.app !== app);
    const ask = new Ask(app);
    const races = chance(0.7);
    const racing = families.map((family) => {
      const times = races ? several() : 0;
      return Promise.all(Array.from({ length: times }, () => app.refresh(this.wire, ["200", DEAD], family.token, "refresh (removed)")));
    });
    // A code that is answered here was approved before, and is dead with the rest.
    const asks = races ? [this.browser.get("authorize (removed)", ["303 code", "200 form", "303 /signin"], ask.path)] : [];
    const remove = { action: "remove", client: app.hash, csrf };
    const [, asked, ...refreshed] = await Promise.all([
      this.browser.post("remove access", ["303 /account"], "/account", remove),
      Promise.all(asks),
      ...racing,
    ]);
    this.#known.set(app, { remembered: false, grants: 0 });
    for (const answer of asked.filter((each) => each.label === "303 code")) {
      await app.redeem(this.wire, [DEAD], codeOf(answer), ask, "redeem (removed)");
    }
    for (const [at, family] of families.entries()) {
      await family.allDead(this.wire, refreshed[at]);
      await family.end(this.wire);
    }
    await this.#look();
  }

  /** The account page shows the apps that have access, and no other. */
  async #look() {
    this.#check((await this.browser.account()).rows);
  }

  #check(rows) {
    const expected = this.apps.filter((app) => this.#known.get(app).remembered).map((app) => app.hash);
    if ([...rows].sort().join() !== expected.sort().join()) {
      this.ledger.surprise(`the account page shows ${rows.length} apps instead of ${expected.length}`);
    }
  }

  async #leaveAndReturn() {
    await this.browser.signOut();
    await this.browser.get("account (signed out)", ["303 /signin"], "/account");
    if (chance(0.5)) await this.browser.signIn(this.name, "not the password", ["403 page"], "sign in (wrong)");
    await this.browser.signIn(this.name);
  }

  /** Several people want one name at once. One gets it. */
  async #signUpTwice() {
    const name = this.newName();
    const browsers = Array.from({ length: 2 }, () => new Browser(this.wire));
    const may = ["303 /account", "409 page"];
    const answers = await Promise.all(browsers.map((browser) => browser.signUp(name, may, "sign up (at once)")));
    const winners = browsers.filter((_, at) => answers[at].label === "303 /account");
    if (winners.length !== 1) this.ledger.surprise(`${winners.length} people got one name`);
    for (const winner of winners) await winner.signOut();
  }

  async #registerAndDelete() {
    const app = await App.register(this.wire, "fleeting", { stored: true });
    const path = `/register/${app.id}`;
    await this.wire.send("client (read)", ["200"], "GET", path, app.manager);
    await app.refresh(this.wire, [DEAD], "x", "junk");
    await this.wire.send("client (delete)", ["204"], "DELETE", path, app.manager);
    await this.wire.send("client (deleted)", ["401 invalid_token"], "GET", path, app.manager);
    await app.refresh(this.wire, ["401 invalid_client"], "x", "refresh (no client)");
  }
}
