// A passkey provider that is not there: Chromium's virtual authenticator. Passkeys need a host with a name, and the
// server of the tests has one, localhost.

/** Gives a visitor's page an authenticator that is built in, keeps discoverable credentials and is always touched. */
export async function addAuthenticator({ page }, options = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  const send = (method, more = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    /** What it keeps: credentialId, rpId, userHandle, signCount and so on, bytes in base64. */
    credentials: async () => (await send("getCredentials")).credentials,
    /** Puts in a credential that was taken from another one. */
    addCredential: (credential) => send("addCredential", { credential }),
    removeCredential: (credentialId) => send("removeCredential", { credentialId }),
    /** Whether its owner can show who they are, by finger or PIN. */
    setUserVerified: (isUserVerified) => send("setUserVerified", { isUserVerified }),
    /** Whether it is touched whenever it is asked. */
    setTouched: (enabled) => send("setAutomaticPresenceSimulation", { enabled }),
    async remove() {
      await send("removeVirtualAuthenticator");
      await session.detach();
    },
  };
}
