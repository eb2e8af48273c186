# Two commands matter: `make serve` shows the page, `make test` runs everything. `make help` lists the rest.
# Tools that are missing are brought by .ci/with, at pinned versions.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve dev test fmt fmt-check lint lint-native lint-wasm test-native test-web bench bench-web cli dist clean

PORT ?= 8080
RUST := .ci/with rust --
WASM := .ci/with rust wasm --
PAGE := .ci/with rust wasm trunk wasm-bindgen wasm-opt --
NODE := .ci/with node --

WASM_TARGET := wasm32-unknown-unknown
SOURCES := $(shell find src assets scenarios -type f 2>/dev/null) Cargo.toml Cargo.lock rust-toolchain.toml
PAGE_SOURCES := $(SOURCES) index.html $(wildcard Trunk.toml)

# $(call step,WHAT IT IS,COMMAND,WHAT TO DO WHEN IT FAILS)
define step
	@printf '\n== %s\n' '$(1)'
	@$(2) || { printf '\nerror: %s failed\n  do:  %s\n' '$(1)' '$(3)' >&2; exit 1; }
endef

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

serve: dist/index.html ## build the release page and serve it at a printed http://127.0.0.1 address
	@$(NODE) node tests/web/serve.mjs dist --port $(PORT)

dev: ## serve the page with live reload: quick builds, slower engines
	@mkdir -p target/dev-dist
	@$(PAGE) trunk serve --offline --dist target/dev-dist --address 127.0.0.1 --port $(PORT)

test: fmt-check lint test-native test-web ## run everything: format, lints, native tests, browser tests

fmt: ## format the code
	@$(RUST) cargo fmt

fmt-check: ## check the format of the code
	$(call step,rustfmt,$(RUST) cargo fmt --check,run make fmt)

lint: lint-native lint-wasm ## run clippy with warnings denied, native and wasm32

lint-native:
	$(call step,clippy (native),$(RUST) cargo clippy --locked --all-targets -- -D warnings,mend what clippy names above)

lint-wasm:
	$(call step,clippy (wasm32),$(WASM) cargo clippy --locked --target $(WASM_TARGET) --features web --lib --bin app --bin worker -- -D warnings,mend what clippy names above)

# Unit tests take seconds however they are built: with the quicker build of the dev profile. The rest simulates for minutes.
# $(call tests,NEXTEST'S OPTIONS,CARGO'S OPTIONS,TARGET)
tests = if command -v cargo-nextest >/dev/null; then $(RUST) cargo nextest run --locked --no-fail-fast $(1) $(3); else $(RUST) cargo test --locked --no-fail-fast $(2) $(3); fi
test-native: ## run the native tests
	$(call step,unit tests,$(call tests,--cargo-profile dev,--profile dev,--lib),read the failing tests above; one alone: cargo test --lib NAME)
	$(call step,native tests,$(call tests,,,--test it),read the failing tests above; one alone: cargo test --test it NAME)
	$(call step,documentation tests,$(RUST) cargo test --locked --doc --quiet,read the failing examples above)

test-web: dist/index.html ## run the browser tests on the release page
	$(call step,command line (as the native tests have built it),$(RUST) cargo test --locked --quiet --no-run --test it,mend what the compiler names above)
	$(call step,browser tests,.ci/with chromium firefox web-tests -- node --test --test-reporter=spec tests/web/*.test.mjs,read the failing tests above; screenshots are in tests/web/shots)

cli: ## build the command line: target/release/plimsoll
	$(call step,command line (release build),$(RUST) cargo build --locked --release --bin plimsoll,mend what the compiler names above)

bench: cli ## time the simulator against a bare loop and its peers, and the command line on the shipped plan
	$(call step,benchmark (release build),$(RUST) cargo build --locked --release --manifest-path tests/bench/Cargo.toml,mend what cargo or the compiler names above)
	@tests/bench/target/release/plimsoll-bench
	@$(NODE) node tests/bench/commands.mjs

BENCH_WEB := tests/bench/target/web
bench-web: dist/index.html ## time the simulator and the page in Chromium, beside the same code built natively
	$(call step,benchmark (native build),$(RUST) cargo build --locked --release --bin native --manifest-path tests/bench/web/Cargo.toml --target-dir $(BENCH_WEB),mend what cargo or the compiler names above)
	$(call step,benchmark (wasm build),$(WASM) cargo build --locked --profile web --lib --target $(WASM_TARGET) --manifest-path tests/bench/web/Cargo.toml --target-dir $(BENCH_WEB),mend what cargo or the compiler names above)
	@.ci/with wasm-opt -- wasm-opt -O3 --one-caller-inline-max-function-size=0 --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue $(BENCH_WEB)/$(WASM_TARGET)/web/plimsoll_bench_web.wasm -o $(BENCH_WEB)/bench.wasm
	@.ci/with chromium web-tests -- node tests/bench/web.mjs $(BENCH_WEB)/bench.wasm $(BENCH_WEB)/release/native dist

dist: dist/index.html ## build the static site in dist/ and report its size
	@$(NODE) node tests/web/size.mjs dist

# Both programs of the page at once: trunk asks for one after the other, and finds them built.
dist/index.html: $(PAGE_SOURCES)
	$(call step,programs of the page (release build),$(WASM) cargo build --locked --profile web --target $(WASM_TARGET) --features web --bin app --bin worker,mend what the compiler names above)
	$(call step,page (release build),$(PAGE) trunk build --release --offline --cargo-profile web --public-url ./ --dist dist,mend what trunk or the compiler names above)
	@touch $@

clean: ## remove what was built (the shared tool cache stays)
	rm -rf dist target tests/web/node_modules tests/web/shots
