// What people do on the pages, by the labels they read.

export const PASSWORD = "correct horse battery";

let people = 0;

/** A name that nobody has yet. */
export const someName = () => `person-${++people}`;

/** Presses a button of a form, and waits for the page that it leads to. */
export async function press({ page }, name) {
  const button = page.getByRole("main").getByRole("button", { name, exact: true });
  await Promise.all([page.waitForEvent("framenavigated"), button.click()]);
  await page.waitForLoadState();
}

/** Fills in user name and password. */
export async function fillIn({ page, words }, username, password = PASSWORD) {
  await page.getByLabel(words.username, { exact: true }).fill(username);
  await page.getByLabel(words.password, { exact: true }).fill(password);
}

/** Makes an account, from wherever a page offers it. */
export async function signUp(visitor, username = someName()) {
  if (!visitor.page.url().includes("/signup")) await visitor.go("/signup");
  await fillIn(visitor, username);
  await press(visitor, visitor.words.signUp);
  return username;
}

export async function signIn(visitor, username, password = PASSWORD) {
  if (!visitor.page.url().includes("/signin")) await visitor.go("/signin");
  await fillIn(visitor, username, password);
  await press(visitor, visitor.words.signIn);
}

export async function signOut(visitor) {
  await visitor.go("/signout");
  await press(visitor, visitor.words.signOut);
}

/** On the page that asks for it. */
export async function deleteAccount(visitor, typed) {
  await visitor.page.getByLabel(visitor.words.typeName).fill(typed);
  await press(visitor, visitor.words.deleteAccount);
}

export const allow = (visitor) => press(visitor, visitor.words.allow);
export const deny = (visitor) => press(visitor, visitor.words.deny);

/** Registers a passkey with whatever authenticator there is. */
export async function addPasskey(visitor, name) {
  await visitor.go("/account/passkeys");
  if (name) await visitor.page.locator("form[data-passkey] [name=name]").fill(name);
  await press(visitor, visitor.words.addPasskey);
}
