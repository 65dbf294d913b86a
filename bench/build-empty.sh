#!/bin/sh
# Builds the empty worker into empty/build, with the tools and the settings of the real one; only when needed.
set -eu
cd "$(dirname "$0")/.."
scripts/tools.sh bench
. scripts/env.sh

# What decides about size and speed.  Differences there would be measured as if they were Postern.
settings() {
    awk '/^\[/ { on = $0 == "[profile.release]" || $0 ~ /^\[package\.metadata/ } on && NF && !/^#/' "$1"
}
[ "$(settings Cargo.toml)" = "$(settings bench/empty/Cargo.toml)" ] || {
    echo "bench: [profile.release] in Cargo.toml and in bench/empty/Cargo.toml differ; make them the same" >&2
    exit 1
}
version=$(locked wasm-bindgen)
cd bench/empty
[ "$version" = "$(locked wasm-bindgen)" ] || {
    echo "bench: another version of wasm-bindgen than in Cargo.lock ($version); in bench/empty run" >&2
    echo "       cargo update wasm-bindgen --precise $version" >&2
    exit 1
}

key="$(rustc --version) $(cat Cargo.toml Cargo.lock src/lib.rs ../../package-lock.json | cksum)"
[ "$(cat build/.stamp 2>/dev/null || :)" != "$key" ] || exit 0
rm -rf build
CARGO_TARGET_DIR=../../target/bench worker-build --release
echo "$key" >build/.stamp
