# The verbs of this repository; `make` lists them.

# Outside of the checkout, so that fresh clones share it.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/jubilee
export CARGO_TARGET_DIR ?= $(CACHE)/target

.DEFAULT_GOAL := help
.PHONY: help run regions build test nightly drills rehearse rollout tests lint bench bench-peers docs mutants clean \
	smoke load stress spike soak regions-load

help: ## Lists the verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

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

rehearse: ## Rolls a good release and every bad one out in the laboratory, and prints which gate stopped which
	@JUBILEE_REHEARSE=all cargo test --locked --package jubilee-releases --test rehearsals -- --nocapture --test-threads 1

rollout: ## Takes a version through the regions; ARGS='start --version PATH', 'status' and so on: deploy/rollout/README.md
	@cargo run --quiet --release --locked --package jubilee-rollout -- $(ARGS)

tests: ## Runs the Rust tests only; ARGS='--test ops layers' chooses
	@cargo test --workspace --locked $(ARGS)

lint: ## Checks the format and every lint
	@scripts/test format clippy

bench: ## Measures speed and size, for benches/README.md; takes long. ARGS='--bench countdown' chooses
	@cargo bench --locked $(ARGS)

bench-peers: ## Measures Jubilee beside Flask and Gin, for docs/performance.md; some ten minutes, and the builds before
	@scripts/peers measure

docs: ## Writes what is generated: docs/errors.md, docs/metrics.md, .env.example, the README's settings, rules, dashboards, docs/performance.md, docs/scale.md
	@REGENERATE=1 cargo test --locked --test ops generated
	@scripts/observability generate
	@scripts/scale generate
	@scripts/peers generate

mutants: ## Breaks the code on purpose and demands a red test; ONLY=name chooses one
	@scripts/mutants

# What k6 is told beside its script: PROMETHEUS=http://HOST:9090 takes the figures by remote write.
K6 = scripts/k6 run --quiet $(if $(PROMETHEUS),--out experimental-prometheus-rw)
smoke load stress spike soak regions-load: export K6_PROMETHEUS_RW_SERVER_URL ?= $(if $(PROMETHEUS),$(PROMETHEUS)/api/v1/write)
smoke load stress spike soak regions-load: export K6_PROMETHEUS_RW_TREND_STATS ?= p(50),p(90),p(95),p(99),max

smoke: ## Holds an instance against every promise, once, in seconds; BASE_URL, by default what `make run` serves
	@$(K6) k6/smoke.js

load: ## Brings a steady load and judges it by the objectives; see k6/README.md for the settings of all of these
	@$(K6) k6/load.js

stress: ## Looks for the knee
	@$(K6) k6/stress.js

spike: ## Brings a sudden crowd
	@$(K6) k6/spike.js

soak: ## Watches memory and open files under a long load
	@$(K6) k6/soak.js

regions-load: ## Asks a laboratory's geo-routed address from every region; CLIENT_ADDRESSES=198.18.0.33,198.18.0.65,...
	@$(K6) $(if $(CLIENT_ADDRESSES),--local-ips $(CLIENT_ADDRESSES)) k6/regions.js

.PHONY: served scylla deploy dist sbom image index sign verify publish

served: ## Serves on a free port and asks with k6; SCRIPT=soak DURATION=2h and so on
	@scripts/served

scylla: ## Runs the suites that can run on any cluster on the ScyllaDB of compose.yaml; needs Docker
	@scripts/scylla

deploy: ## What the workflow of deploys runs: a rollout told by variables, VERB, VERSION, PLATFORM and so on: scripts/deploy
	@scripts/deploy

dist: ## Packs the release program for this machine's platform in dist/, with checksums
	@scripts/dist

sbom: ## Writes what the program is made of into dist/, as CycloneDX
	@scripts/sbom

image: ## Builds the image for this machine's platform; needs Docker. PUSH=1 IMAGE=ghcr.io/OWNER/jubilee pushes it
	@scripts/image

index: ## Joins the pushed images of both platforms under one name
	@scripts/image index

sign: ## Signs dist/ and the pushed image, without a key
	@scripts/sign

verify: ## Says whether the image of VERSION was signed by this repository's release workflow
	@scripts/sign verify

publish: ## Makes the release on GitHub from dist/
	@scripts/publish

clean: ## Removes what was built, in the cache too
	@rm -rf -- "$(CARGO_TARGET_DIR)" "$(CACHE)"
