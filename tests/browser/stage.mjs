// What has happened before somebody looks at a page: an app that anyone knows, and an owner who has let it in.
import { App } from "./app.mjs";
import { Visitor } from "./browser.mjs";
import { allow, signIn, signUp } from "./people.mjs";
import { ADMINISTRATOR } from "./server.mjs";

export class Stage {
  static async set(browser, server, language) {
    const stage = Object.assign(new Stage(), { browser, server, language, sessions: {} });
    const owner = await stage.#arrives({});
    const { words } = owner;
    stage.app = await App.onSite(server.url, words.app, "https://diary.example");
    await signUp(owner, words.owner);
    await stage.connect(owner);
    stage.sessions.owner = await owner.session();
    await owner.leaves();
    const administrator = await stage.#arrives({});
    await signIn(administrator, ADMINISTRATOR.username, ADMINISTRATOR.password);
    stage.sessions.administrator = await administrator.session();
    await administrator.leaves();
    return stage;
  }

  /** A visitor, on a page of pages.mjs. */
  async show(page, options = {}) {
    const visitor = await this.#arrives({ ...options, session: this.sessions[page.as] });
    try {
      if (page.as === "someone") await signUp(visitor);
      if (page.status) visitor.expects(page.status);
      await page.go(visitor, this);
    } catch (error) {
      throw new Error(`on the way to ${page.name}: ${await visitor.gives()}`, { cause: error });
    }
    return visitor;
  }

  /** The owner lets the app in. */
  async connect(owner, scope) {
    await owner.page.goto(this.app.authorizationUrl(scope));
    const { code } = await this.app.answer(owner, () => allow(owner));
    return this.app.redeem(code);
  }

  #arrives(options) {
    const { language } = this;
    return Visitor.arrives(this.browser, this.server, { ...options, language, allowed: ["https://diary.example"] });
  }
}
