// Passkeys as Chromium makes and uses them, with an authenticator that is not there: registered, offered in the field,
// used, refused where something is wrong, and enough for an account without a password.
import assert from "node:assert/strict";
import { App } from "./app.mjs";
import { addPasskey, allow, press, signOut, signUp } from "./people.mjs";
import { openRoom } from "./room.mjs";
import { addAuthenticator } from "./webauthn.mjs";

const { test } = openRoom();

/** A browser that offers nothing in fields: there, the authenticator would answer before anybody presses a button. */
const onlyByButton = (visitor) =>
  visitor.page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });

/** Somebody with one passkey, signed out. */
async function withPasskey(visitor) {
  const username = await signUp(visitor);
  const authenticator = await addAuthenticator(visitor);
  await addPasskey(visitor);
  await visitor.page.getByText(visitor.words.passkeyAdded, { exact: true }).waitFor();
  await signOut(visitor);
  return { username, authenticator };
}

/** Presses the button, and waits for where that leads. */
async function useButton(visitor) {
  await visitor.go("/signin");
  await press(visitor, visitor.words.passkeyButton);
}

const isSignedIn = async (visitor) => {
  await visitor.go("/account");
  return new URL(visitor.page.url()).pathname === "/account";
};

for (const language of ["en", "ko"]) {
  test(`a passkey is registered and signs in, in ${language}`, async ({ arrives }) => {
    const owner = await arrives({ language });
    await onlyByButton(owner);
    const { username, authenticator } = await withPasskey(owner);
    const [credential] = await authenticator.credentials();
    assert.deepEqual([credential.rpId, credential.isResidentCredential], ["localhost", true]);
    await useButton(owner);
    assert.equal(new URL(owner.page.url()).pathname, "/account");
    await owner.page.getByText(username, { exact: true }).first().waitFor();
  });
}

test("a passkey is offered in the field, and signs in to the app that waits", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Diary");
  const owner = await arrives({ allowed: [app.origin] });
  await withPasskey(owner);
  // Nobody presses anything: the browser offers it, and its owner takes it.
  await owner.page.goto(app.authorizationUrl("openid calendar.read"));
  await owner.page.waitForURL(/\/authorize/);
  const { code } = await app.answer(owner, () => allow(owner));
  const tokens = await app.redeem(code);
  const { amr, acr } = JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url"));
  assert.deepEqual([amr, acr], [["pop", "mfa", "user"], "2"]);
  app.close();
});

test("several passkeys have names, and one that is removed signs nobody in", async ({ arrives }) => {
  const owner = await arrives();
  await onlyByButton(owner);
  const { page, words } = owner;
  await signUp(owner);
  const first = await addAuthenticator(owner);
  await addPasskey(owner, "Phone <b>");
  await page.getByText("Phone <b>", { exact: true }).waitFor();
  // The same authenticator does not register twice.
  await owner.go("/account/passkeys");
  await page.getByRole("button", { name: words.addPasskey, exact: true }).click();
  await page.getByText(words.passkeyNotUsed, { exact: true }).waitFor();
  const kept = (await first.credentials())[0];
  await first.remove();
  const second = await addAuthenticator(owner);
  await addPasskey(owner, "Key");
  assert.deepEqual(await page.getByRole("listitem").locator("strong").allInnerTexts(), ["Phone <b>", "Key"]);
  await page.getByRole("listitem").filter({ hasText: "Key" }).getByText(words.rename, { exact: true }).first().click();
  await page.getByRole("listitem").filter({ hasText: "Key" }).getByRole("textbox").fill("Keyring");
  await page.getByRole("listitem").filter({ hasText: "Key" }).getByRole("button", { name: words.rename, exact: true }).click();
  await page.getByText("Keyring", { exact: true }).waitFor();
  await page.getByRole("button", { name: `${words.remove}: Phone <b>` }).click();
  await page.getByText("Phone <b>", { exact: true }).waitFor({ state: "detached" });
  // What the server has forgotten, the device has not.
  await second.remove();
  await signOut(owner);
  const again = await addAuthenticator(owner);
  await again.addCredential(kept);
  owner.expects(403);
  await useButton(owner);
  await page.getByText(words.passkeyRefused, { exact: true }).waitFor();
  assert.equal(await isSignedIn(owner), false);
});

