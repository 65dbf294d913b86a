#!/bin/sh
# Runs a command with the project's own tools, for example: scripts/run.sh cargo clippy
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh
exec "$@"
