// The client of the story. It registers, sends the owner to the server, and does with the answer what a client does;
// whatever it sends and hears is shown. It keeps everything in this tab, and "start over" forgets it.
(() => {
  const root = document.querySelector("[data-playground]");
  const { issuer, scope, codeTtl, clientName, otherName, entry } = root.dataset;
  const redirectUri = `${location.origin}/playground`;
  const KEY = "postern.playground";
  /** Access tokens live for so many seconds: short enough to wait for their end. */
  const ACCESS_TTL = 20;

  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const one = (selector, within = root) => within.querySelector(selector);
  const steps = all("[data-step]").map((section) => section.dataset.step);
  const section = (step) => one(`[data-step="${step}"]`);

  // ---- What the client keeps. ----

  /** `names` are the values that have a number in the story, `log` what every button has sent and heard. */
  const blank = () => ({ step: steps[0], names: [], next: 6, log: {}, done: {}, failed: {}, notes: {} });
  let state = blank();
  try {
    state = { ...blank(), ...JSON.parse(sessionStorage.getItem(KEY)) };
  } catch {
    // Nothing of ours is there.
  }
  // Kept by another version of this page.
  if (!steps.includes(state.step)) state = blank();
  const save = () => sessionStorage.setItem(KEY, JSON.stringify(state));

  /** Gives a value its name in the story. What is secret is shown in full only to who wants it. */
  function name(value, number, shown = 6) {
    if (!state.names.some(([known]) => known === value)) state.names.push([value, String(number), shown]);
    return value;
  }
  const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const sha256 = async (text) =>
    base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));

  // ---- What goes over the wire. ----

  const REASONS = {
    200: "OK", 201: "Created", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 409: "Conflict", 429: "Too Many Requests", 503: "Service Unavailable",
  };
  const HEADERS = ["Location", "WWW-Authenticate", "Content-Type", "Cache-Control", "Retry-After"];
  const lines = (pairs) => [...pairs].map(([key, value]) => `${key}=${value}`).join("\n&");

  /** Sends a request, shows both halves under the button, and answers with status and body. */
  async function send(act, method, path, { headers = {}, form, json, as = "client" } = {}) {
    const type = form ? "application/x-www-form-urlencoded" : json ? "application/json" : undefined;
    const said = { ...(as === "owner" ? { Cookie: "…" } : {}), ...headers, ...(type ? { "Content-Type": type } : {}) };
    const response = await fetch(path, {
      method,
      headers: { ...headers, ...(type ? { "Content-Type": type } : {}) },
      body: form ? new URLSearchParams(form).toString() : json && JSON.stringify(json),
      // The client is not the owner: it has no cookies of theirs.
      credentials: as === "owner" ? "same-origin" : "omit",
      redirect: as === "owner" ? "follow" : "manual",
      cache: "no-store",
    });
    const text = await response.text();
    const body = /json/.test(response.headers.get("content-type")) ? JSON.parse(text) : text;
    const url = new URL(path, location.href);
    const query = url.search ? `?\n${lines(url.searchParams)}` : "";
    const request = [
      `${method} ${url.pathname}${query}`,
      `Host: ${url.host}`,
      ...Object.entries(said).map(([key, value]) => `${key}: ${value}`),
      ...(form ? ["", lines(Object.entries(form))] : json ? ["", JSON.stringify(json, null, 2)] : []),
    ];
    const heard = HEADERS.filter((header) => response.headers.has(header)).map((header) => {
      const value = response.headers.get(header);
      return `${header}: ${header === "WWW-Authenticate" ? value.replaceAll('", ', '",\n    ') : value}`;
    });
    const answer = [
      ...(response.redirected ? ["303 See Other", `Location: ${new URL(response.url).pathname}`, ""] : []),
      `${response.status} ${REASONS[response.status] ?? response.statusText}`,
      ...heard,
      "",
      typeof body === "string" ? `<!DOCTYPE html> … (${body.length})` : JSON.stringify(body, null, 2),
    ];
    note(act, {
      summary: `${method} ${url.pathname} → ${response.status} ${body.error ?? REASONS[response.status] ?? ""}`,
      request: request.join("\n"),
      response: answer.join("\n"),
      status: response.status,
      error: body.error ?? "",
    });
    return { status: response.status, ok: response.ok, body, url: response.url };
  }

  function note(act, exchange) {
    (state.log[act] ??= []).push(exchange);
  }

  const basic = ({ id, secret }, numbers) =>
    name(`Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`, `Basic ${numbers}`, 12);
  const bearer = (token = state.tokens.access) => ({ Authorization: `Bearer ${token}` });
  const token = (act, form, authorization = basic(state.client, "1:2")) =>
    send(act, "POST", "/token", { headers: { Authorization: authorization }, form });
  const refresh = (act, refreshToken) => token(act, { grant_type: "refresh_token", refresh_token: refreshToken });
  const calendar = (act, headers = bearer()) => send(act, "GET", "/demo/calendar", { headers });
  const redemption = (more) => ({
    grant_type: "authorization_code",
    code: state.code.value,
    redirect_uri: redirectUri,
    code_verifier: state.request.verifier,
    ...more,
  });

  async function register(act, clientName, [id, secret]) {
    const { ok, body } = await send(act, "POST", "/register", {
      json: {
        client_name: clientName,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_basic",
        scope,
        refresh_tokens: "rotate",
        access_token_ttl: ACCESS_TTL,
      },
    });
    if (!ok) return undefined;
    return { id: name(body.client_id, id, 12), secret: name(body.client_secret, secret) };
  }

  /** Takes the tokens of an answer. */
  function take({ ok, body }) {
    if (!ok) return;
    const first = !state.names.some(([, number]) => number === "4");
    const known = state.names.some(([value]) => value === body.refresh_token);
    const access = name(body.access_token, first ? 4 : state.next++);
    const refresh = known ? body.refresh_token : name(body.refresh_token, first ? 5 : state.next++);
    state.tokens = { access, refresh, until: Date.now() + body.expires_in * 1000 };
    state.ended = false;
  }

  /** A client whose access token has died in the meantime gets another first. */
  async function alive(act) {
    if (Date.now() < state.tokens.until - 500) return;
    state.notes.refreshed = true;
    take(await refresh(act, state.tokens.refresh));
  }

  /** Everything the grant gave is refused from now on: shows it. */
  async function over(act) {
    await refresh(act, state.tokens.refresh);
    await calendar(act);
    state.ended = true;
  }

  // ---- The request, and the answer that the owner brings. ----

  async function makeRequest() {
    const verifier = name(random(), "V");
    const parameters = {
      response_type: "code",
      client_id: state.client.id,
      redirect_uri: redirectUri,
      scope,
      state: name(random(), "S"),
      code_challenge: name(await sha256(verifier), "SHA-256(V)"),
      code_challenge_method: "S256",
    };
    state.request = { verifier, state: parameters.state, parameters };
  }
  const address = (more) => `/authorize?${new URLSearchParams({ ...state.request.parameters, ...more })}`;

  /** Whether an answer is one to the question that this client asked this server. */
  const isOurs = (answer) =>
    Boolean(state.request) && answer.get("state") === state.request.state && answer.get("iss") === issuer;

  function show(act, answer, ours) {
    const compared = ["state", "iss"].map((member) => {
      const expected = member === "iss" ? issuer : (state.request?.state ?? "—");
      const came = answer.get(member) ?? "—";
      return `${member}: ${came}\n   ${came === expected ? "=" : "≠"} ${expected}`;
    });
    note(act, {
      summary: `GET /playground?${answer.has("code") ? "code" : "error"}=… → ${ours ? "=" : "≠"}`,
      request: `303 See Other\nLocation: ${redirectUri}?\n${lines(answer)}\n\nGET /playground?\n${lines(answer)}`,
      response: compared.join("\n"),
      status: ours ? 200 : 0,
      error: answer.get("error") ?? (ours ? "" : "state"),
    });
  }

  function arrive(answer) {
    history.replaceState(null, "", "/playground");
    const ours = isOurs(answer);
    state.notes = { denied: false, matched: false, foreign: !ours };
    if (ours && answer.has("code")) {
      name(answer.get("code"), state.names.some(([, number]) => number === "3") ? state.next++ : 3);
    }
    state.log.arrival = [];
    const act = ours && answer.has("error") ? "go" : "arrival";
    state.log[act] = [];
    state.last = act;
    show(act, answer, ours);
    state.step = "code";
    if (!ours) return;
    if (answer.has("error")) {
      Object.assign(state, { step: "approve", code: undefined });
      return (state.notes.denied = true);
    }
    state.notes.matched = true;
    state.code = { value: answer.get("code"), until: Date.now() + codeTtl * 1000, used: false };
    state.step = state.request.backTo ?? "code";
    Object.assign(state, { tokens: undefined, ended: false });
    for (const act of ["no-verifier", "redirect-token", "other-client", "exchange", "replay"]) delete state.log[act];
    state.failed = {};
  }

  // ---- The buttons. Each answers false if it led nowhere. ----

  const acts = {
    async register() {
      state.client = await register("register", clientName, ["1", "2"]);
      return Boolean(state.client);
    },
    async link() {
      await makeRequest();
      const request = `GET /authorize?\n${lines(Object.entries(state.request.parameters))}`;
      note("link", { summary: "GET /authorize?…", request, response: "", status: 200, error: "" });
    },
    "redirect-authorize": () =>
      send("redirect-authorize", "GET", address({ redirect_uri: "https://attacker.example/" }), {
        headers: { Accept: "application/json" },
      }),
    async go() {
      delete state.request.backTo;
      save();
      location.assign(address());
      return new Promise(() => {});
    },
    async fresh() {
      await makeRequest();
      state.request.backTo = state.step === "code" ? "code" : "token";
      save();
      location.assign(address());
      return new Promise(() => {});
    },
    async state() {
      const answer = new URLSearchParams({ code: random(), state: random(), iss: issuer });
      show("state", answer, isOurs(answer));
    },
    async "no-verifier"() {
      const { code_verifier, ...without } = redemption();
      await token("no-verifier", without);
      await token("no-verifier", { ...without, code_verifier: random() });
    },
    "redirect-token": () => token("redirect-token", redemption({ redirect_uri: "https://attacker.example/" })),
    async "other-client"() {
      const act = "other-client";
      state.other ??= await register(act, otherName, ["A", "B"]);
      if (state.other) await token(act, redemption(), basic(state.other, "A:B"));
    },
    async exchange() {
      const answer = await token("exchange", redemption());
      take(answer);
      state.code.used = answer.ok;
      return answer.ok;
    },
    async replay() {
      await token("replay", redemption());
      await calendar("replay");
      state.ended = true;
    },
    async read() {
      await alive("read");
      return (await calendar("read")).ok;
    },
    async add() {
      await alive("add");
      await send("add", "POST", "/demo/calendar", { headers: bearer(), json: { title: entry } });
    },
    async beyond() {
      await alive("beyond");
      await send("beyond", "GET", "/userinfo", { headers: bearer() });
    },
    async forged() {
      await alive("forged");
      const { access } = state.tokens;
      const middle = Math.floor(access.length / 2);
      const other = access[middle] === "A" ? "B" : "A";
      await calendar("forged", bearer(name(access.slice(0, middle) + other + access.slice(middle + 1), "4✗")));
    },
    async query() {
      await alive("query");
      await send("query", "GET", `/demo/calendar?access_token=${state.tokens.access}`);
    },
    async wait() {
      while (Date.now() < state.tokens.until + 500) await new Promise((resolve) => setTimeout(resolve, 200));
      await calendar("wait");
    },
    async refresh() {
      const answer = await refresh("refresh", state.tokens.refresh);
      take(answer);
      return answer.ok;
    },
    async again() {
      const lost = state.tokens.refresh;
      take(await refresh("again", lost));
      const answer = await refresh("again", lost);
      take(answer);
      return answer.ok;
    },
    async old() {
      const yesterdays = state.tokens.refresh;
      for (let times = 0; times < 9; times++) take(await refresh("old", state.tokens.refresh));
      await refresh("old", yesterdays);
      await over("old");
    },
    async remove() {
      const page = await send("remove", "GET", "/account", { as: "owner" });
      const form = await removal(page.body);
      state.notes["not-listed"] = !form;
      if (!form) return true;
      const { ok } = await send("remove", "POST", "/account", { as: "owner", form });
      state.done.removed = ok;
      return ok;
    },
    async after() {
      await over("after");
    },
  };

  /** The form on the account page that ends what this client may do. It is named by the hash of its id. */
  async function removal(html) {
    const hash = await sha256(state.client.id);
    const page = new DOMParser().parseFromString(html, "text/html");
    const forms = all('form[action="/account"]', page);
    const own = forms.find((form) => one('[name="client"]', form)?.value === hash);
    if (!own || !one('[name="action"][value="remove"]', own)) return undefined;
    const fields = Object.fromEntries(all('input[type="hidden"]', own).map(({ name, value }) => [name, value]));
    name(fields.csrf, "csrf");
    return { ...fields, action: "remove" };
  }

  /** What must be there for a button to make sense. */
  const usable = () => Boolean(state.tokens) && !state.ended;
  const codeIsGood = () => Boolean(state.code) && !state.code.used;
  const needs = {
    register: () => !state.client,
    link: () => Boolean(state.client),
    "redirect-authorize": () => Boolean(state.request),
    go: () => Boolean(state.request),
    fresh: () => Boolean(state.client),
    state: () => Boolean(state.request),
    "no-verifier": codeIsGood,
    "redirect-token": codeIsGood,
    "other-client": codeIsGood,
    exchange: codeIsGood,
    replay: () => usable() && Boolean(state.code?.used),
    after: () => Boolean(state.done.removed && state.tokens),
    remove: () => Boolean(state.client && state.tokens),
  };
  /** What must be done before the story goes on. */
  const finished = {
    register: () => state.client,
    link: () => state.request,
    approve: () => state.code,
    code: () => state.code && !state.notes.foreign,
    token: usable,
    api: () => state.done.read,
    expiry: () => state.done.wait,
    refresh: () => state.done.refresh,
    remove: () => state.done.after,
  };

  // ---- What is to be seen. ----

  /** Text with the values in it that have a name: their number first, and only a beginning of what is secret. */
  function paint(text, element) {
    element.replaceChildren();
    const names = [...state.names].sort(([a], [b]) => b.length - a.length);
    let rest = text;
    while (rest) {
      let found;
      for (const [value, number, shown] of names) {
        const at = rest.indexOf(value);
        if (at >= 0 && (!found || at < found.at)) found = { at, value, number, shown };
      }
      if (!found) break;
      element.append(rest.slice(0, found.at), painted(found));
      rest = rest.slice(found.at + found.value.length);
    }
    element.append(rest);
  }

  function painted({ value, number, shown }) {
    const whole = document.createElement("span");
    whole.className = "value";
    for (const [kind, text] of [["number", number], ["short", `${value.slice(0, shown)}…`], ["whole", value]]) {
      const part = document.createElement("span");
      part.className = kind;
      part.textContent = text;
      whole.append(part);
    }
    return whole;
  }

  function showLog(out) {
    const exchanges = state.log[out.dataset.out] ?? [];
    const latest = state.last === out.dataset.out;
    out.replaceChildren(
      ...exchanges.map((exchange, at) => {
        const copy = one("[data-exchange]").content.cloneNode(true);
        const details = copy.firstElementChild;
        // What was pressed last is open, and of many only what is worth a look.
        details.open = latest && (at === exchanges.length - 1 || exchange.status >= 400 || exchanges.length <= 2);
        details.dataset.status = exchange.status;
        details.dataset.error = exchange.error;
        details.classList.toggle("refused", exchange.status >= 400 || exchange.status === 0);
        one("[data-summary]", details).textContent = exchange.summary;
        for (const half of ["request", "response"]) {
          const pre = one(`[data-${half}]`, details);
          paint(exchange[half], pre);
          pre.parentElement.hidden = !exchange[half];
        }
        return copy;
      }),
    );
  }

  const present = () => ({
    client_id: state.client?.id,
    client_secret: state.client?.secret,
    redirect_uri: redirectUri,
    state: state.request?.state,
    verifier: state.request?.verifier,
    code: state.code?.value,
    access_token: state.tokens?.access,
    refresh_token: state.tokens?.refresh,
  });

  function render() {
    const at = steps.indexOf(state.step);
    const values = present();
    for (const step of steps) section(step).hidden = step !== state.step;
    all("[data-progress]").forEach((item, index) => {
      item.classList.toggle("past", index < at);
      if (index === at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    for (const arrow of all("[data-arrow]")) {
      const index = steps.indexOf(arrow.dataset.arrow);
      arrow.classList.toggle("now", index === at);
      arrow.classList.toggle("past", index < at);
    }
    const here = section(state.step);
    for (const out of all("[data-out]", here)) showLog(out);
    for (const explained of all("[data-explained]", here)) {
      const act = explained.dataset.explained;
      explained.hidden = !state.log[act]?.length || Boolean(state.failed[act]);
    }
    for (const code of all("[data-value]", here)) {
      const value = values[code.dataset.value];
      if (value) paint(value, code);
    }
    const notes = { ...state.notes, ended: state.ended && state.step !== "remove" };
    for (const element of all("[data-note]", here)) {
      if (!element.dataset.note.endsWith("-left")) element.hidden = !notes[element.dataset.note];
    }
    one('[data-move="restart"]').disabled = running;
    const back = one('[data-move="back"]');
    back.disabled = at === 0 || running;
    const may = !finished[state.step] || Boolean(finished[state.step]());
    const next = one('[data-move="next"]');
    next.disabled = !may || running;
    next.hidden = at === steps.length - 1;
    one("[data-not-yet]").hidden = may;
    for (const button of all("[data-act]")) button.disabled = running || !(needs[button.dataset.act] ?? usable)();
    tick();
    save();
  }

  /** Seconds that are left, and what is said when there are none. */
  function tick() {
    const late = codeIsGood() && Date.now() > state.code.until;
    for (const failed of all("[data-failed]", section(state.step))) {
      const act = failed.dataset.failed;
      failed.hidden = !(state.failed[act] && state.log[act]?.length) && !(act === "exchange" && late);
    }
    const left = (until) => Math.ceil(((until ?? 0) - Date.now()) / 1000);
    for (const element of all('[data-note$="-left"]', section(state.step))) {
      const ofCode = element.dataset.note === "code-left";
      const seconds = ofCode ? (codeIsGood() ? left(state.code.until) : 0) : usable() ? left(state.tokens.until) : 0;
      element.hidden = seconds <= 0;
      one("[data-seconds]", element).textContent = seconds;
    }
  }

  let running = false;
  async function perform(act, button) {
    running = true;
    one("[data-unreachable]").hidden = true;
    state.log[act] = [];
    state.last = act;
    if (act !== "fresh" && act !== "go") for (const other of ["refreshed", "not-listed"]) delete state.notes[other];
    for (const other of all("[data-act], [data-move]")) other.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      state.failed[act] = (await acts[act]()) === false;
      state.done[act] ||= !state.failed[act];
    } catch (error) {
      console.warn(error);
      one("[data-unreachable]").hidden = false;
    }
    button.removeAttribute("aria-busy");
    running = false;
    render();
    one("[data-said]").textContent = (state.log[act] ?? []).map(({ summary }) => summary).slice(-3).join(". ");
    if (!button.disabled) button.focus({ preventScroll: true });
    else one("h2", section(state.step)).focus({ preventScroll: true });
  }

  function move(to) {
    if (to === "restart") state = blank();
    else state.step = steps[steps.indexOf(state.step) + (to === "next" ? 1 : -1)] ?? state.step;
    render();
    one("h2", section(state.step)).focus({ preventScroll: true });
    reach();
  }

  /** Brings the step into sight, and in the drawing, which scrolls in its own box, its arrow. */
  function reach() {
    const narrow = matchMedia("(max-width: 56rem)").matches;
    one("h2", section(state.step)).scrollIntoView({ block: narrow && state.step !== steps[0] ? "start" : "nearest" });
    const box = one(".drawing");
    const arrow = one(".arrow.now", box);
    if (!arrow) return;
    const [outer, inner] = [box.getBoundingClientRect(), arrow.getBoundingClientRect()];
    box.scrollTop += inner.top - outer.top - outer.height / 2;
  }

  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.act) perform(button.dataset.act, button);
    if (button?.dataset.move) move(button.dataset.move);
  });
  root.addEventListener("change", ({ target }) => {
    if (target.dataset.lens) root.classList.toggle(target.dataset.lens, target.checked);
  });
  for (const box of all("[data-lens]")) root.classList.toggle(box.dataset.lens, box.checked);

  for (const element of all("[data-scripted]")) element.hidden = false;
  one("[data-unscripted]").hidden = true;
  // Whoever reads on in the other language comes back to the story, and not with an answer that was used.
  for (const link of document.querySelectorAll('a[href^="/language"]')) {
    const url = new URL(link.href);
    url.searchParams.set("back", "/playground");
    link.href = url.href;
  }
  // Back from the server by the browser's own button: what was running then is not.
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  const answer = new URLSearchParams(location.search);
  if (answer.has("code") || answer.has("error")) arrive(answer);
  root.classList.add("running");
  render();
  reach();
  setInterval(tick, 500);
})();
