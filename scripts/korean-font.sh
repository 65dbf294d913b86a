#!/bin/sh
# Sees to a font with Korean letters, for pictures of the pages: Debian's Nanum, where we may install it. Elsewhere
# the pictures show boxes for what no font has, and this says so.
set -eu

[ -z "$(fc-list :lang=ko 2>/dev/null)" ] || exit 0
if [ "$(id -u)" != 0 ] || ! grep -qx 'ID=debian' /etc/os-release 2>/dev/null || ! command -v apt-get >/dev/null; then
    echo 'No Korean font: install one, or Korean pages are pictures of boxes.' >&2
    exit 0
fi
echo 'Installing fonts-nanum'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install --yes --no-install-recommends fontconfig fonts-nanum; } >"$log" 2>&1; then
    cat "$log" >&2
    echo 'fonts-nanum cannot be installed' >&2
    exit 1
fi
