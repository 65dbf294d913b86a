// A web site that signs people in with Passport: express, its sessions, and the strategy of openid-client.
import assert from "node:assert/strict";
import { once } from "node:events";
import express from "express";
import session from "express-session";
import * as client from "openid-client";
import { Strategy } from "openid-client/passport";
import passport from "passport";
import { Owner } from "./owner.mjs";

const issuer = new URL(process.env.ISSUER);
const app = express();
const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const site = `http://127.0.0.1:${server.address().port}`;

const config = await client.dynamicClientRegistration(
  issuer,
  { client_name: "Site", redirect_uris: [`${site}/callback`] },
  client.ClientSecretBasic(),
  { execute: [client.allowInsecureRequests] }, // plain http, on localhost alone
);
client.enableNonRepudiationChecks(config);
// As the library's documentation has it: a nonce, so that the ID token answers this request alone.
class WithNonce extends Strategy {
  authorizationRequestParams(request, options) {
    const parameters = super.authorizationRequestParams(request, options);
    parameters.set("nonce", client.randomNonce());
    parameters.set("state", client.randomState());
    if (request.query.max_age) parameters.set("max_age", request.query.max_age);
    return parameters;
  }
}
passport.use(
  "postern",
  new WithNonce({ config, scope: "openid profile", callbackURL: `${site}/callback` }, async (tokens, verified) => {
    const { sub } = tokens.claims();
    verified(null, await client.fetchUserInfo(config, tokens.access_token, sub));
  }),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
app.use(session({ secret: "of a test", resave: false, saveUninitialized: false }), passport.session());
app.get("/login", (request, response, next) =>
  passport.authenticate("postern", { prompt: request.query.prompt })(request, response, next),
);
app.get("/callback", passport.authenticate("postern", { successRedirect: "/me", failureRedirect: "/failed" }));
app.get("/me", (request, response) => response.json(request.user ?? null));
app.get("/failed", (request, response) => response.status(403).send("no"));
app.use((error, request, response, next) => response.status(500).json({ error: error.error ?? error.code }));

const me = async (owner) => JSON.parse((await owner.go(`${site}/me`)).text);
const owner = await Owner.signedUp(issuer, "passport", [site]);
await owner.says({ name: "Alice" });
assert.equal(await me(owner), null);

const welcomed = await owner.go(`${site}/login`);
assert.deepEqual([welcomed.url.href, owner.seen], [`${site}/me`, ["/consent"]]);
const user = await me(owner);
assert.deepEqual([user.name, user.preferred_username], ["Alice", "passport"]);
// Another time, having to sign in again.
await owner.go(`${site}/login?max_age=0`);
assert.deepEqual(owner.seen, ["/signin", "/consent"]);
assert.equal((await me(owner)).sub, user.sub);

// A stranger has to sign up or in first; who says no is not let in, nor is an answer without its request.
const stranger = new Owner(issuer, "passport", [site]);
stranger.decision = "deny";
assert.equal((await stranger.go(`${site}/login`)).status, 403);
assert.deepEqual(stranger.seen, ["/signin", "/consent"]);
assert.equal((await stranger.go(`${site}/callback?code=x&state=y&iss=${issuer.origin}`)).status, 403);
assert.equal(await me(stranger), null);

// On this computer nobody is let in silently: anyone here could be that site.
const silent = await owner.go(`${site}/login?prompt=none`);
assert.deepEqual([silent.status, JSON.parse(silent.text)], [500, { error: "consent_required" }]);
console.log("done");
process.exit(0);
