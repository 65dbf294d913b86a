// The live test of an app: makes a state and a PKCE verifier, sends the browser to the authorization endpoint, and does what
// the app would do with the answer. What it keeps, it keeps in this tab.
const KEY = "postern-test";
const find = (id) => document.getElementById(id);
const sent = new URLSearchParams(location.search);
const here = `${location.origin}/console/test`;
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function refuse(name, more = "") {
  find("refused").textContent = `${find(`say-${name}`).textContent} ${more}`.trim();
  find("refused").hidden = false;
}

async function start() {
  const test = { client_id: sent.get("client_id"), secret: sent.has("secret"), state: random(), verifier: random() };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(test.verifier));
  const link = new URL("/authorize", location.origin);
  link.search = new URLSearchParams({
    response_type: "code",
    client_id: test.client_id,
    redirect_uri: here,
    scope: sent.get("scope") ?? "",
    state: test.state,
    code_challenge: base64url(digest),
    code_challenge_method: "S256",
  });
  test.again = location.pathname + location.search;
  find("link").textContent = link.href;
  find("start").hidden = false;
  find("go").addEventListener("click", () => {
    sessionStorage.setItem(KEY, JSON.stringify(test));
    location.assign(link);
  });
}

function comeBack() {
  const test = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  // The code is good once: it does not stay in the address, or in what the browser remembers.
  history.replaceState(null, "", location.pathname);
  if (!test) return refuse("stray");
  find("again").href = test.again;
  // RFC 9207: an answer says who gave it.
  if (sent.get("state") !== test.state || sent.get("iss") !== location.origin) return refuse("state");
  if (sent.has("error")) return refuse("refused", [sent.get("error"), sent.get("error_description")].join(" · "));
  find("returned").textContent = [...sent].map(([name, value]) => `${name} = ${value}`).join("\n");
  find("code").hidden = false;
  find("with-secret").hidden = !test.secret;
  if (test.secret) find("client_secret").focus();
  find("exchange").addEventListener("submit", (event) => {
    event.preventDefault();
    exchange(test);
  });
}

/** Sends a request and shows both sides of it: the answer's status, and its JSON. */
async function ask(name, path, { headers = {}, body, masked = headers }) {
  const method = body ? "POST" : "GET";
  const head = Object.entries(masked).map(([header, value]) => `${header}: ${value}`);
  const lines = body ? ["content-type: application/x-www-form-urlencoded", "", [...body].map((p) => p.join("=")).join("\n&")] : [];
  find(`${name}-request`).textContent = [`${method} ${location.origin}${path}`, ...head, ...lines].join("\n");
  find(name).hidden = false;
  try {
    const response = await fetch(path, { method, headers, body });
    const json = await response.json();
    find(`${name}-answer`).textContent = `${response.status}\n${JSON.stringify(json, null, 2)}`;
    return response.ok ? json : undefined;
  } catch (error) {
    find(`${name}-answer`).textContent = String(error);
    return undefined;
  }
}

async function exchange(test) {
  const form = {
    grant_type: "authorization_code",
    code: sent.get("code"),
    redirect_uri: here,
    code_verifier: test.verifier,
  };
  const basic = { authorization: `Basic ${btoa(`${test.client_id}:${find("client_secret").value.trim()}`)}` };
  const tokens = test.secret
    ? await ask("token", "/token", { headers: basic, masked: { authorization: "Basic …" }, body: new URLSearchParams(form) })
    : await ask("token", "/token", { body: new URLSearchParams({ client_id: test.client_id, ...form }) });
  if (!tokens) return;
  find("client_secret").value = "";
  find("exchange").hidden = true;
  find("api").hidden = false;
  find("call").focus();
  find("call").addEventListener("click", async () => {
    const answer = await ask("whoami", "/demo/whoami", { headers: { authorization: `Bearer ${tokens.access_token}` } });
    find("done").hidden = !answer;
  });
}

if (sent.has("state")) comeBack();
else if (sent.has("client_id")) start();
else refuse("stray");
