#!/bin/bash
# Moves into the corpus what fuzzing found: of each target (or of those named) the fewest inputs that reach as much code.
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh
export RUSTC_BOOTSTRAP=1

targets=("$@")
[ $# -gt 0 ] || for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
for target in "${targets[@]}"; do
    kept=fuzz/corpus/$target
    [ ! -d "fuzz/found/$target" ] || cp -n "fuzz/found/$target"/* "$kept" 2>/dev/null || true
    cargo fuzz cmin --features libfuzzer --sanitizer none --release --codegen-units 16 "$target" "$kept" -- -max_len=4096
    rm -rf "fuzz/found/$target"
done
# Seeds stay, even those that reach nothing which another input does not.
CARGO_TARGET_DIR=target cargo run --quiet --manifest-path fuzz/Cargo.toml --example seeds
