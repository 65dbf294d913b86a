# Sourced, with the project's folder as the working directory: puts the project's own tools first.

# cargo install puts wasm-bindgen here; rustup's cargo must come before a system one.
cargo_bin=${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin
PATH=$PWD/node_modules/.bin:$cargo_bin:$PATH
export PATH

# Written by tools.sh; empty where the ordinary toolchain has the wasm target.
if [ -s .tools/toolchain ]; then
    RUSTUP_TOOLCHAIN=$(cat .tools/toolchain)
    export RUSTUP_TOOLCHAIN
fi

# Of the versions that were tested; worker-build (bench/) downloads whatever is not named here.
export WASM_BINDGEN_BIN="$cargo_bin/wasm-bindgen"
export ESBUILD_BIN="$PWD/node_modules/.bin/esbuild"
export WASM_OPT_BIN="$PWD/node_modules/.bin/wasm-opt"

# Local runs need neither Cloudflare's description of the visitor nor usage reports.
export CLOUDFLARE_CF_FETCH_ENABLED=false WRANGLER_SEND_METRICS=false

# The version of crate $1 in Cargo.lock, so that tools cannot drift from the crates they serve.
locked() {
    awk -v want="\"$1\"" '$1 == "name" { hit = $3 == want } hit && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}
