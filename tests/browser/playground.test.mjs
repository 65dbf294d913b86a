// The playground, to its last step and with every attack: what the server said, and what people are shown of it.
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.mjs";
import { allow, deny, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";

const { test } = openRoom();

/** Someone who walks through the story. */
class Player {
  constructor(visitor) {
    Object.assign(this, { visitor, page: visitor.page });
  }

  static async begins(visitor) {
    const player = new Player(visitor);
    await visitor.go("/playground");
    await player.isAt("why");
    return player;
  }

  get step() {
    return this.page.locator("[data-step]:visible");
  }

  async isAt(step) {
    await this.page.locator(`.running [data-step="${step}"]`).waitFor();
    assert.equal(await this.step.count(), 1, "one step at a time");
    const current = this.page.locator("[data-progress][aria-current=step]");
    assert.equal(await current.getAttribute("data-progress"), step);
    const arrows = await this.page.locator(".arrow.now").evaluateAll((all) => all.map((arrow) => arrow.dataset.arrow));
    assert.ok(arrows.every((arrow) => arrow === step), `${arrows} at ${step}`);
  }

  async next(step) {
    await this.page.locator("[data-move=next]").click();
    await this.isAt(step);
  }

  async isStuck() {
    assert.ok(await this.page.locator("[data-move=next]").isDisabled());
    assert.ok(await this.page.locator("[data-not-yet]").isVisible());
  }

  button(act) {
    return this.step.locator(`[data-act="${act}"]:visible`).first();
  }

  /** Presses a button; `answers` is what comes back, as "400 invalid_grant". */
  async does(act, ...answers) {
    const statuses = answers.map((answer) => Number(answer.split(" ")[0]));
    for (const status of statuses.filter((status) => status >= 400)) this.visitor.expects(status);
    await this.button(act).click();
    await this.page.waitForFunction(() => !document.querySelector("[aria-busy]"), null, { timeout: 40_000 });
    const shown = this.step.locator(`[data-out="${act}"] details`);
    const seen = await shown.evaluateAll((all) => all.map(({ dataset }) => `${dataset.status} ${dataset.error}`.trim()));
    assert.deepEqual(seen, answers, act);
    assert.ok(await this.step.locator(`[data-explained="${act}"]`).isVisible(), `${act} is explained`);
    const last = shown.last();
    assert.ok(await last.locator("[data-request]").isVisible());
    return last.innerText();
  }

  note(name) {
    return this.step.locator(`[data-note="${name}"]`);
  }

  /** At the server and back. */
  async comesBack(act, step, answer = allow) {
    await this.button(act).click();
    await this.page.waitForURL(/\/authorize/);
    await answer(this.visitor);
    await this.page.waitForURL(/\/playground$/);
    await this.isAt(step);
  }
}

/** To the step where the client has a code. */
async function untilCode(visitor) {
  await signUp(visitor);
  const player = await Player.begins(visitor);
  await player.next("register");
  await player.does("register", "201");
  await player.next("link");
  await player.does("link", "200");
  await player.next("approve");
  return player;
}

for (const language of ["en", "ko"]) {
  test(`the whole story with every attack, in ${language}`, async ({ arrives }) => {
    const visitor = await arrives({ language });
    const { page, words } = visitor;
    await visitor.go("/");
    await page.getByRole("main").locator("a[href='/playground']").click();
    const player = new Player(visitor);
    await player.isAt("why");
    assert.equal(await page.locator("html").getAttribute("lang"), language);

    await player.next("register");
    await player.isStuck();
    const registered = await player.does("register", "201");
    assert.match(registered, /POST \/register[^]*"access_token_ttl": 20/);
    await player.next("link");
    await player.isStuck();
    assert.match(await player.does("link", "200"), /code_challenge_method=S256/);
    assert.doesNotMatch(await player.does("redirect-authorize", "400 invalid_request"), /Location/);

    // A stranger signs up on the way, and comes back with a code.
    await player.next("approve");
    await player.isStuck();
    await player.button("go").click();
    await page.getByRole("link", { name: words.noAccount, exact: true }).click();
    await signUp(visitor);
    await allow(visitor);
    await page.waitForURL(/\/playground$/);
    await player.isAt("code");
    assert.ok(await player.note("matched").isVisible());
    assert.ok(await player.note("code-left").isVisible());
    assert.ok(await player.note("foreign").isHidden());
    await player.does("state", "0 state");

    // Nobody uses the code up but its client.
    await player.next("token");
    await player.isStuck();
    await player.does("no-verifier", "400 invalid_request", "400 invalid_grant");
    await player.does("redirect-token", "400 invalid_grant");
    await player.does("other-client", "201", "400 invalid_grant");
    assert.match(await player.does("exchange", "200"), /Cache-Control: no-store[^]*"expires_in": 20/);
    await player.does("replay", "400 invalid_grant", "401 invalid_token");
    await player.isStuck();
    // A step with everything in it, for everyone and on a small phone.
    await page.setViewportSize({ width: 320, height: 900 });
    await assertAccessible(visitor, "the playground after a replay");
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(widest, 320, "nothing sticks out");
    await page.setViewportSize({ width: 1280, height: 900 });
    await player.comesBack("fresh", "token");
    await player.does("exchange", "200");

    await player.next("api");
    await player.does("read", "200");
    await player.does("add", "201");
    await player.does("beyond", "403 insufficient_scope");
    await player.does("forged", "401 invalid_token");
    await player.does("query", "400 invalid_request");
    assert.match(await player.does("read", "200"), language === "ko" ? /OAuth와 점심/ : /Lunch with OAuth/);

    await player.next("expiry");
    assert.ok(await player.note("token-left").isVisible());
    assert.match(await player.does("wait", "401 invalid_token"), /WWW-Authenticate: Bearer[^]*the access token has expired/);

    await player.next("refresh");
    await player.does("refresh", "200");
    await player.does("again", "200", "200");
    const tokens = await player.step.locator("[data-out=again] [data-response]").evaluateAll((all) =>
      all.map((pre) => JSON.parse(pre.textContent.split("\n\n")[1].replace(/"\d+[^"…]*…/g, '"'))),
    );
    assert.equal(tokens[0].refresh_token, tokens[1].refresh_token, "letter for letter");
    assert.notEqual(tokens[0].access_token, tokens[1].access_token);
    await player.does("old", ...Array(9).fill("200"), "400 invalid_grant", "400 invalid_grant", "401 invalid_token");
    assert.ok(await player.note("ended").isVisible());
    await player.comesBack("fresh", "token");
    await player.does("exchange", "200");

    for (const step of ["api", "expiry", "refresh", "remove"]) await player.next(step);
    await player.isStuck();
    await player.does("remove", "200", "200");
    await player.does("after", "400 invalid_grant", "401 invalid_token");
    await player.next("end");
    assert.equal(await player.step.locator("tbody tr").count(), 8);

    // It was the real server.
    await visitor.go("/account");
    await page.getByText(words.noConnectedApps, { exact: true }).waitFor();
    await visitor.go("/playground");
    await player.isAt("end");
    await page.locator("[data-move=restart]").click();
    await player.isAt("why");
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(sessionStorage)), /p(cs|rt|ac)_/);
  });
}

