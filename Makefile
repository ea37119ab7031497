# The verbs of this repository; `make` lists them.

# Outside of the checkout, so that fresh clones share it.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/jubilee
export CARGO_TARGET_DIR ?= $(CACHE)/target

.DEFAULT_GOAL := help
.PHONY: help run regions build test nightly drills tests lint bench bench-peers docs mutants clean

help: ## Lists the verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: build ## Builds and serves on the embedded store; JUBILEE_* variables set it up
	@exec "$(CARGO_TARGET_DIR)/release/jubilee"

regions: build ## Three regions on this machine, with databases and a balancer; needs root. ARGS='--observe' and so on
	@cargo lab up --jubilee "$(CARGO_TARGET_DIR)/release/jubilee" $(ARGS)

build: ## Builds the release program
	@cargo build --release --locked
	@echo "built $(CARGO_TARGET_DIR)/release/jubilee" >&2

test: ## Proves everything, as CI does; SKIP=lane,lane leaves lanes out and says so
	@scripts/test

nightly: ## Proves what spans regions, ten times as long as `make test` does
	@JUBILEE_TEST_SCALE=10 cargo test --locked --test regions -- --nocapture --test-threads 1

drills: ## Plays every fault that must ring, and prints when its alerts rang
	@JUBILEE_TEST_DRILLS=all cargo test --locked --test observe each_drill -- --nocapture

tests: ## Runs the Rust tests only; ARGS='--test ops layers' chooses
	@cargo test --workspace --locked $(ARGS)

lint: ## Checks the format and every lint
	@scripts/test format clippy

bench: ## Measures speed and size, for benches/README.md; takes long. ARGS='--bench countdown' chooses
	@cargo bench --locked $(ARGS)

bench-peers: ## Measures Jubilee beside Flask and Gin, for docs/performance.md; some ten minutes, and the builds before
	@scripts/peers measure

docs: ## Writes what is generated: docs/errors.md, docs/metrics.md, .env.example, the README's settings, rules, dashboards and docs/performance.md
	@REGENERATE=1 cargo test --locked --test ops generated
	@scripts/observability generate
	@scripts/peers generate

mutants: ## Breaks the code on purpose and demands a red test; ONLY=name chooses one
	@scripts/mutants

clean: ## Removes what was built, in the cache too
	@rm -rf -- "$(CARGO_TARGET_DIR)" "$(CACHE)"
