# Everything that is done to Fairlead, by name. Recipes are thin: what needs more than a few lines is in scripts/ or in
# crates/xtask.

# Queries are checked against .sqlx, so that no build needs a database.
export SQLX_OFFLINE := true
# The browser tests use the machine's Chromium.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# Real data for the tests, a folder. Tests start in folders of their own, so the path is made absolute.
ifdef FAIRLEAD_DATA
export FAIRLEAD_DATA := $(abspath $(FAIRLEAD_DATA))
endif

# The browser's half of the workspace is compiled for WASM only, apart from the rest.
NATIVE := --workspace --exclude frontend
WASM   := --package frontend --target wasm32-unknown-unknown --no-default-features --features hydrate
XTASK  := cargo run --quiet --package xtask --

.DEFAULT_GOAL := help
.PHONY: help setup setup-test build run dev check test bench shots prepare clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what running needs (WASM target, Node.js, PostgreSQL); quiet when all is there
	@scripts/setup.sh run

setup-test: ## Install what testing needs beyond that (Chromium, a Chinese font)
	@scripts/setup.sh test

build: ## Build the browser half and the server, both optimised
	@$(XTASK) build
	@cargo build --release --package server

run: setup build ## Build and start the server: http://127.0.0.1:3210
	@exec target/release/fairlead serve

dev: setup ## Build quickly and start; again at every saved file
	@$(XTASK) dev

check: setup ## Format, lints, browser build, documentation, house rules, prepared queries
	cargo fmt --all --check
	cargo clippy $(NATIVE) --all-targets -- --deny warnings
	cargo clippy $(WASM) -- --deny warnings
	RUSTDOCFLAGS='--deny warnings' cargo doc $(NATIVE) --no-deps --quiet
	cargo test --quiet --package xtask --test tidy
	@scripts/check-queries.sh

test: setup-test build ## All tests: Rust with a real PostgreSQL, then a real browser on the optimised build
	scripts/test-rust.sh $(NATIVE)
	npm --prefix end2end ci
	npm --prefix end2end test

bench: setup-test build ## Measure against bare floors and other libraries; prints tables
	npm --prefix end2end ci
	npm --prefix end2end run bench

shots: setup-test build ## Photograph every page into end2end/shots
	npm --prefix end2end ci
	npm --prefix end2end run shots

prepare: ## Renew .sqlx after a query has changed (needs DATABASE_URL, migrated)
	@$(XTASK) prepare

clean: ## Remove what was built; the embedded database in .fairlead stays
	cargo clean
	rm -rf end2end/node_modules end2end/test-results end2end/shots
