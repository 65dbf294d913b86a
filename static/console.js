// What the console does besides, where scripts run: buttons that copy, redirect URIs that are checked while they are typed,
// and only those fields that the kind of app has.

for (const button of document.querySelectorAll("button[data-copy]")) {
  const said = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      said.textContent = button.dataset.done;
      setTimeout(() => (said.textContent = ""), 3000);
    } catch {
      // Not allowed to: it is marked, and a key copies it.
      getSelection().selectAllChildren(source);
    }
  });
}

for (const form of document.querySelectorAll("form[data-console]")) {
  const kinds = form.querySelectorAll("input[name=kind]");
  const box = form.querySelector("input[name=try_here]");
  let touched = false;
  box?.addEventListener("change", () => (touched = true));
  const show = () => {
    const chosen = form.querySelector("input[name=kind]:checked")?.value;
    if (!chosen) return;
    for (const part of form.querySelectorAll("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(chosen);
    if (chosen !== "web") form.querySelector("input[name=refresh_tokens][value=rotate]").checked = true;
    if (!touched) box.checked = chosen !== "native";
  };
  for (const kind of kinds) kind.addEventListener("change", show);
  if (kinds.length > 0) {
    // What the server ticked after a mistake was chosen before.
    touched = form.querySelector("[aria-invalid]") !== null;
    show();
  }

  const field = form.querySelector("textarea[data-check]");
  if (field) check(form, field);
}

/** Asks the server what it would say, a moment after the last key. */
function check(form, field) {
  const said = document.getElementById("redirect-wrong");
  let timer;
  let last;
  const ask = async () => {
    last?.abort();
    last = new AbortController();
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, redirect_uris: field.value });
    try {
      const response = await fetch("/console/check", {
        method: "POST",
        body,
        headers: { accept: "application/json" },
        signal: last.signal,
      });
      // Whatever it is, sending the form says it too.
      if (!response.ok) return;
      tell(await response.json());
    } catch {
      // Another key came first, or the network is away.
    }
  };
  const tell = (lines) => {
    const wrong = lines.filter(({ ok }) => !ok);
    const text = (words, kind) => {
      const line = document.createElement("p");
      line.className = kind;
      line.textContent = words;
      return line;
    };
    if (wrong.length > 0) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    const good = lines.length > 0 ? [text(said.dataset.good, "hint")] : [];
    said.replaceChildren(...(wrong.length > 0 ? wrong.map(({ words }) => text(words, "wrong")) : good));
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  });
}
