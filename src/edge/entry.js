// The Worker as the platform sees it: a handler of requests, and the classes of its Durable Objects.  All they do is
// hand on to the module.  What it answers at once is returned as it is; only what has to wait gets a promise.
import { waitUntil } from "cloudflare:workers";
import * as module from "./postern.js";
import { begin, Failure, serve } from "./glue.js";

serve(module, { waitUntil });

/** The clock, the method as it was sent, the URL and, on a line of its own, a header that most requests have. */
function described(request) {
  const authorization = request.headers.get("authorization");
  const line = `${Date.now()} ${request.method} ${request.url}`;
  return authorization === null ? line : `${line}\n${authorization}`;
}

export default {
  fetch: (request, env) => begin((module, task) => module.fetch(task, request, env, described(request))),
};

/** What all objects have in common. glue.js keeps in `wakeAt` when the alarm is set for, as far as that is known. */
class StoredObject {
  constructor(state, env) {
    this.state = state;
    this.env = env;
    this.sql = state.storage.sql;
    this.wakeAt = undefined;
  }

  /** A command comes in, a reply goes out. */
  async fetch(request) {
    const command = await request.text();
    try {
      return new Response(await begin((module, task) => this.serve(module, task, command)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return new Response(error.message, { status: 503 });
    }
  }
}

export class Grant extends StoredObject {
  serve(module, task, command) {
    return module.grant(task, this, command);
  }

  /** An error makes the platform try again. */
  async alarm() {
    await begin((module, task) => module.grant_alarm(task, this, this.env));
  }
}

export class Account extends StoredObject {
  serve(module, task, command) {
    return module.account(task, this, this.env, command);
  }

  async alarm() {
    await begin((module, task) => module.account_alarm(task, this, this.env));
  }
}

export class Calendar extends StoredObject {
  serve(module, task, command) {
    return module.calendar(task, this, command);
  }
}

export class Journal extends StoredObject {
  serve(module, task, command) {
    return module.journal(task, this, command);
  }

  async alarm() {
    await begin((module, task) => module.journal_alarm(task, this));
  }
}

export class SigningKeys extends StoredObject {
  serve(module, task, command) {
    return module.signing_keys(task, this, this.env, command);
  }
}
