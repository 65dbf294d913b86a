// Every page there is, in one table: axe looks at each, and `make screens` takes its picture.
//
//   name     what its pictures are called
//   as       who looks: "nobody", signed out; "owner", signed in, with an app connected, who must stay as they are;
//            "someone", signed up a moment ago, who may do anything
//   status   of the answer, where it is not 200
//   go       how to get there: a visitor (browser.mjs) on the stage (stage.mjs)
import { addPasskey, deleteAccount, fillIn, press, signOut, signUp } from "./people.mjs";
import { addAuthenticator } from "./webauthn.mjs";

const at = (path) => (visitor) => visitor.go(path);

/** What a device of the app shows. */
async function userCode({ app }, scope = "calendar.read calendar.write") {
  return (await app.post("/device_authorization", { scope })).body.user_code;
}

async function confirmDevice(visitor, stage) {
  await visitor.go(`/device?user_code=${await userCode(stage)}`);
  await press(visitor, visitor.words.continue);
}

/** On the page of an app that was just registered, or at something below it. */
async function register(visitor, more) {
  const { page, words } = visitor;
  await visitor.go("/console/register");
  await page.locator("[name=client_name]").fill(words.app);
  await page.locator("[name=redirect_uris]").fill("https://diary.example/callback");
  await page.getByRole("main").getByRole("button", { name: words.register, exact: true }).click();
  const id = await page.locator("#client_id").innerText();
  if (more !== undefined) await visitor.go(`/console/clients/${id}${more}`);
  return id;
}

export const pages = [
  { name: "start", as: "nobody", go: at("/") },
  { name: "sign-in", as: "nobody", go: ({ page }, { app }) => page.goto(app.authorizationUrl()) },
  {
    name: "sign-in-wrong",
    as: "nobody",
    status: 403,
    async go(visitor) {
      await visitor.go("/signin");
      await fillIn(visitor, visitor.words.owner, "another horse battery");
      await press(visitor, visitor.words.signIn);
      await visitor.page.getByRole("alert").waitFor();
    },
  },
  { name: "sign-in-again", as: "owner", go: at("/signin") },
  { name: "sign-up", as: "nobody", go: at("/signup") },
  {
    name: "sign-up-taken",
    as: "nobody",
    status: 409,
    async go(visitor) {
      await visitor.go("/signup");
      await fillIn(visitor, visitor.words.owner);
      await press(visitor, visitor.words.signUp);
      await visitor.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "consent",
    as: "owner",
    go: ({ page }, { app }) => page.goto(app.authorizationUrl("openid profile calendar.read calendar.write")),
  },
  { name: "playground", as: "nobody", go: at("/playground") },
  {
    name: "playground-register",
    as: "nobody",
    async go(visitor) {
      await visitor.go("/playground");
      await visitor.page.locator("[data-move=next]").click();
      await visitor.page.locator("[data-act=register]").click();
      await visitor.page.locator("[data-out=register] pre").first().waitFor();
    },
  },
  { name: "account", as: "owner", go: at("/account") },
  { name: "account-empty", as: "someone", go: at("/account") },
  { name: "profile", as: "owner", go: at("/account/profile") },
  { name: "sessions", as: "owner", go: at("/account/sessions") },
  { name: "data", as: "owner", go: at("/account/data") },
  { name: "delete-account", as: "someone", go: at("/account/delete") },
  {
    name: "delete-account-wrong",
    as: "someone",
    status: 403,
    async go(visitor) {
      await visitor.go("/account/delete");
      await deleteAccount(visitor, "somebody-else");
      await visitor.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "deleted-account",
    as: "nobody",
    async go(visitor) {
      const username = await signUp(visitor);
      await visitor.go("/account/delete");
      await deleteAccount(visitor, username);
    },
  },
  { name: "passkeys-none", as: "owner", go: at("/account/passkeys") },
  {
    name: "passkeys",
    as: "someone",
    async go(visitor) {
      await addAuthenticator(visitor);
      await addPasskey(visitor);
    },
  },
  { name: "password", as: "owner", go: at("/account/password") },
  { name: "recovery", as: "owner", go: at("/account/recovery") },
  {
    name: "recovery-codes",
    as: "someone",
    async go(visitor) {
      await visitor.go("/account/recovery");
      await press(visitor, visitor.words.makeCodes);
    },
  },
  { name: "sign-in-recovery", as: "nobody", go: at("/signin/recovery") },
  { name: "console", as: "someone", go: at("/console") },
  { name: "console-register", as: "someone", go: at("/console/register") },
  {
    name: "console-register-wrong",
    as: "someone",
    status: 400,
    async go(visitor) {
      const { page, words } = visitor;
      await visitor.go("/console/register");
      await page.locator("[name=client_name]").fill(words.app);
      await page.locator("[name=redirect_uris]").fill("http://diary.example/callback\ndiary");
      await press(visitor, words.register);
    },
  },
  { name: "console-registered", as: "someone", go: (visitor) => register(visitor) },
  {
    name: "console-apps",
    as: "someone",
    async go(visitor) {
      await register(visitor);
      await visitor.go("/console");
    },
  },
  {
    name: "console-app",
    as: "someone",
    async go(visitor) {
      const id = await register(visitor);
      visitor.expects(400);
      const wrong = new URLSearchParams({ client_id: id, redirect_uri: "https://diary.example/other" });
      await visitor.go(`/authorize?${wrong}`);
      // It is written down after the answer has gone out.
      do await visitor.go(`/console/clients/${id}`);
      while ((await visitor.page.locator("#faults li").count()) === 0);
    },
  },
  { name: "console-edit", as: "someone", go: (visitor) => register(visitor, "/edit") },
  { name: "console-delete", as: "someone", go: (visitor) => register(visitor, "/delete") },
  {
    name: "console-test",
    as: "someone",
    async go(visitor) {
      await register(visitor);
      await visitor.page.locator("#try").click();
      await visitor.page.locator("#go").waitFor();
    },
  },
  { name: "device", as: "nobody", go: at("/device") },
  {
    name: "device-wrong",
    as: "owner",
    status: 400,
    async go(visitor) {
      await visitor.go("/device");
      await visitor.page.locator("[name=user_code]").fill("BCDF-GHJK");
      await press(visitor, visitor.words.continue);
      await visitor.page.getByRole("alert").waitFor();
    },
  },
  { name: "device-confirm", as: "owner", go: confirmDevice },
  {
    name: "device-denied",
    as: "owner",
    async go(visitor, stage) {
      await confirmDevice(visitor, stage);
      await press(visitor, visitor.words.deny);
    },
  },
  { name: "sign-out", as: "owner", go: at("/signout") },
  { name: "sign-out-asked", as: "owner", go: at("/logout") },
  { name: "sign-out-refused", as: "owner", status: 400, go: at("/logout?id_token_hint=x") },
  { name: "signed-out", as: "someone", go: signOut },
  {
    name: "form-post",
    as: "owner",
    // Its script would be gone to the app at once; without one there is a button.
    async go({ page }, { app }) {
      await page.route("**/static/form-post.js*", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
      await page.goto(app.authorizationUrl("calendar.read", { response_mode: "form_post" }));
    },
  },
  { name: "error-unknown-app", as: "nobody", status: 400, go: at("/authorize?client_id=nobody") },
  { name: "error-not-found", as: "nobody", status: 404, go: at("/nowhere") },
];
