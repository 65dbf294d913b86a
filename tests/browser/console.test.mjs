// A developer in the console: registers an app, tries it to the end, changes it, reads what went wrong, deletes it.
import assert from "node:assert/strict";
import { allow, press, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";

const { test } = openRoom();

const REDIRECT = "https://diary.example/callback";

const said = {
  en: {
    save: "Save",
    secret: "Make a new secret",
    retire: "Retire the older secret",
    gone: "Delete for good",
    copied: "Copied",
    good: "All redirect URIs are in order.",
    http: /Line 2: http is only for this computer/,
    added: /There is a new secret\./,
    mismatch: /The redirect_uri is not one that the app registered\./,
    deleted: "The app is deleted.",
    nothing: "You have not registered an app yet.",
    state: /The state is not the one that was sent/,
  },
  ko: {
    save: "저장",
    secret: "새 시크릿 만들기",
    retire: "이전 시크릿 폐기",
    gone: "영구 삭제",
    copied: "복사했습니다",
    good: "리다이렉트 URI가 모두 올바릅니다.",
    http: /2번째 줄: http는 이 컴퓨터/,
    added: /새 시크릿을 만들었습니다\./,
    mismatch: /redirect_uri가 앱에 등록된 값이 아닙니다\./,
    deleted: "앱을 삭제했습니다.",
    nothing: "아직 등록한 앱이 없습니다.",
    state: /state가 보낸 값과 달라/,
  },
};

/** Fills the form in and sends it: the id and the secret that are shown. */
async function register(developer, { kind = "web", uris = REDIRECT } = {}) {
  const { page, words } = developer;
  await developer.go("/console/register");
  await page.locator("[name=client_name]").fill(words.app);
  await page.locator(`[name=kind][value=${kind}]`).check();
  await page.locator("[name=redirect_uris]").fill(uris);
  await press(developer, words.register);
  const secret = page.locator("#client_secret");
  return {
    id: await page.locator("#client_id").innerText(),
    secret: (await secret.count()) > 0 ? await secret.innerText() : undefined,
  };
}

/** From the app's page to the last step of the live test. */
async function tryIt(developer, secret) {
  const { page } = developer;
  await page.locator("#try").click();
  await page.locator("#go").click();
  await page.waitForURL(/\/authorize/);
  await allow(developer);
  await page.waitForURL(/\/console\/test/);
  await page.locator("#returned").filter({ hasText: "code = " }).waitFor();
  assert.equal(new URL(page.url()).search, "", "the code does not stay in the address");
  if (secret) await page.locator("#client_secret").fill(secret);
  else assert.ok(await page.locator("#client_secret").isHidden());
  await page.locator("#exchange button").click();
  await page.locator("#token-answer").filter({ hasText: "access_token" }).waitFor();
  assert.doesNotMatch(await page.locator("#token-request").innerText(), /pcs_/);
  await page.locator("#call").click();
  await page.locator("#done").waitFor();
  assert.match(await page.locator("#whoami-answer").innerText(), /"client_id"/);
}

for (const language of ["en", "ko"]) {
  test(`an app from its first day to its last, in ${language}`, async ({ server, arrives }) => {
    const developer = await arrives({ language });
    const { page, context } = developer;
    const words = said[language];
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
    await signUp(developer);
    await developer.go("/console");
    await page.getByText(words.nothing).waitFor();
    const { id, secret } = await register(developer);
    const own = `/console/clients/${id}`;

    // Copied, and only shown once.
    await page.locator("[data-copy=client_secret]").click();
    await page.getByText(words.copied, { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
    await page.locator("summary", { hasText: "Python" }).click();
    await page.locator("[data-copy=snippet-python]").click();
    assert.ok((await page.evaluate(() => navigator.clipboard.readText())).includes(secret));
    assert.ok(await page.locator("#snippet-curl").isHidden(), "one program at a time");
    await developer.go(own);
    assert.ok(!(await page.content()).includes(secret));
    await tryIt(developer, secret);

    // Two secrets, then one.
    await developer.go(own);
    await press(developer, words.secret);
    await page.getByText(words.added).waitFor();
    const second = await page.locator("#client_secret").innerText();
    assert.notEqual(second, secret);
    await press(developer, words.retire);
    assert.equal(await page.getByRole("button", { name: words.retire }).count(), 0);
    await tryIt(developer, second);

    // What went wrong is told in words.
    developer.expects(400);
    const wrong = new URLSearchParams({ client_id: id, redirect_uri: "https://diary.example/other" });
    await developer.go(`/authorize?${wrong}`);
    await developer.go(own);
    const row = page.locator("#faults li").filter({ hasText: words.mismatch });
    for (let tries = 0; tries < 20 && (await row.count()) === 0; tries++) await page.reload();
    assert.match(await row.innerText(), /https:\/\/diary\.example\/other/);

    // Edited, and then deleted.
    await developer.go(`${own}/edit`);
    assert.equal(await page.locator("[name=redirect_uris]").inputValue(), REDIRECT);
    await page.locator("[name=client_name]").fill("Renamed");
    await page.locator("[name=redirect_uris]").fill("https://diary.example/other");
    await page.locator("[name=policy_uri]").fill("https://diary.example/privacy");
    await press(developer, words.save);
    await page.getByRole("heading", { level: 1, name: "Renamed" }).waitFor();
    await developer.go("/console");
    await page.getByRole("link", { name: "Renamed" }).click();
    await page.locator(`a[href="${own}/delete"]`).click();
    await press(developer, words.gone);
    await page.getByText(words.deleted).waitFor();
    await page.getByText(words.nothing).waitFor();
  });

  test(`redirect URIs are checked while they are typed, in ${language}`, async ({ arrives }) => {
    const developer = await arrives({ language });
    const { page } = developer;
    await signUp(developer);
    await developer.go("/console/register");
    assert.equal(await page.evaluate(() => document.activeElement.name), "client_name");
    const field = page.locator("[name=redirect_uris]");
    await field.pressSequentially("https://diary.example/callback\nhttp://diary.example");
    await page.locator("#redirect-wrong").getByText(said[language].http).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await field.fill("https://diary.example/callback\nhttp://127.0.0.1/cb");
    await page.locator("#redirect-wrong").getByText(said[language].good).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), null);
  });
}

test("only what the kind of app has is asked for", async ({ arrives }) => {
  const developer = await arrives();
  const { page } = developer;
  await signUp(developer);
  await developer.go("/console/register");
  const [keep, box] = [page.locator("[name=refresh_tokens][value=keep]"), page.locator("[name=try_here]")];
  await keep.check();
  assert.ok(await box.isChecked());
  await page.locator("[name=kind][value=native]").check();
  assert.ok((await keep.isHidden()) && !(await keep.isChecked()) && !(await box.isChecked()));
  await page.locator("[name=kind][value=page]").check();
  assert.ok(await box.isChecked());
  assert.ok(await page.locator("[name=kind][value=machine]").isDisabled());
});

test("an app without a secret is tried without one", async ({ arrives }) => {
  const developer = await arrives();
  await signUp(developer);
  assert.equal((await register(developer, { kind: "page" })).secret, undefined);
  await tryIt(developer);
});

test("an answer that was not asked for in this tab is not used", async ({ arrives }) => {
  const developer = await arrives();
  const { page } = developer;
  await signUp(developer);
  const { id } = await register(developer, { kind: "page" });
  await developer.go("/console/test?code=pac_x&state=stolen");
  await page.getByRole("alert").filter({ hasText: "not started in this tab" }).waitFor();
  await developer.go(`/console/clients/${id}`);
  await page.locator("#try").click();
  await page.locator("#go").click();
  await page.waitForURL(/\/authorize/);
  await developer.go("/console/test?code=pac_x&state=stolen");
  await page.getByRole("alert").filter({ hasText: said.en.state }).waitFor();
  assert.ok(await page.locator("#exchange").isHidden());
});

test("without scripts the same is done by sending forms", async ({ browser, server, arrives }) => {
  const developer = await arrives();
  await signUp(developer);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await developer.session() });
  const page = await context.newPage();
  await page.goto(server.at("/console/register"));
  await page.locator("[name=client_name]").fill("Plain");
  await page.locator("[name=redirect_uris]").fill("diary");
  await page.getByRole("button", { name: "Register", exact: true }).click();
  await page.locator(".wrong", { hasText: "Line 1" }).waitFor();
  await page.locator("[name=redirect_uris]").fill(REDIRECT);
  await page.getByRole("button", { name: "Register", exact: true }).click();
  assert.match(await page.locator("#client_secret").innerText(), /^pcs_/);
  assert.ok(await page.locator("[data-copy=client_secret]").isHidden());
  await context.close();
});
