#!/bin/sh
# Checks what a deployment cannot do without, then deploys.  Arguments go to `wrangler deploy`.
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh

if ! grep -q '^ISSUER *=' wrangler.toml; then
    case " $* " in
    *" ISSUER:https://"*) ;;
    *)
        cat >&2 <<'END'
ISSUER is not set: the public https address of this server, which all tokens name. Without it every
request is answered 503. Set it under [vars] in wrangler.toml, or: make deploy VARS=ISSUER:https://auth.example.com
END
        exit 1
        ;;
    esac
fi

# Before the first deployment there is no Worker to ask; `secret put` makes one.
if ! wrangler secret list | grep -q '"ROOT_KEYS"'; then
    cat >&2 <<'END'
The secret ROOT_KEYS is not set (or wrangler could not ask: then see its message above). Make one and store it:

    printf 'k1:%s' "$(openssl rand 32 | base64 | tr '+/' '-_' | tr -d '=')" | npx wrangler secret put ROOT_KEYS

Everything this server seals is sealed under it. Cloudflare does not show it again: keep a copy in a safe place.
END
    exit 1
fi

exec wrangler deploy "$@"
