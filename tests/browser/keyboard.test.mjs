// Without a mouse: whatever can be used is reached with Tab, in the order in which it is read, and one sees where one is.
import assert from "node:assert/strict";
import { App } from "./app.mjs";
import { PASSWORD, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";

const { test } = openRoom();

for (const theme of ["light", "dark"]) {
  test(`signing in and allowing takes no mouse, in ${theme}`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const before = await arrives();
    const username = await signUp(before);

    const owner = await arrives({ theme, allowed: [app.origin] });
    const { page, words } = owner;
    const { keyboard } = page;
    await page.goto(app.authorizationUrl());
    // Where to type is where one is.
    await expectFocus(page.getByLabel(words.username, { exact: true }));
    await keyboard.type(username);
    await tabTo(owner, page.getByLabel(words.password, { exact: true }));
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");

    const box = page.getByRole("checkbox", { name: words.addToCalendar });
    await tabTo(owner, box);
    assert.equal(await box.isChecked(), true);
    await keyboard.press("Space");
    assert.equal(await box.isChecked(), false);
    await tabTo(owner, page.getByRole("button", { name: words.allow, exact: true }));
    const { code } = await app.answer(owner, () => keyboard.press("Enter"));
    assert.equal((await app.redeem(code)).scope, "calendar.read");
    app.close();
  });
}

for (const path of ["/", "/signin", "/signup", "/account", "/account/profile", "/console", "/signout", "authorize"]) {
  test(`Tab goes through ${path} from top to bottom`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const owner = await arrives();
    if (!path.startsWith("/sign") || path === "/signout") await signUp(owner);
    await (path === "authorize" ? owner.page.goto(app.authorizationUrl()) : owner.go(path));
    const names = await owner.page.evaluate(stops);
    assert.ok(names.length > 0);
    // From the top, whatever has the focus at first.
    await owner.page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
    });
    const reached = [];
    for (;;) {
      await owner.page.keyboard.press("Tab");
      if (await owner.page.evaluate(() => document.activeElement === document.body)) break;
      const at = await owner.page.evaluate(() => stopsOfTab.indexOf(document.activeElement));
      reached.push(names[at] ?? (await owner.page.evaluate(() => document.activeElement.outerHTML)));
      assert.ok(reached.length <= names.length, `Tab never comes to the end: ${reached}`);
      await assertVisible(owner);
    }
    assert.deepEqual(reached, names);
    app.close();
  });
}

/** Presses Tab until `locator` has the focus. */
async function tabTo(visitor, locator) {
  await locator.waitFor();
  for (let pressed = 0; pressed < 40; pressed++) {
    await visitor.page.keyboard.press("Tab");
    if (await locator.evaluate((one) => one === document.activeElement)) return assertVisible(visitor);
  }
  assert.fail(`Tab never reaches ${locator}`);
}

async function expectFocus(locator) {
  assert.ok(await locator.evaluate((one) => one === document.activeElement), `${locator} has the focus`);
}

/** WCAG 2.2, 2.4.7, 2.4.11 and 2.4.13: what has the focus is in the window, and is drawn so that one sees it. */
async function assertVisible({ page }) {
  const seen = await page.evaluate(async () => {
    // It is scrolled to before the next frame is drawn.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const one = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    const { top, bottom, width } = one.getBoundingClientRect();
    return {
      what: one.outerHTML.slice(0, 200),
      outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
      inWindow: bottom > 0 && top < innerHeight && width > 0,
    };
  });
  assert.ok(seen.outlined && seen.inWindow, JSON.stringify(seen));
}

/** What can be used, in the order of the document; of radio buttons, the one that is chosen. Runs in the page. */
function stops() {
  const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const usable = [...all].filter((one) => one.checkVisibility() && !one.disabled && !(one.type === "radio" && !one.checked));
  globalThis.stopsOfTab = usable;
  return usable.map((one) => `${one.localName} ${one.name ?? ""} ${one.textContent.trim()}`);
}
