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

async function signIn(more) {
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
    }),
  });
  const request = { issuer, client_id: client.client_id, verifier: random(), state: random(), nonce: random() };
  sessionStorage.setItem("request", JSON.stringify(request));
  location.assign(
    `${as.authorization_endpoint}?${new URLSearchParams({
      response_type: "code",
      client_id: request.client_id,
      redirect_uri: redirectUri,
      scope: "openid profile offline_access",
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

async function finish(answer) {
  sessionStorage.removeItem("request");
  if (answer.get("iss") !== issuer || answer.get("state") !== saved.state) throw new Error("mixed up");
  if (answer.has("error")) throw new Error(answer.get("error"));
  const as = await discover();
  const client_id = saved.client_id;
  const tokens = await json(
    as.token_endpoint,
    form({
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: redirectUri,
      code_verifier: saved.verifier,
      client_id,
    }),
  );
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

const show = (result) => (document.querySelector("#result").textContent = JSON.stringify(result));
const shown = (promise) => promise.then(show, (error) => show({ error: error.message }));
document.querySelector("#sign-in").onclick = () => shown(signIn({}));
document.querySelector("#by-post").onclick = () => shown(signIn({ response_mode: "form_post" }));
const posted = document.querySelector("#posted").textContent;
const answer = new URLSearchParams(posted || location.search);
if (location.pathname === "/callback") shown(finish(answer));
