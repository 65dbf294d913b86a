// An administrator, by clicking: an account and an app are stopped and let go on, and what that means to their owners.
import assert from "node:assert/strict";
import { press, signIn, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";
import { ADMINISTRATOR } from "./server.mjs";

const { test } = openRoom({ administered: true });

async function arrivesToAdminister(arrives, language) {
  const ada = await arrives({ language });
  await signIn(ada, ADMINISTRATOR.username, ADMINISTRATOR.password);
  await follow(ada, ada.words.administration);
  return ada;
}

/** Follows a link: at the head of the page, or between the rooms of the administration. */
async function follow({ page, words }, name) {
  const head = page.getByRole("banner");
  const rooms = page.getByRole("navigation", { name: words.administration });
  const link = head.or(rooms).getByRole("link", { name, exact: true });
  await Promise.all([page.waitForEvent("framenavigated"), link.click()]);
}

async function find(ada, name) {
  await follow(ada, ada.words.accounts);
  await ada.page.getByRole("searchbox").fill(name);
  await press(ada, ada.words.find);
}

/** Presses the button whose name begins so. */
async function pressOne({ page }, name, near = page.getByRole("main")) {
  await Promise.all([page.waitForEvent("framenavigated"), near.getByRole("button", { name }).click()]);
}

const said = ({ page }, words) => page.getByRole("status").filter({ hasText: words }).waitFor();

for (const language of ["en", "ko"]) {
  test(`an account is stopped and let go on, in ${language}`, async ({ arrives }) => {
    const owner = await arrives({ language });
    const { words } = owner;
    const name = await signUp(owner);
    const ada = await arrivesToAdminister(arrives, language);
    await find(ada, name);
    await pressOne(ada, words.disable);
    await said(ada, words.accountDisabled);

    await owner.go("/account");
    assert.equal(new URL(owner.page.url()).pathname, "/signin");
    owner.expects(403);
    await signIn(owner, name);
    await owner.page.getByRole("alert").filter({ hasText: words.disabledByAdministrator }).waitFor();

    await pressOne(ada, words.enable);
    await said(ada, words.accountEnabled);
    await signIn(owner, name);
    assert.equal(new URL(owner.page.url()).pathname, "/account");
    // For the owner, the pages are not there.
    assert.equal(await owner.page.getByRole("link", { name: words.administration, exact: true }).count(), 0);
    owner.expects(404);
    await owner.go("/admin");
  });

  test(`an app is stopped and let go on, and keys are changed, in ${language}`, async ({ server, arrives }) => {
    const name = `Diary in ${language}`;
    const registered = await fetch(server.at("/register"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer registration-token-of-the-browser-tests" },
      body: JSON.stringify({ client_name: name, redirect_uris: ["https://diary.example/callback"] }),
    });
    assert.equal(registered.status, 201);
    const ada = await arrivesToAdminister(arrives, language);
    const { words } = ada;
    await follow(ada, words.apps);
    const row = ada.page.getByRole("listitem").filter({ hasText: name });
    await pressOne(ada, words.disable, row);
    await said(ada, words.clientDisabled);
    await pressOne(ada, words.enable, row);
    await said(ada, words.clientEnabled);
    await follow(ada, words.keys);
    // One rotation at a time, and the other language was first.
    if (language === "en") {
      await press(ada, words.rotateKeys);
      await said(ada, words.keysRotated);
    }
    assert.equal(await ada.page.getByRole("button", { name: words.rotateKeys, exact: true }).count(), 0);
  });
}
