#!/bin/sh
# Sees to a browser for what is tested in one (tests/browser/, and a page of tests/worker/ that signs in by itself):
# Debian's chromium, where we may install it. Elsewhere CHROMIUM=path names one, or the tests say that they skip.
set -eu

for browser in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/google-chrome; do
    [ -z "$browser" ] || [ ! -x "$browser" ] || exit 0
done
if [ "$(id -u)" != 0 ] || ! grep -qx 'ID=debian' /etc/os-release 2>/dev/null || ! command -v apt-get >/dev/null; then
    echo 'No Chromium: nothing is tested in a browser. CHROMIUM=path names one.' >&2
    exit 0
fi
echo 'Installing chromium (a minute or two, once)'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# What it recommends is for desks: a sandbox that root cannot use, a portal.
if ! { apt-get update && apt-get install --yes --no-install-recommends chromium; } >"$log" 2>&1; then
    cat "$log" >&2
    echo 'chromium cannot be installed; CHROMIUM=path names another one' >&2
    exit 1
fi
