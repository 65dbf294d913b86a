// Passkeys: asks the browser for one, and sends what it says in the ordinary form around the button.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
// The challenge is text of the server's; what is signed are its bytes.
const challengeOf = (form) => new TextEncoder().encode(form.dataset.challenge);

/** Shows the form, and on its button asks for a passkey. */
function offer(form, ask) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  for (const place of document.querySelectorAll("[data-without-passkeys]")) place.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      send(form, await ask());
    } catch (error) {
      failed.hidden = false;
      console.info(error.name);
    }
  });
}

function send(form, fields) {
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  form.submit();
}

function signIn(form) {
  let pending;
  const ask = async (mediation) => {
    // One request at a time: the one that waits in the field makes room for the button.
    pending?.abort();
    pending = new AbortController();
    const { id, response } = await navigator.credentials.get({
      mediation,
      signal: pending.signal,
      publicKey: { challenge: challengeOf(form), rpId: form.dataset.rpId, userVerification: "required" },
    });
    return {
      id,
      user_handle: response.userHandle ? textOf(response.userHandle) : "",
      client_data: textOf(response.clientDataJSON),
      authenticator_data: textOf(response.authenticatorData),
      signature: textOf(response.signature),
    };
  };
  const inField = async () => {
    if (await PublicKeyCredential.isConditionalMediationAvailable?.()) send(form, await ask("conditional"));
  };
  const wait = () => inField().catch(() => {});
  offer(form, async () => {
    try {
      return await ask("optional");
    } catch (error) {
      // Whoever changed their mind about the button still has the field.
      wait();
      throw error;
    }
  });
  wait();
}

function register(form) {
  const { rpId, rpName, userHandle, username, known } = form.dataset;
  offer(form, async () => {
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: challengeOf(form),
        rp: { id: rpId, name: rpName },
        user: { id: bytesOf(userHandle), name: username, displayName: username },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
        excludeCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytesOf(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
      },
    });
    return { client_data: textOf(response.clientDataJSON), attestation: textOf(response.attestationObject) };
  });
}

// Passkeys belong to a name, and there is none where the server is reached by its address.
const named = !/^[\d.]+$|^\[/.test(location.hostname);
if (window.PublicKeyCredential && named) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    (form.dataset.passkey === "get" ? signIn : register)(form);
  }
}
