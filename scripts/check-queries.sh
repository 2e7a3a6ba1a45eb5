#!/usr/bin/env bash
# Compares .sqlx with the store's queries, where a database can be asked. Without one, the build itself has shown that
# every query has its file; only a file with outdated types would go unseen.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${DATABASE_URL:-}" ]; then
    echo "check-queries: skipped, DATABASE_URL is not set"
elif ! command -v pg_isready >/dev/null || ! pg_isready --quiet --dbname="$DATABASE_URL"; then
    echo "check-queries: skipped, no PostgreSQL answers at DATABASE_URL"
else
    cargo run --quiet --package xtask -- prepare --check
fi
