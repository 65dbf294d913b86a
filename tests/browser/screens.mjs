// `make screens`: a picture of every page, in both languages and themes, for docs/screens/. NAME=… takes those of one.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { noBrowser, startBrowser } from "./browser.mjs";
import { pages } from "./pages.mjs";
import { startAdministered } from "./server.mjs";
import { Stage } from "./stage.mjs";

if (noBrowser) throw new Error(noBrowser);
const folder = fileURLToPath(new URL("../../docs/screens/", import.meta.url));
mkdirSync(folder, { recursive: true });
const wanted = process.env.NAME ? pages.filter(({ name }) => name === process.env.NAME) : pages;

const [server, browser] = await Promise.all([startAdministered(), startBrowser()]);
let bytes = 0;
try {
  for (const language of ["en", "ko"]) {
    const stage = await Stage.set(browser, server, language);
    for (const page of wanted) {
      const visitor = await stage.show(page);
      for (const theme of ["light", "dark"]) {
        await visitor.page.emulateMedia({ colorScheme: theme });
        const picture = await take(visitor);
        bytes += picture.length;
        writeFileSync(`${folder}${page.name}.${language}.${theme}.webp`, picture);
      }
      await visitor.leaves();
    }
  }
} finally {
  await Promise.allSettled([browser.close(), server.stop()]);
}
console.log(`${wanted.length * 4} pictures in docs/screens, ${Math.round(bytes / 1024)} KB`);

/** The whole page, at least as high as the window. */
async function take({ page }) {
  // No cursor that blinks: it would be there in every other picture.
  await page.evaluate(() => document.activeElement.blur());
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send("Page.getLayoutMetrics");
  // In a window of that height, so that what sticks to its edge is where it belongs.
  const before = page.viewportSize();
  const { width, height } = { width: before.width, height: Math.ceil(cssContentSize.height) };
  await page.setViewportSize({ width, height });
  // Seven tenths of its size: still read, and all of them are less than 3 MB.
  const clip = { x: 0, y: 0, width, height, scale: 0.7 };
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 35, clip });
  await page.setViewportSize(before);
  await session.detach();
  return Buffer.from(data, "base64");
}
