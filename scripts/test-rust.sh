#!/usr/bin/env bash
# Runs the Rust tests: by nextest where it is installed (a process a test, all cores), else by cargo. Documentation
# examples are cargo's alone. Arguments choose the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run "$@"
    cargo test --doc "$@"
else
    cargo test "$@"
fi
