// What is measured: the kinds of request, and what each server needs beforehand.
import { expect, request, withConnections } from "./client.mjs";
import { issuer, localOrigin, nobody, Owner, redeem, refresh, register, tokens, whoami } from "./story.mjs";

/** An owner may have 40 live grants of one client, the sign-up's included; older ones end. */
const CODES_PER_OWNER = 38;
/** Enough for more codes than a machine makes in a round. */
const OWNERS = 40;

/** A server with a client, and a family of refresh tokens for each connection. */
export class Subject {
  #owners = 0;
  #coming = 0;
  #pool = [];

  /** `people` says whether owners sign up and are asked; if not, the server approves by itself. */
  constructor(server, people) {
    this.server = server;
    this.people = people;
    this.origin = people ? issuer : localOrigin;
    this.codes = [];
  }

  async begin(width) {
    await withConnections(1, this.server.port, async ([connection]) => {
      this.client = await register(connection, this.origin);
      this.families = [];
      while (this.families.length < width) {
        this.families.push(await this.family(connection));
      }
    });
  }

  async code(connection) {
    return (await this.#newOwner(connection)).code(connection, this.client);
  }

  async family(connection) {
    return tokens(connection.send(redeem(this.client, await this.code(connection))));
  }

  /** Sees to `count` owners who have allowed the client already. */
  async prepare(connections, count) {
    await Promise.all(connections.map(async (connection) => {
      for (; this.#pool.length + this.#coming < count; this.#coming--) {
        this.#coming++;
        this.#pool.push(await this.#newOwner(connection));
      }
    }));
  }

  /** One of them, for one connection: approvals of one owner would wait for each other. */
  take() {
    return this.#pool.pop();
  }

  #newOwner(connection) {
    return this.people ? Owner.signUp(connection, this.client, `owner${this.#owners++}`) : nobody;
  }
}

/**
 * For each kind, what one connection does again and again: `(subject, connections) => act(connection, n)`, where all
 * up to the arrow is outside of what is measured. `authorize` makes the codes that `code` redeems.
 */
export const kinds = {
  empty: () => (connection) => expect(200, connection.send(request("GET", "/"))),

  resource: ({ families }) => (connection, n) => expect(200, connection.send(whoami(families[n].access_token))),

  async authorize(subject, connections) {
    await subject.prepare(connections, OWNERS);
    subject.codes = [];
    const current = [];
    return async (connection, n) => {
      if (!current[n]?.left) current[n] = { owner: subject.take(), left: CODES_PER_OWNER };
      const { owner } = current[n];
      if (!owner) return false;
      current[n].left--;
      subject.codes.push(await owner.code(connection, subject.client));
    };
  },

  code: ({ client, codes }) => async (connection) => {
    const code = codes.pop();
    if (!code) return false;
    await expect(200, connection.send(redeem(client, code)));
  },

  refresh: ({ client, families }) => async (connection, n) => {
    const next = await tokens(connection.send(refresh(client, families[n].refresh_token)));
    if (next.refresh_token === families[n].refresh_token) throw new Error("the refresh token stayed the same");
    families[n] = next;
  },

  async story(subject, connections) {
    await subject.prepare(connections, connections.length);
    const owners = connections.map(() => subject.take());
    return async (connection, n) => {
      const client = await register(connection, subject.origin);
      const code = await owners[n].firstCode(connection, client);
      const first = await tokens(connection.send(redeem(client, code)));
      await expect(200, connection.send(whoami(first.access_token)));
      await tokens(connection.send(refresh(client, first.refresh_token)));
    };
  },
};
