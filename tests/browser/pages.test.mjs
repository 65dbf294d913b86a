// Every page, in every language, for everyone: what axe-core finds, in light and in dark, on a desk and on a small phone;
// where its links lead; and what a page weighs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { assertAccessible } from "./axe.mjs";
import { assertLinksLead } from "./links.mjs";
import { pages } from "./pages.mjs";
import { openRoom } from "./room.mjs";
import { Stage } from "./stage.mjs";

// What is no page: files, a way to one, and an answer in one word.
const elsewhere = /^\/(static\/|brand\/|logo\/|language$|healthz$|account\/data\.json$)/;

/** In bytes. */
const SIGN_IN_LIMIT = 15_000;

// Wrangler may serve without compression; Cloudflare compresses with brotli, at about this quality, or with gzip.
const compressed = {
  gzip: (body) => gzipSync(body, { level: 6 }),
  brotli: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** Width and theme: what one language is not seen in, the other is. */
const looks = { en: [[1280, "light"], [320, "dark"]], ko: [[1280, "dark"], [320, "light"]] };

const stages = {};
/** Links that lead somewhere for the owner, and so on: everyone but "someone", who is another person on every page. */
const known = {};
const seen = new Set();
const { test } = openRoom({
  administered: true,
  async furnish({ browser, server }) {
    for (const language of ["en", "ko"]) stages[language] = await Stage.set(browser, server, language);
  },
});

for (const page of pages) {
  for (const language of ["en", "ko"]) {
    test(`${page.name} is for everyone, in ${language}`, async ({ admit }) => {
      const visitor = admit(await stages[language].show(page));
      seen.add(new URL(visitor.page.url()).pathname);
      for (const [width, theme] of looks[language]) {
        await visitor.page.setViewportSize({ width, height: 900 });
        await visitor.page.emulateMedia({ colorScheme: theme });
        await assertNothingSticksOut(visitor, `${page.name} at ${width} px`);
        await assertAccessible(visitor, `${page.name}, ${width} px, ${theme}`);
      }
      const reached = page.as === "someone" ? undefined : (known[`${page.as} ${language}`] ??= new Set());
      await assertLinksLead(visitor, page.name, reached);
    });
  }
}

for (const language of ["en", "ko"]) {
  test(`the sign-in page weighs at most 15 KB, in ${language}`, async ({ t, arrives }) => {
    const owner = await arrives({ language });
    const bodies = [];
    owner.page.on("response", (response) => {
      if (response.status() === 200) bodies.push(response.body().then((body) => [new URL(response.url()).pathname, body]));
    });
    await owner.page.goto(stages[language].app.authorizationUrl(), { waitUntil: "networkidle" });
    const fetched = await Promise.all(bodies);
    assert.equal(fetched[0][0], "/signin");
    assert.ok(fetched.some(([path]) => path.endsWith(".css")));
    for (const [name, compress] of Object.entries(compressed)) {
      const sizes = fetched.map(([path, body]) => [path, compress(body).length]);
      const total = sizes.reduce((sum, [, size]) => sum + size, 0);
      const each = sizes.map(([path, size]) => `${path} ${size}`).join(", ");
      t.diagnostic(`sign-in page, ${language}, ${name}: ${total} bytes (${each})`);
      assert.ok(total <= SIGN_IN_LIMIT, `${total} bytes with ${name}`);
    }
  });
}

test("no page of the server is missing here", () => {
  const routes = readFileSync(new URL("../../src/endpoint/routes.rs", import.meta.url), "utf8");
  const rows = [...routes.matchAll(/^ {4}page\("([^"]+)", &\[([^\]]*)\]/gm)];
  assert.ok(rows.length > 10);
  const paths = rows.filter(([, path, methods]) => methods.includes('"GET"') && !elsewhere.test(path));
  const matches = (path) => new RegExp(`^${path.replace(/\{\/\w+\}/g, "(/.*)?").replace(/\{\w+\}/g, "[^/]+")}$`);
  const missing = paths.map(([, path]) => path).filter((path) => ![...seen].some((one) => matches(path).test(one)));
  assert.deepEqual(missing, [], "each needs a row in pages.mjs");
});

/** WCAG 2.2, 1.4.10: nobody scrolls sideways to read. */
async function assertNothingSticksOut({ page }, where) {
  const out = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth);
    return wide.map((one) => one.outerHTML.slice(0, 200));
  });
  assert.deepEqual(out, [], where);
}
