# The project's chores. A recipe only calls scripts and cargo: whatever happens here can also be typed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check clean

# Everything is built in one profile, so that the dependencies are compiled once.
CARGO_BUILD := cargo build --release --locked

help: ## list these targets
	@printf 'usage: make TARGET\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## install what building and testing need: wasm targets for Rust, PyPI and npm packages into .tools
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tests/setup/toolchain.sh wasm32-wasip1
	@tests/setup/python.sh
	@tests/setup/node.sh

demo: ## build the tool, make a component out of a real program, run it
	@tests/setup/toolchain.sh wasm32-unknown-unknown
	@tests/setup/python.sh
	$(CARGO_BUILD)
	@tests/setup/demo.sh

test: setup ## run every test
	cargo test --release --locked --workspace --exclude wasi-adapt-adapter

check: ## formatting, lints, documentation; the adapter's as the wasm code it is
	cargo fmt --check
	cargo clippy --release --locked --workspace --exclude wasi-adapt-adapter --all-targets -- -D warnings
	cargo clippy --release --locked --package wasi-adapt-adapter --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --release --locked --workspace --exclude wasi-adapt-adapter --no-deps
	RUSTDOCFLAGS=-Dwarnings cargo doc --release --locked --package wasi-adapt-adapter --no-deps \
		--document-private-items --target wasm32-unknown-unknown

clean: ## remove everything that was built or installed here
	cargo clean
	rm -rf .tools
