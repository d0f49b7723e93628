# Two commands matter: `make run` and `make test`. Both install what a fresh machine lacks (.ci/prepare.sh says what).
# `make help` lists the rest. Everything made lies below cargo's target folder, end2end/node_modules and data/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# Absolute, so that every program below agrees on it wherever it stands.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
export CARGO ?= cargo

# One native profile for running, testing and the browser suite, so that each crate is compiled once: with opt-level 1 the
# server and the assets stand within 15 minutes from an empty registry on two cores, and the board's rules are quick
# enough to judge by hand. `make run PROFILE=release` is the production binary; it compiles everything a second time.
PROFILE ?= quick
ADDR ?= 127.0.0.1:3000
DATA ?= data
# More flags for the server, e.g. ARGS='--insecure'.
ARGS ?=

PROFILE_DIR = $(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
WUZE = $(CARGO_TARGET_DIR)/$(PROFILE_DIR)/wuze
SERVE = exec "$(WUZE)" serve --addr "$(ADDR)" --database-url "sqlite:$(DATA)/wuze.db" --data "$(DATA)" --demo $(ARGS)

.PHONY: help run dev build test check fmt lint bench attacks papers unit browser assets

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: build ## install what is missing, build, serve http://127.0.0.1:3000 on data/ with the demo district
	@mkdir -p "$(DATA)"
	$(SERVE)

build: ## what run does, without serving
	@.ci/prepare.sh build
	node .ci/assets.mjs
	$(CARGO) build --profile $(PROFILE) -p server --bin wuze

dev: ## like run, with browser assets that are quick to make and large
	@.ci/prepare.sh build
	node .ci/assets.mjs --fast
	$(CARGO) build --profile $(PROFILE) -p server --bin wuze
	mkdir -p "$(DATA)"
	$(SERVE)

test: ## install what is missing and run everything: lints, unit and contract tests, budgets, real Chromium
	@.ci/prepare.sh test
	$(MAKE) lint
	$(MAKE) unit
	$(MAKE) browser

check: ## formatting, lints and the rules' tests; under three minutes when warm
	@.ci/prepare.sh lint
	$(MAKE) lint
	$(CARGO) test --profile quick -p domain

fmt: ## format every crate
	@.ci/prepare.sh lint
	$(CARGO) fmt --all

bench: ## the full loads and attacks; takes long, prints numbers and ends with 1 where one is above its limit
	@.ci/prepare.sh bench
	node .ci/assets.mjs
	$(CARGO) build --profile $(PROFILE) -p server --bin wuze
	$(CARGO) build --release -p server --bin wuze --example room_load
	# What is above a limit does not keep the others from being measured.
	over=
	for bench in chain room evidence papers overview report warnings; do
		$(CARGO) bench -p server --bench "$$bench" || over="$$over $$bench"
	done
	for bench in search ledger; do
		.ci/postgres.sh $(CARGO) bench -p server --bench "$$bench" || over="$$over $$bench"
	done
	"$(CARGO_TARGET_DIR)/release/examples/room_load" --wuze "$(CARGO_TARGET_DIR)/release/wuze" --dir "$(CARGO_TARGET_DIR)" || over="$$over room_load"
	$(MAKE) attacks || over="$$over attacks"
	for script in end2end/bench/*.mjs; do
		echo "bench: $$script"
		WUZE_BIN="$(WUZE)" node "$$script" || over="$$over $$script"
	done
	if [ -n "$$over" ]; then
		echo "bench: above a limit or failed:$$over" >&2
		exit 1
	fi

attacks: ## the attack tests in full counts (A01–A14, B01–B12, F01–F06), in process, a few minutes
	@.ci/prepare.sh bench
	node .ci/assets.mjs
	WUZE_FULL=1 .ci/postgres.sh $(CARGO) test --profile quick -p server --test it -- --nocapture doors:: objects:: people::sign_in people::sessions people::devices people::denials people::ports

papers: ## the papers of a book and of a review as .docx and, by LibreOffice, as PDF and PNG, in target/papers, to be looked at
	@rm -rf "$(CARGO_TARGET_DIR)/papers"
	WUZE_PAPERS="$(CARGO_TARGET_DIR)/papers" .ci/postgres.sh $(CARGO) test --profile quick -p server --test it -- reviews::papers papers::
	if ! command -v soffice >/dev/null; then
		echo "papers: the .docx files are in $(CARGO_TARGET_DIR)/papers; for PDF install libreoffice-writer" >&2
		exit 1
	fi
	soffice --headless --convert-to pdf --outdir "$(CARGO_TARGET_DIR)/papers" "$(CARGO_TARGET_DIR)"/papers/*.docx
	ls "$(CARGO_TARGET_DIR)"/papers/*.pdf
	if command -v pdftoppm >/dev/null; then
		for paper in "$(CARGO_TARGET_DIR)"/papers/*.pdf; do
			pdftoppm -r 60 -png -l 12 "$$paper" "$${paper%.pdf}"
		done
	fi

# ---- parts of the above --------------------------------------------------------------------------------------------

# Formatting first: it is the cheapest to fail.
lint:
	@$(CARGO) fmt --all --check
	$(CARGO) clippy --profile quick --workspace --exclude web --all-targets -- -D warnings
	for audience in phone book sheet account office; do
		$(CARGO) clippy --profile quick -p web --target wasm32-unknown-unknown --no-default-features --features "$$audience" -- -D warnings
	done
	if grep -rnE 'waitForTimeout|networkidle' end2end/tests end2end/fixtures.ts; then
		echo "lint: browser tests wait for events, never for time" >&2
		exit 1
	fi

# The assets come before the tests: the server embeds them, and fails here when a bundle is above its budget.
assets:
	@node .ci/assets.mjs

unit: assets
	@.ci/postgres.sh $(CARGO) test --profile quick --workspace --exclude web --no-fail-fast

# The tests' own build of the binary, there already after `unit`: the dev-dependencies turn on features of shared crates,
# and a plain `cargo build` would compile the app and the server once more.
browser: assets
	@$(CARGO) test --profile quick --workspace --exclude web --no-run
	cd end2end
	WUZE_BIN="$(CARGO_TARGET_DIR)/quick/wuze" node node_modules/@playwright/test/cli.js test
