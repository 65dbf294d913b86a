#!/bin/sh
# Finds or makes a Rust that compiles for wasm32-unknown-unknown.  Prints what RUSTUP_TOOLCHAIN must be
# for it: an empty line where the ordinary toolchain will do.  All else goes to stderr.
#   WASM_TOOLCHAIN_MODE  auto: as it is, else by rustup, else from Debian's packages; or one of: rustup, debian
#   WASM_TOOLCHAIN_DIR   where the one from Debian's packages is kept
#   WASM_TOOLCHAIN_NAME  what rustup calls that one
set -eu
triple=wasm32-unknown-unknown
mode=${WASM_TOOLCHAIN_MODE:-auto}
home=${WASM_TOOLCHAIN_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/postern/rust-wasm}
name=${WASM_TOOLCHAIN_NAME:-postern-rust-wasm}
exec 3>&1 1>&2
say() { echo "wasm-toolchain: $*"; }
fail() { say "$*"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Does toolchain $1 (empty: the ordinary one) turn a library that uses std into a module?
works() (
    [ -z "$1" ] || export RUSTUP_TOOLCHAIN="$1"
    cd "$scratch"
    echo '#[unsafe(no_mangle)] pub extern "C" fn f(n: u32) -> usize { n.to_string().len() }' >probe.rs
    rustc --edition 2024 --target $triple --crate-type cdylib -C panic=abort -O probe.rs >probe.log 2>&1
)
answer() { echo "$1" >&3; exit 0; }

if [ "$mode" != debian ]; then
    ! works "" || answer ""
    if command -v rustup >/dev/null; then
        say "asking rustup for the target $triple"
        # Where the download is blocked it can hang rather than fail.
        limit=; ! command -v timeout >/dev/null || limit="timeout 180"
        if RUSTUP_MAX_RETRIES=1 $limit rustup target add $triple && works ""; then answer ""; fi
    fi
    [ "$mode" != rustup ] || fail "no $triple by way of rustup"
fi

# From here on: Debian's Rust, which has the compiler and the sources of std, but no std for this target.
command -v rustup >/dev/null || fail "rustup is needed to choose between toolchains"
command -v apt-get >/dev/null || fail "rustup cannot add $triple here, and this is not Debian: add it by hand"

newest_lld() { # rust-lld must understand what today's LLVM writes
    for dir in /usr/lib/llvm-*; do
        [ "${dir##*-}" -lt 19 ] 2>/dev/null || [ ! -x "$dir/bin/lld" ] || echo "$dir/bin/lld"
    done | sort -V | tail -n 1
}
missing=
for package in cargo-web rustc-web rust-web-src rust-web-clippy rustfmt-web; do
    dpkg -s $package 2>/dev/null | grep -q '^Status: .* installed' || missing="$missing $package"
done
[ -n "$(newest_lld)" ] || missing="$missing lld-19"
if [ -n "$missing" ]; then
    say "installing Debian's$missing"
    root=; [ "$(id -u)" -eq 0 ] || root=sudo
    $root apt-get -qq update
    # shellcheck disable=SC2086 # words on purpose
    $root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >"$scratch/apt.log" 2>&1 ||
        { tail -n 20 "$scratch/apt.log"; fail "apt-get could not install$missing"; }
fi

lld=$(newest_lld)
rustlib=$(/usr/bin/rustc --print sysroot)/lib/rustlib
host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
made_of="$(/usr/bin/rustc -V), $lld"
register() { rustup toolchain link "$name" "$home"; }

# std of another compiler is refused, so an upgrade of Debian's packages means making it again.
if [ "$(cat "$home/made-of" 2>/dev/null)" = "$made_of" ] && register && works "$name"; then answer "$name"; fi

say "compiling std with $made_of (a minute, once)"
mkdir -p "$scratch/empty/src"
: >"$scratch/empty/src/lib.rs"
printf '[package]\nname = "empty"\nedition = "2024"\n' >"$scratch/empty/Cargo.toml"
(
    cd "$scratch/empty"
    unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER
    # Bitcode lets the link-time optimiser see into std; -Z build-std wants the bootstrap switch.
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$scratch/out" RUSTFLAGS="-C embed-bitcode=yes"
    /usr/bin/cargo build --release --target $triple -Z build-std=std,panic_abort,proc_macro,test
) >"$scratch/std.log" 2>&1 || { tail -n 20 "$scratch/std.log"; fail "std does not compile"; }

new=$home.$$
rm -rf "$new"
mkdir -p "$new/bin" "$new/lib/rustlib/$triple/lib" "$new/lib/rustlib/$host/bin"
rm -f "$scratch/out/$triple/release/deps/"libempty-*
cp "$scratch/out/$triple/release/deps/"*.rlib "$new/lib/rustlib/$triple/lib/"
ln -s "$rustlib/$host/lib" "$new/lib/rustlib/$host/lib"
ln -s "$rustlib/src" "$new/lib/rustlib/src"
ln -s "$lld" "$new/lib/rustlib/$host/bin/rust-lld"
for tool in cargo cargo-fmt rustfmt; do ln -s "/usr/bin/$tool" "$new/bin/$tool"; done
# Debian's compiler takes /usr for its sysroot whatever it is called by, so it must be told.
for tool in rustc rustdoc; do
    printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' $tool "$home" >"$new/bin/$tool"
done
for tool in cargo-clippy clippy-driver; do
    printf '#!/bin/sh\nSYSROOT="%s" exec /usr/bin/%s "$@"\n' "$home" $tool >"$new/bin/$tool"
done
chmod +x "$new"/bin/*
echo "$made_of" >"$new/made-of"
rm -rf "$home"
mv "$new" "$home"
register
works "$name" || { cat "$scratch/probe.log"; fail "the toolchain in $home does not work"; }
answer "$name"
