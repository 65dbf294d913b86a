// The story as told by the TypeScript SDK of the Model Context Protocol: it is given the address of the MCP server, and
// finds everything else. Prints the address to open in a browser, reads where the owner was sent back to.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { StreamableHTTPClientTransport, StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const server = new URL("/demo/mcp", process.env.ISSUER);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** What an app keeps for the SDK. */
class Provider {
  redirectUrl = "https://diary.example/cb";
  registrations = 0;
  asked = [];
  get clientMetadata() {
    return {
      client_name: "Diary",
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }
  state() {
    return (this.expectedState = randomUUID());
  }
  clientInformation() {
    return this.client;
  }
  saveClientInformation(client) {
    this.registrations += 1;
    this.client = client;
  }
  tokens() {
    return this.saved;
  }
  saveTokens(tokens) {
    this.saved = tokens;
  }
  codeVerifier() {
    return this.verifier;
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  redirectToAuthorization(url) {
    this.asked.push(url);
  }
}

const provider = new Provider();
const connect = async () => {
  const transport = new StreamableHTTPClientTransport(server, { authProvider: provider });
  const client = new Client({ name: "diary", version: "1.0.0" });
  return { client, transport, connected: client.connect(transport) };
};
/** The owner is asked, in a browser. */
const authorize = async (transport) => {
  console.log(provider.asked.at(-1).href);
  const callback = new URL((await lines.next()).value);
  assert.equal(callback.searchParams.get("state"), provider.expectedState);
  await transport.finishAuth(callback.searchParams.get("code"));
};
const call = (client, name, args = {}) => client.callTool({ name, arguments: args });

// Nothing but an address: 401, protected resource metadata, authorization server metadata, registration.
const first = await connect();
await assert.rejects(first.connected, UnauthorizedError);
const [asked] = provider.asked;
assert.equal(asked.origin + asked.pathname, new URL("/authorize", server).href);
assert.equal(asked.searchParams.get("resource"), server.href);
assert.equal(asked.searchParams.get("scope"), "calendar.read");
assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
assert.equal(provider.registrations, 1);
await authorize(first.transport);
assert.equal(provider.saved.scope, "calendar.read");

const { client, connected } = await connect();
await connected;
assert.equal(client.getServerVersion().name, "postern-calendar");
await client.ping();
const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name), ["list_events", "add_event"]);
const empty = await call(client, "list_events");
assert.deepEqual(empty.structuredContent, { entries: [] });
await assert.rejects(call(client, "drop_events"), { code: -32602 });
await assert.rejects(client.listResources(), { code: -32601 });

// An access token that is not valid any more: refreshed, without anybody being asked.
const before = provider.saved;
provider.saved = { ...before, access_token: `${before.access_token}x` };
assert.deepEqual(await call(client, "list_events"), empty);
assert.notEqual(provider.saved.access_token, before.access_token);
assert.notEqual(provider.saved.refresh_token, before.refresh_token);
assert.equal(provider.asked.length, 1);

// More is needed. With a refresh token at hand the SDK tries that first, which gives no more than there was.
await assert.rejects(
  call(client, "add_event", { title: "dentist" }),
  (error) => error instanceof StreamableHTTPError && error.code === 403,
);
await client.close();
// So the app lets go of it, and of the registration, which the SDK made for the scope of the first challenge.
provider.saved = { ...provider.saved, refresh_token: undefined };
provider.client = undefined;
const more = await connect();
await more.connected;
await assert.rejects(call(more.client, "add_event", { title: "dentist" }), UnauthorizedError);
assert.equal(provider.asked.at(-1).searchParams.get("scope"), "calendar.read calendar.write");
assert.equal(provider.asked.at(-1).searchParams.get("resource"), server.href);
assert.equal(provider.registrations, 2);
await authorize(more.transport);
assert.equal(provider.saved.scope, "calendar.read calendar.write");
const added = await call(more.client, "add_event", { title: "dentist" });
assert.equal(added.structuredContent.title, "dentist");
// Nothing was lost that was there before.
const listed = await call(more.client, "list_events");
assert.deepEqual(listed.structuredContent.entries.map((entry) => entry.title), ["dentist"]);
assert.deepEqual(JSON.parse(listed.content[0].text), listed.structuredContent);
await more.client.close();
console.log("done");
process.exit(0);
