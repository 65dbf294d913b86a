// Needs Node 18 or newer. Save it as app.mjs, then: node app.mjs
const issuer = {{issuer}};
const clientId = {{client_id}};
@shown const clientSecret = {{client_secret}};
@env const clientSecret = process.env.CLIENT_SECRET;

const response = await fetch(new URL("/token", issuer), {
  method: "POST",
  headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
  body: new URLSearchParams({ grant_type: "client_credentials", scope: {{scope}} }),
});
const tokens = await response.json();
if (!response.ok) throw new Error(`${tokens.error}: ${tokens.error_description}`);

const whoami = await fetch(new URL("/demo/whoami", issuer), {
  headers: { authorization: `Bearer ${tokens.access_token}` },
});
console.log(await whoami.json());
