# Each target calls cargo or one script; nothing clever.

PAIRS := $(CURDIR)/target/pairs

.PHONY: demo test flags lint bench doc deny control-plane soak dist first

demo: ## install, upgrade, break and roll back a real chart on a real control plane
	demo/run

test: lint doc ## everything that the gate checks
	rm -rf $(PAIRS) && mkdir -p $(PAIRS)
	COX_TEST_PAIRS=$(PAIRS) cargo test --workspace --no-fail-fast
	COX_TEST_PAIRS=$(PAIRS) cargo test --test all cli::pairs -- --ignored
	cargo test --test all cluster::plans -- --ignored
	tests/corpus/run

flags: ## which test exercises which flag: runs all tests and writes tests/cli/pairs.txt
	rm -rf $(PAIRS) && mkdir -p $(PAIRS)
	COX_TEST_PAIRS=$(PAIRS) COX_TEST_SKIP=never cargo test --test all --no-fail-fast
	COX_TEST_PAIRS=$(PAIRS) COX_TEST_WRITE_PAIRS=1 cargo test --test all cli::pairs -- --ignored

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

deny: ## licences and advisories; needs cargo-deny
	cargo deny check

bench: ## side by side with the real helm
	cargo bench --bench side_by_side

soak: ## every death, race and fault of which `test` has a sample; then fuzz, ten minutes each or COX_SOAK_SECONDS
	COX_TEST_SOAK=1 cargo test --test all cli::mistyped
	COX_TEST_SOAK=1 cargo test --test all cluster::interrupted
	COX_TEST_SOAK=1 cargo test --test all cluster::alternation
	COX_TEST_SOAK=1 cargo test --test all cluster::plans -- --ignored
	PROPTEST_CASES=1000000 cargo test --release -p coxswain-chart what_is_ordinary
	PROPTEST_CASES=100000 cargo test --release -p coxswain-chart the_library_is_of_the_same_opinion
	COX_TEST_SOAK=1 cargo test --release -p coxswain-templates --test explain -- --nocapture
	fuzz/run

first: ## has the linker put the functions side by side that runs begin with; needs valgrind
	link/find

control-plane: ## build the real control plane for tests and demo
	tests/controlplane/build

dist: ## a static program in an archive, with man pages, completion scripts and a checksum; needs a C compiler for musl
	dist/build