test("a passkey whose owner cannot show who they are does not sign in", async ({ arrives }) => {
  const owner = await arrives();
  await onlyByButton(owner);
  const { authenticator } = await withPasskey(owner);
  await authenticator.setUserVerified(false);
  await owner.go("/signin");
  await owner.page.getByRole("button", { name: owner.words.passkeyButton, exact: true }).click();
  await owner.page.getByText(owner.words.passkeyNotUsed, { exact: true }).waitFor();
  assert.equal(await isSignedIn(owner), false);
});

test("a copy of a passkey that counts is told by its counter", async ({ arrives }) => {
  const owner = await arrives();
  await onlyByButton(owner);
  const { authenticator } = await withPasskey(owner);
  const [copy] = await authenticator.credentials();
  await useButton(owner);
  await signOut(owner);
  await useButton(owner);
  await signOut(owner);
  await authenticator.removeCredential(copy.credentialId);
  await authenticator.addCredential(copy);
  owner.expects(403);
  await useButton(owner);
  await owner.page.getByText(owner.words.passkeyRefused, { exact: true }).waitFor();
});

test("another site gets nothing from a passkey of ours", async ({ server, arrives }) => {
  const app = await App.onLoopback(server.url, "Evil");
  const owner = await arrives({ allowed: [app.origin, "http://localhost:1"] });
  await onlyByButton(owner);
  const { authenticator } = await withPasskey(owner);
  const challenge = async () => {
    await owner.go("/signin");
    return owner.page.locator("form[data-passkey]").evaluate((form) => ({ ...form.dataset }));
  };
  // On another name the browser itself refuses.
  const { challenge: sealed } = await challenge();
  await owner.page.goto(`${app.origin}/`);
  const refused = await owner.page.evaluate(async (sealed) => {
    const publicKey = { challenge: new TextEncoder().encode(sealed), rpId: "localhost", userVerification: "required" };
    return navigator.credentials.get({ publicKey }).then(() => "signed", (error) => error.name);
  }, sealed);
  assert.equal(refused, "SecurityError");
  // On the same name and another port it signs, and the server sees from where.
  const elsewhere = app.origin.replace("127.0.0.1", "localhost");
  const other = await arrives({ allowed: [elsewhere] });
  const stolen = await addAuthenticator(other);
  for (const credential of await authenticator.credentials()) await stolen.addCredential(credential);
  await other.page.goto(`${elsewhere}/`);
  const assertion = await other.page.evaluate(async (sealed) => {
    const text = (buffer) =>
      btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    const publicKey = { challenge: new TextEncoder().encode(sealed), rpId: "localhost", userVerification: "required" };
    const { id, response } = await navigator.credentials.get({ publicKey });
    return {
      id,
      user_handle: text(response.userHandle),
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
    };
  }, sealed);
  assert.equal(JSON.parse(Buffer.from(assertion.client_data, "base64url")).origin, elsewhere);
  await owner.go("/signin");
  owner.expects(403);
  await Promise.all([
    owner.page.waitForEvent("framenavigated"),
    owner.page.locator("form[data-passkey]").evaluate((form, fields) => {
      for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      form.submit();
    }, assertion),
  ]);
  await owner.page.getByText(owner.words.passkeyRefused, { exact: true }).waitFor();
  app.close();
});

test("an account does without a password once it has codes, and a code gets its owner in", async ({ arrives }) => {
  const owner = await arrives();
  const { page, words } = owner;
  const username = await signUp(owner);
  const authenticator = await addAuthenticator(owner);
  await addPasskey(owner);
  await owner.go("/account/recovery");
  await press(owner, words.makeCodes);
  const codes = await page.locator(".codes code").allInnerTexts();
  assert.equal(codes.length, 10);
  await owner.go("/account/password");
  await press(owner, words.removePassword);
  await page.getByText(words.passwordRemoved, { exact: true }).waitFor();
  await authenticator.remove();
  await signOut(owner);
  await owner.go("/signin");
  await page.getByRole("link", { name: words.useRecoveryCode, exact: true }).click();
  await page.getByLabel(words.username, { exact: true }).fill(username);
  await page.getByLabel(words.recoveryCode, { exact: true }).fill(codes[6]);
  await press(owner, words.signIn);
  assert.equal(await isSignedIn(owner), true);
});
