#!/bin/bash
# Moves into the corpus what fuzzing found: of each target (or of those named) the fewest inputs that reach as much code.
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh
scripts/tools.sh fuzz
export RUSTC_BOOTSTRAP=1

targets=("$@")
[ $# -gt 0 ] || for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
for target in "${targets[@]}"; do
    kept=fuzz/corpus/$target found=fuzz/found/$target fewest=$(mktemp -d)
    mkdir -p "$found"
    # Not `cargo fuzz cmin`: it keeps an input for every number of times that a line runs, which is thousands.
    cargo fuzz run --features libfuzzer --sanitizer none --release --codegen-units 16 \
        "$target" "$fewest" "$kept" "$found" -- -set_cover_merge=1 -use_counters=0 -max_len=1024
    rm -rf "$kept" "$found"
    mv "$fewest" "$kept"
done
# Seeds stay, even those that reach nothing which another input does not.
CARGO_TARGET_DIR=target/fuzz cargo run --quiet --manifest-path fuzz/Cargo.toml --example seeds
