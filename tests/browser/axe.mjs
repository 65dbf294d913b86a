// axe-core looks at a page. It works in a world of its own inside the page, as an extension would, so that the page's
// policy stays as it is and its script never meets the page's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Fails with what axe finds: the rules, and where. */
export async function assertAccessible({ page }, where) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
    worldName: "axe",
  });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
    return result.value;
  };
  if ((await evaluate("typeof axe")) === "undefined") await evaluate(`${source};0`);
  const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const found = await evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations, passes }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 300) + " " + failureSummary),
    })),
  }))`);
  await session.detach();
  assert.deepEqual(found.violations, [], `axe on ${where}`);
  assert.ok(found.passes > 0, `axe found nothing to look at on ${where}`);
}
