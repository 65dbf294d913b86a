#!/bin/bash
# Fuzzes each target for $1 seconds, or only those that are named after it. Stops at the first that breaks a promise:
# libFuzzer says which input it was, and how to run it again.
set -eu
cd "$(dirname "$0")/.."
. scripts/env.sh
scripts/tools.sh fuzz

seconds=$1
shift
targets=("$@")
[ $# -gt 0 ] || for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done

# Coverage is a matter of LLVM and not of nightly, and this lets the toolchain of the build say so.
export RUSTC_BOOTSTRAP=1
# No unsafe code is ours, so AddressSanitizer would only cost time; overflow and debug assertions are checked. What is
# found goes to a folder that is not committed: see fuzz/README.md for keeping it.
for target in "${targets[@]}"; do
    mkdir -p "fuzz/found/$target"
    echo "$target: $seconds seconds"
    cargo fuzz run --features libfuzzer --sanitizer none --release --codegen-units 16 \
        "$target" "fuzz/found/$target" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 -verbosity=1
done