test("an owner who says no, and one who says yes to less", async ({ arrives }) => {
  const visitor = await arrives();
  const player = await untilCode(visitor);
  await player.comesBack("go", "approve", deny);
  assert.ok(await player.note("denied").isVisible());
  await player.isStuck();
  await player.comesBack("go", "code", async () => {
    await visitor.page.getByRole("checkbox", { name: visitor.words.addToCalendar }).uncheck();
    await allow(visitor);
  });
  await player.next("token");
  await player.does("exchange", "200");
  await player.next("api");
  await player.does("add", "403 insufficient_scope");
  await player.does("read", "200");
  // Who comes back later has a client that helps itself.
  await player.next("expiry");
  await player.does("wait", "401 invalid_token");
  await visitor.page.locator("[data-move=back]").click();
  await player.isAt("api");
  await player.does("read", "200", "200");
  assert.ok(await player.note("refreshed").isVisible());
});

test("a code that is no longer good is no end of the story", async ({ arrives }) => {
  const visitor = await arrives();
  const player = await untilCode(visitor);
  await player.comesBack("go", "code");
  await player.next("token");
  const late = player.step.locator("[data-failed=exchange]");
  assert.ok(await late.isHidden());
  // As if a minute had gone by.
  await visitor.page.evaluate(() => {
    const state = JSON.parse(sessionStorage.getItem("postern.playground"));
    state.code.until = Date.now() - 1;
    state.code.value = `${state.code.value.slice(0, -4)}AAAA`;
    sessionStorage.setItem("postern.playground", JSON.stringify(state));
  });
  await visitor.page.reload();
  await player.isAt("token");
  await late.waitFor();
  visitor.expects(400);
  await player.button("exchange").click();
  await player.step.locator("[data-out=exchange] [data-error=invalid_grant]").waitFor();
  assert.ok(await player.step.locator("[data-explained=exchange]").isHidden(), "nothing is claimed that is not so");
  await player.isStuck();
  await player.comesBack("fresh", "token");
  assert.ok(await late.isHidden());
  await player.does("exchange", "200");
});

