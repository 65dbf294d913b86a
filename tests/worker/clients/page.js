// A single-page app as anyone could write it: no library, no server of its own. What it does is shown in #result.
const saved = JSON.parse(sessionStorage.getItem("request") ?? "{}");
const issuer = new URLSearchParams(location.search).get("issuer") ?? saved.issuer;
const redirectUri = `${location.origin}/callback`;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = async (text) => base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

async function json(url, init) {
  const response = await fetch(url, init);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}
const form = (pairs) => ({ method: "POST", body: new URLSearchParams(pairs) });
const discover = () => json(`${issuer}/.well-known/openid-configuration`);

async function signIn(more, metadata) {
  const as = await discover();
  if (as.issuer !== issuer) throw new Error("another issuer");
  const client = await json(as.registration_endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "Page",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
      ...metadata,
    }),
  });
  const request = { issuer, client_id: client.client_id, verifier: random(), state: random(), nonce: random() };
  request.withKey = "dpop_jkt" in more;
  sessionStorage.setItem("request", JSON.stringify(request));
  location.assign(
    `${as.authorization_endpoint}?${new URLSearchParams({
      response_type: "code",
      client_id: request.client_id,
      redirect_uri: redirectUri,
      scope: "openid profile offline_access calendar.read",
      state: request.state,
      nonce: request.nonce,
      code_challenge: await sha256(request.verifier),
      code_challenge_method: "S256",
      ...more,
    })}`,
  );
}

async function verified(as, token) {
  const [header, payload, signature] = token.split(".");
  const { alg, kid } = JSON.parse(new TextDecoder().decode(bytesOf(header)));
  const { keys } = await json(as.jwks_uri);
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const jwk = keys.find((key) => key.kid === kid && key.alg === alg && alg === "RS256");
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  if (!(await crypto.subtle.verify(algorithm, key, bytesOf(signature), signed))) throw new Error("forged");
  const claims = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
  if (claims.iss !== issuer || claims.aud !== saved.client_id) throw new Error("not for us");
  if (claims.exp * 1000 < Date.now()) throw new Error("expired");
  return claims;
}

// What the code is redeemed with, once the answer is known to be for this request.
function redemption(answer) {
  sessionStorage.removeItem("request");
  if (answer.get("iss") !== issuer || answer.get("state") !== saved.state) throw new Error("mixed up");
  if (answer.has("error")) throw new Error(answer.get("error"));
  return {
    grant_type: "authorization_code",
    code: answer.get("code"),
    redirect_uri: redirectUri,
    code_verifier: saved.verifier,
    client_id: saved.client_id,
  };
}

async function finish(answer) {
  const redeemed = redemption(answer);
  const as = await discover();
  const client_id = saved.client_id;
  const tokens = await json(as.token_endpoint, form(redeemed));
  const claims = await verified(as, tokens.id_token);
  if (claims.nonce !== saved.nonce) throw new Error("replayed");
  const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id };
  const second = await json(as.token_endpoint, form(refresh));
  const bearer = { headers: { authorization: `Bearer ${second.access_token}` } };
  const told = await json(as.userinfo_endpoint, bearer);
  if (told.sub !== claims.sub || (await verified(as, second.id_token)).sub !== claims.sub) throw new Error("sub");
  await fetch(as.revocation_endpoint, form({ token: second.refresh_token, client_id }));
  const after = await fetch(as.userinfo_endpoint, bearer);
  // Pages of the server are none of another origin's business.
  const page = await fetch(as.authorization_endpoint).then(
    () => "read",
    () => "out of reach",
  );
  return {
    username: told.preferred_username,
    after: [after.status, /error="invalid_token"/.test(after.headers.get("www-authenticate"))],
    page,
  };
}

