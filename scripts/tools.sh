#!/bin/sh
# Sees to the Rust side of the build: a toolchain with the wasm target, and wasm-bindgen.
# Every build runs it; where nothing is missing it takes a tenth of a second.  With `fuzz` it sees to cargo-fuzz, too,
# with `bench` to worker-build, which makes the empty worker.
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh

has_wasm() {
    [ -e .tools/toolchain ] && [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ]
}

if ! has_wasm; then
    mkdir -p .tools
    rm -f .tools/toolchain
    scripts/wasm-toolchain.sh >.tools/toolchain.new
    mv .tools/toolchain.new .tools/toolchain
    . scripts/env.sh
fi

# install CRATE VERSION PROGRAM: one build of the tool per version, shared by all checkouts.
install() {
    case "$("$cargo_bin/$3" --version 2>/dev/null)" in
    "$2" | *" $2" | *" $2 "*) return ;;
    esac
    echo "Installing $1 $2 (some minutes, once)"
    # The tools run for seconds: compiling them lightly saves more time than it costs.
    export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    # A registry mirror may lack a version that the tool's own lock file names; any compatible one does.
    cargo install --quiet --locked "$1" --version "$2" ||
        cargo install --quiet "$1" --version "$2"
}

install wasm-bindgen-cli "$(locked wasm-bindgen)" wasm-bindgen
case ${1:-} in
fuzz) install cargo-fuzz 0.13.2 cargo-fuzz ;;
bench) install worker-build "$(cd bench/empty && locked worker)" worker-build ;;
esac
