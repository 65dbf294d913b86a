#!/bin/sh
# Compiles src/ to build/index.js and build/index_bg.wasm.  wrangler runs it too ([build] in wrangler.toml).
#   build-worker.sh full   release build, then wasm-opt: what tests run and what is deployed
#   build-worker.sh fast   the same without wasm-opt, which takes longer than all the rest
# Without an argument: fast under `wrangler dev`, full otherwise.  A full module also serves as a fast one.
set -eu
cd "$(dirname "$0")/.."
scripts/tools.sh
. scripts/env.sh

mode=${1:-}
if [ -z "$mode" ]; then
    mode=full
    [ "${WRANGLER_COMMAND:-}" != dev ] || mode=fast
fi
for tool in "$WASM_BINDGEN_BIN" "$ESBUILD_BIN" "$WASM_OPT_BIN"; do
    [ -x "$tool" ] || { echo "build-worker: $tool is missing; run \`make setup\`" >&2; exit 1; }
done

# cargo knows best whether anything changed; what it made tells whether the rest must run again.
cargo build --quiet --lib --release --target wasm32-unknown-unknown
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
key="$(cksum <"$target/wasm32-unknown-unknown/release/postern.wasm") $(locked worker) $(locked wasm-bindgen) $(cat Cargo.toml package-lock.json | cksum)"

stamp=build/.stamp
made=$(cat "$stamp" 2>/dev/null || :)
if [ ! -e build/index.js ] || { [ "$made" != "full $key" ] && [ "$made" != "$mode $key" ]; }; then
    rm -f "$stamp"
    case $mode in
    full) worker-build --release ;;
    fast) worker-build --release --no-opt ;;
    *) echo "build-worker: full or fast, not $mode" >&2; exit 2 ;;
    esac
    echo "$mode $key" >"$stamp"
fi

echo "build/index_bg.wasm ($(cut -d ' ' -f 1 "$stamp")): $(wc -c <build/index_bg.wasm) bytes, $(gzip -9c build/index_bg.wasm | wc -c) gzipped"
