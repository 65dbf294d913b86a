#!/bin/sh
# New keys for ID tokens: they are published at once and sign twenty minutes later, when every verifier knows them.
#   rotate-keys.sh [URL]   with ADMIN_TOKEN in the environment; without a URL the server of `make dev`, and .dev.vars
set -eu
cd "$(dirname "$0")/.."

url=${1:-}
if [ -z "$url" ]; then
    url=http://localhost:${PORT:-8787}
    [ -n "${ADMIN_TOKEN:-}" ] || ADMIN_TOKEN=$(sed -n 's/^ADMIN_TOKEN *= *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' .dev.vars)
fi
if [ -z "${ADMIN_TOKEN:-}" ]; then
    echo 'rotate-keys: ADMIN_TOKEN is not set' >&2
    exit 2
fi
# By standard input: arguments are for everybody on this computer to see.
printf 'header = "Authorization: Bearer %s"\n' "$ADMIN_TOKEN" |
    curl --silent --show-error --fail-with-body --request POST --config - "${url%/}/admin/rotate-keys"
echo
