// An owner decides: with what they are shown, as whom they mean to be, and with a key that answers nothing.
import assert from "node:assert/strict";
import { App } from "./app.mjs";
import { allow, signIn, signOut, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";

const { test } = openRoom();

for (const language of ["en", "ko"]) {
  test(`what an app did not ask for before is marked, in ${language}`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const owner = await arrives({ language, allowed: [app.origin] });
    const { page, words } = owner;
    const box = page.getByRole("checkbox", { name: words.addToCalendar });
    const marked = (mark) => page.getByRole("main").getByText(mark, { exact: true }).count();
    await signUp(owner);

    await page.goto(app.authorizationUrl("calendar.read"));
    assert.deepEqual([await box.count(), await marked(words.new)], [0, 0]);
    await app.answer(owner, () => allow(owner));

    await page.goto(app.authorizationUrl());
    assert.deepEqual([await box.isChecked(), await marked(words.new)], [true, 1]);
    await box.uncheck();
    const { code } = await app.answer(owner, () => allow(owner));
    assert.equal((await app.redeem(code)).scope, "calendar.read");

    await page.goto(app.authorizationUrl());
    assert.deepEqual([await box.isChecked(), await marked(words.new), await marked(words.declined)], [false, 0, 1]);
    app.close();
  });

  test(`a name that imitates another is told, in ${language}`, async ({ server, arrives }) => {
    const owner = await arrives({ language });
    await signUp(owner);
    for (const [name, warned] of [["G00gle Drive", true], ["Goggles", false]]) {
      const app = await App.onSite(server.url, name, "https://diary.example");
      await owner.page.goto(app.authorizationUrl());
      assert.equal(await owner.page.getByRole("note").getByText(owner.words.looksLike).count(), warned ? 1 : 0, name);
    }
  });
}

test("a logo comes from here, and where there is none its place has initials", async ({ server, arrives }) => {
  // The app's own origin is not among those that a page may ask.
  const owner = await arrives();
  const { page } = owner;
  await signUp(owner);
  const face = page.locator(".face");
  const loaded = () => face.locator("img").evaluate(({ naturalWidth }) => naturalWidth > 0);
  const [shown, missing, none] = await Promise.all([
    App.onLoopback(server.url, "Diary", { logo: "/logo.png" }),
    App.onLoopback(server.url, "My Diary", { logo: "/no-logo.png" }),
    App.onLoopback(server.url, "Diary"),
  ]);
  await page.goto(shown.authorizationUrl());
  assert.equal(await loaded(), true);
  owner.expects(404);
  await page.goto(missing.authorizationUrl());
  assert.deepEqual([await face.innerText(), await loaded()], ["MD", false]);
  await page.goto(none.authorizationUrl());
  assert.deepEqual([await face.innerText(), await face.locator("img").count()], ["D", 0]);
  for (const app of [shown, missing, none]) app.close();
});

test("whoever means to be somebody else answers the very same request", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Diary");
  const owner = await arrives({ allowed: [app.origin] });
  const { page, words } = owner;
  const [other, first] = [await signUp(owner), (await signOut(owner), await signUp(owner))];
  await page.goto(app.authorizationUrl("calendar.write"));
  const switches = page.getByRole("link", { name: words.otherAccount });
  await switches.click();
  // And back again, because it was right.
  await page.getByRole("link", { name: `${words.continueAs} ${first}` }).click();
  await page.getByText(first).waitFor();
  await switches.click();
  await page.waitForURL("**/signin?**");
  await signIn(owner, other);
  await page.getByText(other).waitFor();
  const { code } = await app.answer(owner, () => allow(owner));
  assert.equal((await app.redeem(code)).scope, "calendar.write");
  app.close();
});

test("Enter answers nothing", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Diary");
  const owner = await arrives();
  const { page, words } = owner;
  await signUp(owner);
  await page.goto(app.authorizationUrl());
  const box = page.getByRole("checkbox", { name: words.addToCalendar });
  await box.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  // Whatever Enter might have begun would be over by now.
  await page.waitForTimeout(500);
  assert.equal(await box.isChecked(), false);
  app.close();
});
