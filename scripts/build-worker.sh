#!/bin/sh
# Compiles src/ to build/index.js and build/index_bg.wasm.  wrangler runs it too ([build] in wrangler.toml).
#   build-worker.sh full   release build, then wasm-opt: what tests run and what is deployed
#   build-worker.sh fast   the same without wasm-opt, which takes longer than all the rest
#   build-worker.sh fast FEATURE   with a feature of Cargo.toml, to target/FEATURE: for tests, never for build/
# Without an argument: fast under `wrangler dev`, full otherwise.  A full module also serves as a fast one.
set -eu
cd "$(dirname "$0")/.."
scripts/tools.sh
. scripts/env.sh

mode=${1:-}
feature=${2:-}
out=build
[ -z "$feature" ] || out=target/$feature
if [ -z "$mode" ]; then
    mode=full
    [ "${WRANGLER_COMMAND:-}" != dev ] || mode=fast
fi
for tool in "$WASM_BINDGEN_BIN" "$ESBUILD_BIN" "$WASM_OPT_BIN"; do
    [ -x "$tool" ] || { echo "build-worker: $tool is missing; run \`make setup\`" >&2; exit 1; }
done

# cargo knows best whether anything changed; what it made tells whether the rest must run again.
cargo build --quiet --lib --release --target wasm32-unknown-unknown ${feature:+--features "$feature"}
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
key="$(cksum <"$target/wasm32-unknown-unknown/release/postern.wasm") $(locked worker) $(locked wasm-bindgen) $(cat Cargo.toml package-lock.json | cksum)"

stamp=$out/.stamp
made=$(cat "$stamp" 2>/dev/null || :)
if [ ! -e "$out/index.js" ] || { [ "$made" != "full $key" ] && [ "$made" != "$mode $key" ]; }; then
    rm -f "$stamp"
    case $mode in
    full) set -- ;;
    fast) set -- --no-opt ;;
    *) echo "build-worker: full or fast, not $mode" >&2; exit 2 ;;
    esac
    worker-build --release "$@" --out-dir "$out" . ${feature:+--features "$feature"}
    echo "$mode $key" >"$stamp"
fi

module=$out/index_bg.wasm
echo "$module ($(cut -d ' ' -f 1 "$stamp")): $(wc -c <"$module") bytes, $(gzip -9c "$module" | wc -c) gzipped"
