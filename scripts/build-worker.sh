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
compiled=$target/wasm32-unknown-unknown/release/postern.wasm
key="$(cat "$compiled" src/edge/*.js "$0" package-lock.json | cksum) $(locked wasm-bindgen)"

stamp=$out/.stamp
made=$(cat "$stamp" 2>/dev/null || :)
if [ ! -e "$out/index.js" ] || { [ "$made" != "full $key" ] && [ "$made" != "$mode $key" ]; }; then
    rm -f "$stamp"
    mkdir -p "$out"
    parts=$(mktemp -d "$out/.parts.XXXXXX")
    trap 'rm -rf "$parts"' EXIT
    # The two flags are for panics: glue.js replaces an instance that panicked.
    "$WASM_BINDGEN_BIN" "$compiled" --out-dir "$parts" --target module --no-typescript \
        --experimental-reset-state-function --force-enable-abort-handler
    case $mode in
    # Not -O or -Oz: they make the module 5% smaller, and 7% larger once it is compressed. No feature of WebAssembly
    # that workerd might lack.
    full) "$WASM_OPT_BIN" "$parts/postern_bg.wasm" -o "$parts/index_bg.wasm" -O1 --enable-mutable-globals \
        --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory --enable-multivalue \
        --enable-reference-types --enable-exception-handling ;;
    fast) mv "$parts/postern_bg.wasm" "$parts/index_bg.wasm" ;;
    *) echo "build-worker: full or fast, not $mode" >&2; exit 2 ;;
    esac
    # Into one file with entry.js. The platform takes a module of WebAssembly by an ordinary import.
    cp src/edge/*.js "$parts"
    sed -i.old 's/^import source \(.*\)"\.\/postern_bg\.wasm"/import \1".\/index_bg.wasm"/' "$parts/postern.js"
    "$ESBUILD_BIN" "$parts/entry.js" --bundle --minify --format=esm --log-level=warning --log-override:duplicate-object-key=silent \
        --external:./index_bg.wasm '--external:cloudflare:*' --outfile="$parts/index.js"
    mv "$parts/index.js" "$parts/index_bg.wasm" "$out"
    echo "$mode $key" >"$stamp"
fi

module=$out/index_bg.wasm
echo "$module ($(cut -d ' ' -f 1 "$stamp")): $(wc -c <"$module") bytes, $(gzip -9c "$module" | wc -c) gzipped"
