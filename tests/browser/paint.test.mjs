// What has to come over the network before the sign-in page shows: at first its HTML and one stylesheet, after that its
// HTML alone. What else it has waits for nobody.
import assert from "node:assert/strict";
import { openRoom } from "./room.mjs";

const { test } = openRoom();
const LATENCY = 200;

/** Everything that one visit asks the network for, and when something showed. */
async function visit(session, page, address) {
  const asked = new Map();
  const cached = new Set();
  const onRequest = ({ requestId, request }) => asked.set(requestId, new URL(request.url).pathname);
  const onCached = ({ requestId }) => cached.add(requestId);
  const onResponse = ({ requestId, response }) => response.fromDiskCache && cached.add(requestId);
  const listeners = [
    ["Network.requestWillBeSent", onRequest],
    ["Network.requestServedFromCache", onCached],
    ["Network.responseReceived", onResponse],
  ];
  for (const [event, listener] of listeners) session.on(event, listener);
  await page.goto(address, { waitUntil: "load" });
  const painted = await page.evaluate(async () => {
    const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
    while (!paint()) await new Promise(requestAnimationFrame);
    const blocking = performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking");
    return { at: paint().startTime, blocking: blocking.map((entry) => new URL(entry.name).pathname) };
  });
  for (const [event, listener] of listeners) session.off(event, listener);
  const fetched = [...asked].filter(([id]) => !cached.has(id)).map(([, path]) => path);
  // The icon of the tab is the browser's own affair, and it may ask for it again.
  return { fetched: fetched.filter((path) => path !== "/static/icon.svg").sort(), ...painted };
}

test("a page waits for its stylesheet once, and afterwards for nothing", async ({ t, server, arrives }) => {
  const visitor = await arrives();
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("Network.enable");
  const conditions = { offline: false, latency: LATENCY, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send("Network.emulateNetworkConditions", conditions);
  const first = await visit(session, visitor.page, server.at("/signin"));
  assert.deepEqual(first.fetched, ["/signin", "/static/passkey.js", "/static/postern.css"]);
  assert.deepEqual(first.blocking, ["/static/postern.css"]);
  const second = await visit(session, visitor.page, server.at("/signin"));
  assert.deepEqual(second.fetched, ["/signin"]);
  const trips = (at) => (at / LATENCY).toFixed(1);
  t.diagnostic(`with ${LATENCY} ms a round trip, something shows after ${trips(first.at)} of them, and then ${trips(second.at)}`);
});
