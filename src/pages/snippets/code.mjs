// Needs Node 18 or newer. Save it as app.mjs, then: node app.mjs
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";

const issuer = {{issuer}};
const clientId = {{client_id}};
@shown const clientSecret = {{client_secret}};
@env const clientSecret = process.env.CLIENT_SECRET;
const redirectUri = {{redirect_uri}};
const scope = {{scope}};

// 1. A secret for this one request (PKCE), and a state to know the answer by.
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const state = randomBytes(16).toString("base64url");

// 2. The owner allows it, in a browser.
const link = new URL("/authorize", issuer);
link.search = new URLSearchParams({
  response_type: "code",
  client_id: clientId,
  redirect_uri: redirectUri,
  scope,
  state,
  code_challenge: challenge,
  code_challenge_method: "S256",
});
console.log("Open this in a browser:");
console.log(link.href);
console.log("Then paste the address at which the browser ended:");
const lines = createInterface({ input: process.stdin });
const address = await new Promise((resolve) => lines.once("line", resolve));
lines.close();
const answer = new URL(address.trim()).searchParams;
if (answer.get("state") !== state) throw new Error("This is not the answer to this request.");
if (!answer.get("code")) throw new Error(`Refused: ${answer.get("error")}`);

// 3. The code for tokens.
async function ask(parameters) {
@secret   const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const response = await fetch(new URL("/token", issuer), {
    method: "POST",
@secret     headers: { authorization: `Basic ${basic}` },
@secret     body: new URLSearchParams(parameters),
@public     body: new URLSearchParams({ client_id: clientId, ...parameters }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`${body.error}: ${body.error_description}`);
  return body;
}
const tokens = await ask({
  grant_type: "authorization_code",
  code: answer.get("code"),
  redirect_uri: redirectUri,
  code_verifier: verifier,
});

// 4. The API, with the access token.
const whoami = await fetch(new URL("/demo/whoami", issuer), {
  headers: { authorization: `Bearer ${tokens.access_token}` },
});
console.log(await whoami.json());

// 5. A new access token, without asking again. Keep the refresh token that comes with it.
const refreshed = await ask({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
console.log(`Refreshed: a new access token for ${refreshed.expires_in} seconds.`);