test("an answer to nobody's question is thrown away", async ({ arrives }) => {
  const visitor = await arrives();
  await visitor.go("/playground?code=x&state=y&iss=https://another.example");
  const stranger = new Player(visitor);
  await stranger.isAt("code");
  assert.equal(visitor.page.url(), visitor.server.at("/playground"));
  assert.ok(await stranger.note("foreign").isVisible());
  await stranger.isStuck();
  await visitor.page.locator("[data-move=restart]").click();

  // In the middle of the story, too; and the right state with another issuer is another's.
  const player = await untilCode(visitor);
  const { state } = await visitor.page.evaluate(() => JSON.parse(sessionStorage.getItem("postern.playground")).request);
  for (const query of [{ code: "x", state: "y", iss: visitor.server.url }, { code: "x", state, iss: "https://another.example" }]) {
    await visitor.go(`/playground?${new URLSearchParams(query)}`);
    await player.isAt("code");
    assert.ok(await player.note("foreign").isVisible());
    await player.isStuck();
  }
  await player.comesBack("fresh", "code");
  assert.ok(await player.note("matched").isVisible());
});

test("a reload and another language come back to the same step; secrets are shown to who wants them", async ({ arrives }) => {
  const visitor = await arrives();
  const { page } = visitor;
  const player = await Player.begins(visitor);
  await player.next("register");
  await player.does("register", "201");
  const secret = await page.evaluate(() => JSON.parse(sessionStorage.getItem("postern.playground")).client.secret);
  const response = player.step.locator("[data-out=register] [data-response]");
  for (const again of [() => page.reload(), () => page.getByRole("link", { name: "한국어" }).click()]) {
    await again();
    await player.isAt("register");
    await response.waitFor();
    assert.ok(!(await response.innerText()).includes(secret));
  }
  assert.equal(await page.locator("html").getAttribute("lang"), "ko");
  await page.locator("[data-lens=reveal]").check();
  assert.ok((await response.innerText()).includes(secret));
  await page.locator("[data-lens=reveal]").uncheck();
  await page.locator("[data-lens=easy]").check();
  assert.match(await response.innerText(), /"client_id": "1"[^]*"client_secret": "2"/);
});

test("without scripts it is a story to read", async ({ server, browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.at("/playground"));
  assert.equal(await page.locator("[data-step]:visible").count(), 11);
  assert.ok(await page.getByText("The buttons need JavaScript").isVisible());
  assert.equal(await page.locator(".playground button:enabled").count(), await page.locator("[data-move]").count());
  assert.equal(await page.locator("[data-move]:visible").count(), 0);
  assert.ok(await page.locator("[data-explained=old]").isVisible());
  await context.close();
});
