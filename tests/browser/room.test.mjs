// The room itself: its watchers see what goes wrong, axe finds what it should, and the authenticator is one. What the
// other tests say is only worth something then.
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.mjs";
import { Visitor } from "./browser.mjs";
import { openRoom } from "./room.mjs";
import { addAuthenticator } from "./webauthn.mjs";

const { test } = openRoom();

const policy = "default-src 'none'; script-src 'self'; img-src 'self'";
const page = (body) => `<!doctype html><html lang="en"><link rel="icon" href="/static/icon.svg"><title>Page</title>${body}`;

/** Somebody who comes to a page of the server that it does not have. */
async function meets({ browser, server }, body, headers = {}, script = "") {
  const visitor = await Visitor.arrives(browser, server);
  await visitor.page.route(server.at("/made-up"), (route) =>
    route.fulfill({ contentType: "text/html", headers, body: page(body) }),
  );
  await visitor.page.route(server.at("/made-up.js"), (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  await visitor.go("/made-up");
  return visitor;
}

const script = `<script src="/made-up.js"></script>`;
for (const [what, body, expected, source, headers] of [
  ["a script that throws", script, /^script: Error: oh/, `throw new Error("oh")`],
  ["a promise that nobody catches", script, /^script: Error: no/, `Promise.reject(new Error("no"))`],
  ["a word on the console", script, /^console: hm/, `console.warn("hm")`],
  ["a script inside the page", "<script>1</script>", /^policy: script-src-elem forbids inline on /, "", policy],
  ["a style inside the page", `<p style="color: red">`, /^policy: style-src-attr forbids inline on /, "", policy],
  ["a picture from elsewhere", `<img alt="" src="https://elsewhere.example/a.png">`, /^request to https:\/\/elsewhere\./],
  ["what is not there", `<img alt="" src="/nowhere.png">`, /^404: GET .*\/nowhere\.png$/],
]) {
  test(`${what} does not go unnoticed`, async (room) => {
    const headers_ = headers ? { "content-security-policy": headers } : {};
    const visitor = await meets(room, body, headers_, source);
    await assert.rejects(visitor.leaves(), assert.AssertionError);
    assert.ok(visitor.complaints.some((complaint) => expected.test(complaint)), visitor.complaints.join("\n"));
  });
}

test("a page with nothing wrong is no complaint, nor is a refusal that was expected", async (room) => {
  const visitor = await meets(room, `${script}<p>Fine</p>`, { "content-security-policy": policy });
  visitor.expects(404);
  await visitor.go("/nowhere");
  await visitor.leaves();
  const disappointed = await meets(room, "<p>Fine</p>");
  disappointed.expects(404);
  await assert.rejects(disappointed.leaves(), /an answer that was expected/);
});

test("axe finds what is wrong, under the page's own policy", async (room) => {
  const visitor = await meets(room, `<main><h1>Page</h1><input></main>`, { "content-security-policy": policy });
  await assert.rejects(assertAccessible(visitor, "it"), /axe on it[^]*'label'/);
  await visitor.page.evaluate(() => document.querySelector("input").setAttribute("aria-label", "Name"));
  await assertAccessible(visitor, "it");
  assert.equal(await visitor.page.evaluate(() => typeof axe), "undefined");
  await visitor.leaves();
});

test("a passkey that a page asks for is kept, shown only by its owner, and can be taken away", async ({ arrives }) => {
  const owner = await arrives();
  await owner.go("/");
  const authenticator = await addAuthenticator(owner);
  assert.deepEqual(await authenticator.credentials(), []);

  await owner.page.evaluate(make);
  const [credential, ...others] = await authenticator.credentials();
  assert.equal(others.length, 0);
  assert.equal(credential.rpId, "localhost");
  assert.equal(credential.isResidentCredential, true);
  assert.equal(Buffer.from(credential.userHandle, "base64").toString(), "owner");

  assert.equal(await owner.page.evaluate(show), "owner");
  await authenticator.setUserVerified(false);
  assert.equal(await owner.page.evaluate(show), "NotAllowedError");
  await authenticator.setUserVerified(true);

  await authenticator.removeCredential(credential.credentialId);
  assert.deepEqual(await authenticator.credentials(), []);
  await authenticator.addCredential(credential);
  assert.equal(await owner.page.evaluate(show), "owner");
  await authenticator.remove();
});

function make() {
  return navigator.credentials
    .create({
      publicKey: {
        challenge: new Uint8Array(32),
        rp: { name: "Postern" },
        user: { id: new TextEncoder().encode("owner"), name: "owner", displayName: "owner" },
        pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      },
    })
    .then(() => {});
}

function show() {
  return navigator.credentials
    .get({ publicKey: { challenge: new Uint8Array(32), userVerification: "required", timeout: 2000 } })
    .then(({ response }) => new TextDecoder().decode(response.userHandle), (error) => error.name);
}
