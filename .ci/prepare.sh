#!/usr/bin/env bash
# Installs what a fresh machine lacks, and nothing it has.
#
#     .ci/prepare.sh build    what `make run` needs: the wasm target, wasm-bindgen, the npm tools
#     .ci/prepare.sh lint     rustfmt and clippy, and the wasm target
#     .ci/prepare.sh test     all of that, and Debian's Chromium, a Chinese font and PostgreSQL
#     .ci/prepare.sh bench    all of test's, and Debian's valgrind, which counts instructions
#
# Taken as given: rustup's Rust, Node.js with npm, make, cc and the package registries. Tools that are no system packages
# go below cargo's target folder or end2end/node_modules, so that removing the checkout removes them. With everything in
# place this takes well under half a second.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)

say() { echo "prepare: $*" >&2; }
die() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

for tool in cargo node npm cc; do
  has "$tool" || die "$tool is missing; rustup's Rust, Node.js (18 or newer) with npm, make and cc are needed first"
done

wasm_target() {
  [[ -d $(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib ]] && return
  has rustup || die "the Rust target wasm32-unknown-unknown is missing, and there is no rustup to add it"
  say "adding the Rust target wasm32-unknown-unknown"
  rustup target add wasm32-unknown-unknown
}

lint_tools() {
  cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 && return
  say "adding rustfmt and clippy"
  rustup component add rustfmt clippy
}

# The tool and the crate must be of one version; the lock file names it.
wasm_bindgen() {
  local version
  version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
  [[ -n $version ]] || die "Cargo.lock names no wasm-bindgen"
  local tool
  for tool in "$target/tools/bin/wasm-bindgen" wasm-bindgen; do
    has "$tool" && [[ $("$tool" --version) == "wasm-bindgen $version" ]] && return
  done
  say "building wasm-bindgen $version (about two minutes)"
  # Not --locked: the lock file that the tool ships no longer resolves. Optimised, it would take three times as long to
  # build and save a second per bundle. Its default features are TLS for the test browsers we do not drive with it.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    "${CARGO:-cargo}" install wasm-bindgen-cli --version "$version" --bin wasm-bindgen --no-default-features --force \
    --root "$target/tools" --target-dir "$target/tools/build"
  rm -rf "$target/tools/build"
}

npm_tools() {
  local stamp=end2end/node_modules/.wuze-lock
  cmp -s end2end/package-lock.json "$stamp" && return
  say "installing the npm tools"
  # Without install scripts: what we use runs without them, and none of the packages then runs code of its own here.
  (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-fund --no-audit --loglevel=error)
  cp end2end/package-lock.json "$stamp"
}

# A full disk shows as dozens of failing tests that say nothing about disks.
disk() {
  local free
  free=$(df -Pm "$target" | awk 'NR == 2 { print $4 }')
  ((free >= 8192)) || say "only $free MB are free at $target; from nothing, building and testing takes about 8 GB"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif has sudo; then
    sudo "$@"
  else
    die "this needs root or sudo: $*"
  fi
}

debian() {
  local packages=()
  [[ -n ${CHROMIUM:-} ]] || has chromium || packages+=(chromium)
  # Without a Chinese font every screenshot shows boxes and every width is wrong.
  { has fc-list && [[ -n $(fc-list :lang=zh-cn) ]]; } || packages+=(fontconfig fonts-noto-cjk)
  { has initdb || { has pg_config && [[ -x $(pg_config --bindir)/initdb ]]; } \
    || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; } || packages+=(postgresql)
  [[ ${1:-} != bench ]] || has valgrind || packages+=(valgrind)
  ((${#packages[@]})) || return 0
  has apt-get || die "please install these (by Debian's names): ${packages[*]}"
  say "installing Debian packages: ${packages[*]}"
  # A cluster of the system's own would take port 5432 and start with the machine. The drop-in is read while
  # PostgreSQL is installed; it goes again afterwards.
  local quiet=/etc/postgresql-common/createcluster.d/wuze-tests.conf
  as_root mkdir -p "${quiet%/*}"
  echo 'create_main_cluster = false' | as_root tee "$quiet" >/dev/null
  local failed=0
  as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' sh "${packages[@]}" >&2 || failed=1
  as_root rm -f "$quiet"
  as_root rmdir --ignore-fail-on-non-empty "${quiet%/*}"
  ((failed == 0)) || die "apt-get could not install: ${packages[*]}"
}

case ${1:-} in
  build) wasm_target; wasm_bindgen; npm_tools ;;
  lint) wasm_target; lint_tools ;;
  test) disk; wasm_target; lint_tools; debian; wasm_bindgen; npm_tools ;;
  bench) disk; wasm_target; lint_tools; debian bench; wasm_bindgen; npm_tools ;;
  *) die "usage: .ci/prepare.sh build|lint|test|bench" ;;
esac
