#!/usr/bin/env bash
# Plants each fault of tests/simulation/mutants/ in a copy of the source, one at a time, and lets the simulator look for
# it.  Rewrites the table in tests/simulation/mutants.md; fails if a fault was not found.
#   simulate-mutants.sh [name ...]      only these, without rewriting the table
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
schedules=${SCHEDULES:-20000}
copy=target/mutants/source
folder=tests/simulation/mutants
table=target/mutants/table.md
export CARGO_TARGET_DIR="$PWD/target/mutants/target"

# A worktree of what is committed: what a fault does not touch keeps its time, so that cargo builds no more than it must.
if [ -e "$copy/.git" ]; then
    git -C "$copy" checkout --quiet --force --detach "$(git rev-parse HEAD)"
else
    git worktree prune
    git worktree add --quiet --detach "$copy" HEAD
fi
names=("$@")
[ $# -gt 0 ] || for patch in "$folder"/*.patch; do names+=("$(basename "$patch" .patch)"); done
: >"$table"
missed=0
for name in "${names[@]}"; do
    git -C "$copy" checkout --quiet --force .
    patch --quiet --directory "$copy" -p1 <"$folder/$name.patch"
    said=$(cd "$copy" && SHRINK=0 SCHEDULES=$schedules cargo test --quiet --profile simulation --test simulation -- \
        --ignored --exact by_hand --nocapture 2>&1) || true
    what=$(head -n 1 "$folder/$name.patch")
    found=$(sed -n 's/^found in schedule \([0-9]*\)$/\1/p' <<<"$said")
    promise=$(sed -n 's/^BROKEN: \([^:]*\):.*/\1/p' <<<"$said" | head -n 1)
    if [ -z "$found" ]; then
        echo "$name: NOT FOUND in $schedules schedules"
        tail -n 15 <<<"$said"
        missed=$((missed + 1))
        found="not in $schedules"
    else
        echo "$name: found in schedule $found ($promise)"
    fi
    echo "| [$name](mutants/$name.patch) | $what | $promise | $found |" >>"$table"
done
[ $# -gt 0 ] || {
    sed -n '1,/^|---/p' tests/simulation/mutants.md >"$table.new"
    cat "$table" >>"$table.new"
    mv "$table.new" tests/simulation/mutants.md
}
exit $((missed > 0))
