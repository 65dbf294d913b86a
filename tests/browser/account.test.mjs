// What owners do with their account: end a session elsewhere, take their data along, leave for good.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { App } from "./app.mjs";
import { allow, deleteAccount, signIn, signUp, someName } from "./people.mjs";
import { openRoom } from "./room.mjs";

const { test } = openRoom();

const rows = ({ page }) => page.getByRole("main").getByRole("listitem");
const path = ({ page }) => new URL(page.url()).pathname;

for (const language of ["en", "ko"]) {
  test(`a session that an owner ends is over in the browser it was of, in ${language}`, async ({ arrives }) => {
    const owner = await arrives({ language });
    const username = await signUp(owner, someName());
    const elsewhere = await arrives({ language });
    await signIn(elsewhere, username);
    assert.equal(path(elsewhere), "/account");

    await owner.go("/account/sessions");
    assert.equal(await rows(owner).count(), 2);
    assert.match(await rows(owner).first().innerText(), /Chrome/);
    const other = rows(owner).filter({ hasNotText: owner.words.thisBrowser });
    await Promise.all([
      owner.page.waitForEvent("framenavigated"),
      other.getByRole("button", { name: owner.words.signOut }).click(),
    ]);
    await owner.page.waitForLoadState();
    assert.equal(await rows(owner).count(), 1);
    await elsewhere.go("/account");
    assert.equal(path(elsewhere), "/signin");
    await owner.go("/account");
    assert.equal(path(owner), "/account");
  });

  test(`an owner takes their data along and leaves for good, in ${language}`, async ({ server, arrives }) => {
    const app = await App.onLoopback(server.url, "Diary");
    const owner = await arrives({ language, allowed: [app.origin] });
    const username = await signUp(owner, someName());
    await owner.page.goto(app.authorizationUrl());
    const { code } = await app.answer(owner, () => allow(owner));
    const tokens = await app.redeem(code);

    await owner.go("/account/data");
    const main = owner.page.getByRole("main");
    const id = await owner.page.locator("#id").innerText();
    const [file] = await Promise.all([
      owner.page.waitForEvent("download"),
      main.getByRole("link", { name: owner.words.download, exact: true }).click(),
    ]);
    assert.equal(file.suggestedFilename(), "account-data.json");
    const data = JSON.parse(readFileSync(await file.path(), "utf8"));
    assert.deepEqual([data.account.sub, data.account.username], [id, username]);
    assert.deepEqual(data.grants.map((grant) => [grant.client_name, grant.alive]), [["Diary", true]]);

    await main.getByRole("link", { name: owner.words.deleteAccount }).click();
    await owner.page.waitForURL(/\/account\/delete$/);
    owner.expects(403);
    await deleteAccount(owner, "somebody-else");
    await owner.page.getByRole("alert").waitFor();
    assert.equal((await app.call("/demo/calendar", tokens.access_token)).status, 200);
    await deleteAccount(owner, username);
    await owner.page.getByRole("heading", { name: owner.words.deleted }).waitFor();

    const after = await app.refresh(tokens.refresh_token);
    assert.deepEqual([after.status, after.body.error], [400, "invalid_grant"]);
    assert.equal((await app.call("/demo/calendar", tokens.access_token)).status, 401);
    owner.expects(403);
    await signIn(owner, username);
    assert.equal(path(owner), "/signin");
    // The name is free.
    await signUp(owner, username);
    assert.equal(path(owner), "/account");
    assert.equal(await rows(owner).count(), 0);
    app.close();
  });
}
