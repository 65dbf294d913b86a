// The whole story by clicking: an app that nobody here knows is let in, works, and is locked out.
import assert from "node:assert/strict";
import { App } from "./app.mjs";
import { allow, deny, signIn, signUp, signOut, someName } from "./people.mjs";
import { openRoom } from "./room.mjs";
import { words } from "./words.mjs";

const { test } = openRoom();

for (const language of ["en", "ko"]) {
  test(`an owner lets an app in and locks it out again, in ${language}`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const owner = await arrives({ language, allowed: [app.origin] });
    const { page, words } = owner;

    // A stranger comes from the app, and makes an account on the way.
    await page.goto(app.authorizationUrl());
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    await page.getByRole("link", { name: words.noAccount, exact: true }).click();
    const username = await signUp(owner, someName());

    // What is asked for: reading is required, writing is not, and the owner does not want it.
    await page.waitForURL(/\/authorize/);
    assert.match(await page.getByRole("main").innerText(), /Diary[^]*127\.0\.0\.1/);
    const write = page.getByRole("checkbox", { name: words.addToCalendar });
    await write.uncheck();
    const { code } = await app.answer(owner, () => allow(owner));
    const tokens = await app.redeem(code);
    assert.equal(tokens.scope, "calendar.read");

    // The API: what was allowed, and nothing else.
    const whoami = await app.call("/demo/whoami", tokens.access_token);
    assert.equal(whoami.status, 200);
    assert.equal(whoami.body.client_id, app.credentials.client_id);
    assert.equal((await app.call("/demo/calendar", tokens.access_token)).status, 200);
    const entry = { method: "POST", headers: { "content-type": "application/json" }, body: '{"title":"Lunch"}' };
    assert.equal((await app.call("/demo/calendar", tokens.access_token, entry)).status, 403);
    const refreshed = await app.refresh(tokens.refresh_token);
    assert.equal(refreshed.status, 200);

    // The owner sees it, and takes the access away.
    await owner.go("/account");
    await page.getByText(username, { exact: true }).first().waitFor();
    await page.getByRole("listitem").filter({ hasText: "Diary" }).getByRole("button", { name: words.removeAccess }).click();
    await page.getByText(words.noConnectedApps, { exact: true }).waitFor();
    const after = await app.refresh(refreshed.body.refresh_token);
    assert.deepEqual([after.status, after.body.error], [400, "invalid_grant"]);
    assert.equal((await app.call("/demo/calendar", refreshed.body.access_token)).status, 401);
    app.close();
  });

  test(`an owner who is signed in already says no, and signs out, in ${language}`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const owner = await arrives({ language, allowed: [app.origin] });
    const username = await signUp(owner);
    await signOut(owner);
    await owner.page.goto(app.authorizationUrl());
    // A wrong password first: it is said, and the request is not lost.
    owner.expects(403);
    await signIn(owner, username, "another horse battery");
    await owner.page.getByRole("alert").waitFor();
    await signIn(owner, username);
    const answer = await app.answer(owner, () => deny(owner));
    assert.deepEqual([answer.error, answer.code], ["access_denied", undefined]);
    app.close();
  });
}

test("an owner who leaves what is optional ticked gives it, too", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Diary");
  const owner = await arrives({ allowed: [app.origin] });
  await signUp(owner);
  await owner.page.goto(app.authorizationUrl());
  assert.ok(await owner.page.getByRole("checkbox", { name: owner.words.addToCalendar }).isChecked());
  const { code } = await app.answer(owner, () => allow(owner));
  assert.equal((await app.redeem(code)).scope, "calendar.read calendar.write");
  app.close();
});

test("an owner changes the language on the way, and the request is not lost", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Diary");
  const owner = await arrives({ allowed: [app.origin] });
  const { page } = owner;
  await page.goto(app.authorizationUrl());
  await page.getByRole("link", { name: words.ko.language, exact: true }).click();
  owner.words = words.ko;
  await page.getByRole("link", { name: words.ko.noAccount, exact: true }).click();
  await signUp(owner);
  await page.getByRole("link", { name: words.en.language, exact: true }).click();
  owner.words = words.en;
  const { code } = await app.answer(owner, () => allow(owner));
  assert.equal((await app.redeem(code)).scope, "calendar.read calendar.write");
  app.close();
});
