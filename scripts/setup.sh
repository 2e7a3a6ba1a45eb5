#!/usr/bin/env bash
# Installs what is missing on this machine and says nothing about what is there.
#
#   scripts/setup.sh run     what building and running needs
#   scripts/setup.sh test    the same, and what the tests need
#
# Packages come from apt-get. On a system without it, each missing thing is named, to be installed by other means.
set -euo pipefail
cd "$(dirname "$0")/.."

POSTGRES_AT_LEAST=15
NODE_AT_LEAST=18
missing=()

have() { command -v "$1" >/dev/null 2>&1; }

# As root directly, else by sudo.
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

can_install() { have apt-get && { [ "$(id -u)" -eq 0 ] || have sudo; }; }

apt_list_is_fresh=false
apt_install() {
    echo "setup: installing $* (apt-get)"
    if ! $apt_list_is_fresh; then
        as_root apt-get update -qq
        apt_list_is_fresh=true
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# require WHAT FOR CHECK PACKAGE...: installs the packages unless the check succeeds, and notes what still fails it.
require() {
    local what=$1 purpose=$2 check=$3
    shift 3
    if $check; then return; fi
    if can_install && apt_install "$@" && $check; then return; fi
    missing+=("$what, $purpose (Debian: $*)")
}

has_linker() { have cc; }

has_node() {
    have node && have npm && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$NODE_AT_LEAST" ]
}

# The server's programs, which Debian keeps out of PATH. The server looks in the same places.
has_postgres() {
    local folder version
    for folder in "$(pg_config --bindir 2>/dev/null)" "$(dirname "$(command -v initdb || echo /none)")" \
        /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
            if [ "$version" -ge "$POSTGRES_AT_LEAST" ]; then return 0; fi
        fi
    done
    return 1
}

# Debian's package makes a database cluster of its own and starts it. Fairlead has its own, so on a machine that never
# had PostgreSQL the package is told not to; a machine that has it keeps its settings.
forbid_own_cluster() {
    local settings=/etc/postgresql-common/createcluster.conf
    if has_postgres || ! can_install || [ -e "$settings" ]; then return; fi
    apt_install postgresql-common
    as_root sed -i -E 's/^#?create_main_cluster.*/create_main_cluster = false/' "$settings"
}

has_chromium() { have chromium || have chromium-browser || have google-chrome; }

has_chinese_font() { have fc-list && [ -n "$(fc-list :lang=zh family)" ]; }

wasm_target() {
    local target=wasm32-unknown-unknown
    if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then return; fi
    if have rustup && rustup target add "$target"; then return; fi
    missing+=("Rust's target $target, for the browser half (rustup target add $target)")
}

for_running() {
    if have cargo && have rustc; then
        wasm_target
    else
        missing+=("Rust, to build (https://rustup.rs)")
    fi
    require "a C compiler" "to link" has_linker gcc libc6-dev
    require "Node.js $NODE_AT_LEAST or newer with npm" "to make the browser half small" has_node nodejs npm
    forbid_own_cluster
    require "PostgreSQL $POSTGRES_AT_LEAST or newer, the server's programs" "which Fairlead starts itself" \
        has_postgres postgresql
}

for_testing() {
    require "Chromium" "for the browser tests" has_chromium chromium
    require "a Chinese font" "for the browser tests" has_chinese_font fonts-noto-cjk fontconfig
}

case "${1:-}" in
    run) for_running ;;
    test) for_running && for_testing ;;
    *) echo "usage: scripts/setup.sh run|test" >&2 && exit 2 ;;
esac

if [ "${#missing[@]}" -gt 0 ]; then
    echo "setup: these are missing and could not be installed:" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 1
fi
