// Where the links of a page lead. They are asked for beside the page, with its cookies, so that whoever looks at it stays
// where they are.
import assert from "node:assert/strict";

/** Fails with the links that lead nowhere. Those to other sites are not ours to try; `known` are those that did answer. */
export async function assertLinksLead({ context, page, server }, where, known = new Set()) {
  const dead = [];
  const { origin } = new URL(server.url);
  const links = await page.evaluate(() => {
    const links = [...document.querySelectorAll("[href]")].map((link) => link.href);
    const anchors = [...document.querySelectorAll("[href^='#']")].map((link) => link.getAttribute("href").slice(1));
    return { links, lost: anchors.filter((id) => !document.getElementById(id)) };
  });
  dead.push(...links.lost.map((id) => `#${id}`));
  const here = page.url().split("#")[0];
  for (const link of new Set(links.links.map((link) => link.split("#")[0]))) {
    if (link === here || known.has(link) || new URL(link).origin !== origin) continue;
    const status = await answer(context, link, origin);
    if (status < 400) known.add(link);
    else dead.push(`${link}: ${status}`);
  }
  assert.deepEqual(dead, [], `links on ${where}`);
}

/** The status in the end, as long as it is ours to give. */
async function answer(context, link, origin) {
  let at = link;
  for (let hops = 0; hops < 5; hops++) {
    const response = await context.request.get(at, { maxRedirects: 0 });
    const status = response.status();
    const { location } = response.headers();
    await response.dispose();
    if (status < 300 || status >= 400) return status;
    const next = new URL(location, at);
    // The other language leads back to the page that it is on, whatever that answers.
    if (next.origin !== origin || new URL(link).pathname === "/language") return status;
    at = next.href;
  }
  return 508;
}