// With a key (RFC 9449). No script can read it: the browser keeps it across the redirect, and signs with it.
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const newKey = () => crypto.subtle.generateKey(ES256, false, ["sign", "verify"]);
const stored = (mode, act) =>
  new Promise((resolve, reject) => {
    const opened = indexedDB.open("page");
    opened.onupgradeneeded = () => opened.result.createObjectStore("keys");
    opened.onerror = () => reject(opened.error);
    opened.onsuccess = () => {
      const asked = act(opened.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    };
  });
async function publicKey({ publicKey }) {
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { crv, kty, x, y }; // in the order of RFC 7638 §3.2
}

async function signInWithKey() {
  const key = await newKey();
  await stored("readwrite", (keys) => keys.put(key, "key"));
  const more = { dpop_jkt: await sha256(JSON.stringify(await publicKey(key))), prompt: "consent" };
  return signIn(more, { dpop_bound_access_tokens: true });
}

let nonce;
let nonces = 0;
async function proof(key, method, url, token) {
  const part = (value) => base64url(new TextEncoder().encode(JSON.stringify(value)));
  const claims = { jti: random(), htm: method, htu: url, iat: Math.floor(Date.now() / 1000), nonce };
  if (token) claims.ath = await sha256(token);
  const input = `${part({ typ: "dpop+jwt", alg: "ES256", jwk: await publicKey(key) })}.${part(claims)}`;
  return `${input}.${base64url(await crypto.subtle.sign(ES256, key.privateKey, new TextEncoder().encode(input)))}`;
}
// What became of a request: the error stands in the body at /token, in a header elsewhere.
async function outcome(url, sent) {
  const response = await fetch(url, sent);
  const body = await response.json();
  nonce = response.headers.get("dpop-nonce") ?? nonce;
  const [, challenge] = /error="(\w+)"/.exec(response.headers.get("www-authenticate")) ?? [];
  return { status: response.status, error: challenge ?? body.error, body };
}
let last;
async function withKey(key, url, { token, scheme = "DPoP", ...init } = {}) {
  const headers = async () => ({
    dpop: await proof(key, init.method ?? "GET", url, token),
    ...(token && { authorization: `${scheme} ${token}` }),
  });
  last = [url, { ...init, headers: await headers() }];
  let answer = await outcome(...last);
  if (answer.error === "use_dpop_nonce") {
    nonces += 1;
    last = [url, { ...init, headers: await headers() }];
    answer = await outcome(...last);
  }
  return answer;
}
const refusal = async (answer) => {
  const { status, error } = await answer;
  return `${status} ${error}`;
};
const replay = () => refusal(outcome(...last));

async function finishWithKey(answer) {
  const redeemed = redemption(answer);
  const as = await discover();
  const calendar = `${issuer}/demo/calendar`;
  const [key, other] = [await stored("readonly", (keys) => keys.get("key")), await newKey()];
  const readable = await crypto.subtle.exportKey("jwk", key.privateKey).then(
    () => "read",
    () => "out of reach",
  );
  const refused = {};
  const token = (key, pairs) => withKey(key, as.token_endpoint, form(pairs));
  refused.code = await refusal(token(other, redeemed));
  const first = (await token(key, redeemed)).body;
  refused.codeAgain = await replay();
  const claims = await verified(as, first.id_token);
  if (claims.nonce !== saved.nonce) throw new Error("replayed");
  const told = (await withKey(key, as.userinfo_endpoint, { token: first.access_token })).body;
  if (told.sub !== claims.sub) throw new Error("sub");
  refused.userinfoAgain = await replay();
  const read = [(await withKey(key, calendar, { token: first.access_token })).status];
  refused.calendarAgain = await replay();
  refused.stolen = await refusal(withKey(other, calendar, { token: first.access_token }));
  refused.bearer = await refusal(withKey(key, calendar, { token: first.access_token, scheme: "Bearer" }));
  const refresh = { grant_type: "refresh_token", refresh_token: first.refresh_token, client_id: saved.client_id };
  refused.refresh = await refusal(token(other, refresh));
  const second = (await token(key, refresh)).body;
  refused.refreshAgain = await replay();
  read.push((await withKey(key, calendar, { token: second.access_token })).status);
  await fetch(as.revocation_endpoint, form({ token: second.refresh_token, client_id: saved.client_id }));
  refused.after = await refusal(withKey(key, calendar, { token: second.access_token }));
  const types = [first.token_type, second.token_type];
  return { username: told.preferred_username, key: readable, types, read, refused, nonces, nonce: nonce?.length > 20 };
}

const show = (result) => (document.querySelector("#result").textContent = JSON.stringify(result));
const shown = (promise) => promise.then(show, (error) => show({ error: error.message }));
document.querySelector("#sign-in").onclick = () => shown(signIn({}));
document.querySelector("#by-post").onclick = () => shown(signIn({ response_mode: "form_post" }));
document.querySelector("#with-key").onclick = () => shown(signInWithKey());
const posted = document.querySelector("#posted").textContent;
const answer = new URLSearchParams(posted || location.search);
if (location.pathname === "/callback") shown(saved.withKey ? finishWithKey(answer) : finish(answer));
