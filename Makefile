# Everything anyone does with this project starts here; each target sets up what it needs.

PORT ?= 8787
STATE ?=
VARS ?=
SCHEDULES ?= 100000
SEED ?=
SECONDS ?= 900
PAUSE ?= 500
BENCH ?=
COUNT ?=
TARGET ?=
TIME ?= 600
URL ?=
NAME ?=

# Runs a command with the project's own tools (node, wrangler, the Rust toolchain).
RUN := scripts/run.sh
# The crate for fuzzing, built apart: a crate that is a cdylib has the same file name in every build, and two workspaces
# whose crates have other features would write over each other's.
FUZZ := CARGO_TARGET_DIR=target/fuzz $(RUN) cargo
# One file after the other: each has a server and a browser, and they want the whole machine.
BROWSER_TESTS := $(RUN) node --test --test-concurrency=1 --test-reporter=spec 'tests/browser/*.test.mjs'
vars = $(foreach setting,$(VARS),--var '$(setting)')

.PHONY: help setup tools dev test test-browser screens simulate simulate-mutants model mutants fuzz faults soak lint \
	build bench instructions deploy rotate-keys clean

help:
	@echo 'make dev      serve on http://localhost:8787, with local storage that persists'
	@echo '              PORT=9000            another port'
	@echo '              STATE=folder         keep the storage there'
	@echo "              VARS='CODE_TTL:2 REFRESH_TOKENS:keep'   settings, as in wrangler.toml"
	@echo 'make test     every check there is: what CI runs'
	@echo 'make test-browser   of those, what people see and do in a real browser'
	@echo 'make screens  take a picture of every page, for docs/screens/'
	@echo '              NAME=consent         of one'
	@echo 'make simulate the whole server under 100,000 schedules of races, stale reads, crashes and thieves'
	@echo '              SCHEDULES=20000      fewer; SEED=…  one again, and its story'
	@echo 'make simulate-mutants   plant faults one at a time, and see whether it finds them'
	@echo 'make model    the grant machine in every order of events, with longer bounds than in make test'
	@echo 'make mutants  change protocol/ and jose/ one operator at a time, and see whether a test notices'
	@echo 'make faults   only crashes, panics and hostile traffic, at ten times the length'
	@echo 'make soak     mixed traffic and races for 15 minutes, every answer accounted for'
	@echo '              SECONDS=60 PAUSE=0   shorter; as fast as the machine can'
	@echo 'make fuzz     look for inputs that break a promise, each target for ten minutes'
	@echo '              TARGET=form TIME=60  one, for a minute'
	@echo 'make lint     formatting and clippy, natively and for wasm'
	@echo 'make build    the optimised module, in build/'
	@echo 'make bench    measure it'
	@echo 'make instructions   count what hot paths take, natively, and compare with what they took'
	@echo "make deploy   to your Cloudflare account; VARS='ISSUER:https://auth.example.com'"
	@echo 'make rotate-keys   new keys for ID tokens; URL=https://auth.example.com with ADMIN_TOKEN set, else of make dev'
	@echo 'make setup    only fetch and build the tools'
	@echo 'make clean    remove what was built; node_modules, .dev.vars and local storage stay'

setup: node_modules/.stamp tools .dev.vars

# Not `npm ci`: it refuses a lock file that lacks another platform's workerd, and one written next to
# a registry without those packages does.  What the lock file names is installed exactly as it says.
node_modules/.stamp: package.json package-lock.json
	npm install --no-save --no-audit --no-fund --loglevel=error
	@# Of the node packages only this machine's gets installed, but older npm then drops its link.
	@cd node_modules && ln -sf "../$$(ls -d node-*/bin/node)" .bin/node
	@touch $@

tools:
	@scripts/tools.sh

.dev.vars: | node_modules/.stamp
	@$(RUN) node scripts/dev-vars.mjs

# exec hands on make's signals, so that stopping make stops the server.
dev: setup
	@scripts/build-worker.sh fast
	@exec $(RUN) node scripts/dev.mjs --port $(PORT) $(if $(STATE),--state '$(STATE)') $(vars)

test: setup lint
	$(RUN) cargo test --lib --bins --test floors --test native
	$(FUZZ) test --manifest-path fuzz/Cargo.toml --test replay
	$(RUN) cargo test --profile simulation --test simulation --test model -- --show-output
	$(RUN) cargo test --doc
	scripts/build-worker.sh fast planted-panic
	scripts/build-worker.sh full
	@scripts/chromium.sh
	$(RUN) cargo test --test worker
	$(BROWSER_TESTS)

test-browser: setup
	scripts/build-worker.sh fast
	@scripts/chromium.sh
	$(BROWSER_TESTS)

screens: setup
	scripts/build-worker.sh fast
	@scripts/chromium.sh
	@scripts/korean-font.sh
	NAME=$(NAME) $(RUN) node tests/browser/screens.mjs

simulate: setup
	SCHEDULES=$(SCHEDULES) SEED=$(SEED) $(RUN) cargo test --quiet --profile simulation --test simulation -- \
		--ignored --exact by_hand --nocapture

simulate-mutants: setup
	$(RUN) scripts/simulate-mutants.sh

model: setup
	$(RUN) cargo test --profile simulation --test model -- --include-ignored --nocapture

mutants: setup
	@$(RUN) cargo mutants --version >/dev/null 2>&1 || $(RUN) cargo install --quiet cargo-mutants --version 27.1.0
	$(RUN) cargo mutants --jobs 1

faults: build
	scripts/build-worker.sh fast planted-panic
	FAULTS=long $(RUN) cargo test --test worker -- --nocapture --test-threads 1 crash midway panic hostile guessing

soak: build
	$(RUN) node --no-warnings soak/run.mjs --seconds $(SECONDS) --pause $(PAUSE)

fuzz: setup
	@scripts/fuzz.sh $(TIME) $(TARGET)

lint: tools
	$(RUN) cargo fmt --check
	$(FUZZ) fmt --check --manifest-path fuzz/Cargo.toml
	$(RUN) cargo clippy --all-targets -- -D warnings
	$(FUZZ) clippy --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings
	$(RUN) cargo clippy --target wasm32-unknown-unknown --lib -- -D warnings
	$(RUN) cargo clippy --target wasm32-unknown-unknown --lib --features planted-panic -- -D warnings

build: setup
	scripts/build-worker.sh full

# BENCH='--against folder --kinds resource' and the like: see bench/README.md.
bench: build bench/node_modules/.stamp
	$(RUN) node bench/run.mjs $(BENCH)

# Needs valgrind. Counts hold for one toolchain on one kind of processor.
instructions: tools
	$(RUN) node bench/instructions/count.mjs $(COUNT)

bench/node_modules/.stamp: bench/package.json bench/package-lock.json
	npm install --prefix bench --no-save --no-audit --no-fund --loglevel=error
	@touch $@

deploy: setup
	scripts/deploy.sh $(vars)

rotate-keys:
	@scripts/rotate-keys.sh '$(URL)'

clean:
	rm -rf build target .tools
