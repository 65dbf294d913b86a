// What every file of tests has: one server, one browser, and visitors who are asked at the end what they saw go wrong.
import { after, before, test } from "node:test";
import { Visitor, noBrowser, startBrowser } from "./browser.mjs";
import { startAdministered, startServer } from "./server.mjs";

/**
 * Opens the room: `room.test("sentence", async ({ server, arrives, … }) => …)` is a test in it. `settings` are those of
 * the server, `administered` says that it has an administrator, and `furnish` is what to do before the first test.
 */
export function openRoom({ settings, administered = false, furnish } = {}) {
  const startIt = administered ? startAdministered : startServer;
  const room = {
    test: (sentence, body) => test(sentence, { skip: noBrowser, timeout: 120_000 }, (t) => run(room, t, body)),
  };
  if (!noBrowser) {
    before(async () => {
      [room.server, room.browser] = await Promise.all([startIt(settings), startBrowser()]);
      await furnish?.(room);
    });
    after(() => Promise.allSettled([room.browser?.close(), room.server?.stop()]));
  }
  return room;
}

async function run({ server, browser }, t, body) {
  const visitors = [];
  const admit = (visitor) => {
    visitors.push(visitor);
    return visitor;
  };
  const arrives = async (options) => admit(await Visitor.arrives(browser, server, options));
  try {
    await body({ t, server, browser, arrives, admit });
  } catch (error) {
    // What the pages complained of may be why.
    for (const visitor of visitors) t.diagnostic(await visitor.gives());
    throw error;
  }
  for (const visitor of visitors) await visitor.leaves();
}
