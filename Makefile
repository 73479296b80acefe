# SPDX-License-Identifier: EUPL-1.2

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

SWIFT ?= swift
PREFIX ?= /usr/local
# Where a package maker wants the files instead of under PREFIX itself.
DESTDIR ?=
# What 'make fuzz' tries, and for how long each.
FUZZ_INPUTS ?= csv json-lines arrow yaml
FUZZ_SECONDS ?= 60
# More options for 'swift test', such as --filter FEELTests.
TEST_FLAGS ?=

# What 'make test-memory' makes and allows: rows of 200 bytes, MiB.
MEMORY_ROWS ?= 10000000
MEMORY_LIMIT ?= 512

# A scratch folder for each configuration: in a shared one, every switch compiles dependencies again.
release := -c release --static-swift-stdlib --scratch-path .build-release
proeftuin := .build-release/release/proeftuin
sources := Package.swift Sources Plugins Tests
pipelines := $(wildcard pipelines/*.yaml)
# Inside the store's folder, which git ignores.
pages := .proeftuin/demo

.PHONY: demo test test-plugin test-release test-memory fuzz build reference format lint bench install clean prepare help

demo: export PROEFTUIN_STORE = .proeftuin
demo: build ## Run the demonstrations; say where the report and the comparison lie
	@# The same letters in another municipality, so that there are two experiments to compare.
	$(proeftuin) run pipelines/benefit-letter.yaml --quiet --set seed=20260302 \
	  --set experiment=benefit-letter-elsewhere --set organisation='Gemeente Elders'
	for pipeline in $(pipelines); do
	  echo "== $$pipeline"
	  $(proeftuin) run "$$pipeline"
	done
	mkdir -p $(pages)
	for pipeline in $(pipelines); do
	  name=$$(basename "$$pipeline" .yaml)
	  $(proeftuin) report "$$name@latest" --output "$(pages)/$$name.html"
	done
	$(proeftuin) report benefit-letter@latest --lang nl --output $(pages)/benefit-letter.nl.html
	runs=$$($(proeftuin) runs benefit-letter --limit 2 --json | sed -n 's/^ *"run": "\([^"]*\)".*/\1/p')
	$(proeftuin) compare $$runs > $(pages)/comparison.txt
	$(proeftuin) verify
	printf '\n%s\n' \
	  'The report:      $(pages)/benefit-letter.html (in Dutch: benefit-letter.nl.html)'
	printf '%s\n' \
	  'The comparison:  $(pages)/comparison.txt (the letters in two municipalities)' \
	  '                 $(pages)/six-municipalities.html (six experiments side by side)' \
	  'The others:      $(pages)/income-supplement.html (a rule change)' \
	  '                 $(pages)/bcg.html (thirteen trials pooled)' \
	  '                 $(pages)/outreach-wedge.html, earnings-rollout.html, scheme-cutoff.html, call-centre.html' \
	  '                 (other ways to measure), case-table.html (a lesson where nothing can be measured)' \
	  'What was run:    $(proeftuin) runs'

test: prepare ## Run every test
	$(SWIFT) test --disable-xctest $(TEST_FLAGS)

test-plugin: prepare ## Write a plugin in Swift with 'new plugin', and build, test and run it (slow)
	$(SWIFT) build --product proeftuin
	program=$$($(SWIFT) build --show-bin-path)/proeftuin
	# Beside what was built before, so that the second time takes seconds.
	mkdir -p .build/agency
	if [ ! -d .build/agency/agency-stages ]; then
	  "$$program" new plugin agency-stages --language swift --into .build/agency --package .
	fi
	$(MAKE) -C .build/agency/agency-stages

test-release: prepare ## Run the tests of the numbers as the optimiser leaves them (slow)
	$(SWIFT) test --disable-xctest -c release --scratch-path .build-release-tests --filter StatisticsTests

test-memory: build ## Take in 2 GB and estimate from it within 512 MiB of memory (slow; needs 6 GB of disk)
	.ci/memory-test $(proeftuin) $(MEMORY_ROWS) $(MEMORY_LIMIT)

fuzz: export PROEFTUIN_FUZZING = 1
# A trace of a crash would take minutes; what crashes is kept, and can be looked at one by one.
fuzz: export SWIFT_BACKTRACE = enable=no
fuzz: export ASAN_OPTIONS = detect_leaks=0:quarantine_size_mb=64
fuzz: prepare ## Give readers changed inputs without end; FUZZ_SECONDS of each of FUZZ_INPUTS (slow)
	@# Of two options --sanitize the compiler heeds the last, and the linker both.
	$(SWIFT) build -c release --product Fuzzing --scratch-path .build-fuzz \
	  --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
	for input in $(FUZZ_INPUTS); do
	  inputs=".build-fuzz/inputs/$$input"
	  found=".build-fuzz/found/$$input-"
	  mkdir -p "$$inputs" .build-fuzz/found
	  folders=("$$inputs")
	  if [[ -d "Tests/Fuzzing/Seeds/$$input" ]]; then folders+=("Tests/Fuzzing/Seeds/$$input"); fi
	  echo "== $$input, for $(FUZZ_SECONDS) seconds"
	  FUZZ_INPUT="$$input" FUZZ_SEEDS="$$inputs" .build-fuzz/release/Fuzzing "$${folders[@]}" \
	    -artifact_prefix="$$found" -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=512 -malloc_limit_mb=1100 \
	    -timeout=10 -max_len=16384 -print_final_stats=1 > "$${found}log" 2>&1 || {
	      tail -n 40 "$${found}log"
	      echo "-- what did this is kept: $$(ls -t "$$found"*[0-9a-f] | head -n 1)"
	      exit 1
	    }
	  grep -aE '^(Done|stat::(average_exec|slowest|peak))' "$${found}log"
	done

build: prepare ## Build the release program
	$(SWIFT) build $(release) --product proeftuin

format: ## Put all Swift sources into the house format
	$(SWIFT) format --in-place --parallel --recursive $(sources)

lint: ## Check format and style of all Swift sources
	$(SWIFT) format lint --strict --parallel --recursive $(sources)

reference: export PROEFTUIN_PLUGINS =
reference: prepare ## Write the reference pages of all stages anew, from their declarations
	@$(SWIFT) build --product proeftuin
	program=$$($(SWIFT) build --show-bin-path)/proeftuin
	page() { # page FILE ARGUMENTS...: a page that cannot be made leaves the old one as it is
	  "$$program" stages --format markdown "$${@:2}" > "$$1.new" || { rm -f "$$1.new"; return 1; }
	  mv "$$1.new" "$$1"
	  echo "$$1"
	}
	for pair in PilotIntake:pilot RuleChange:rules ImpactMeasurement:impact Evaluation:evaluation; do
	  target=$${pair%:*}
	  mkdir -p "Plugins/$$target/$$target.docc"
	  page "Plugins/$$target/$$target.docc/Stages.md" "$${pair#*:}"
	done
	for folder in Plugins/Examples/*/; do
	  page "$${folder}STAGES.md" "$$(basename "$$folder")" --plugins "$$folder"
	done

bench: prepare ## Measure start-up, checking, planning, reading, estimating and deciding
	$(SWIFT) build $(release) --product Benchmarks
	$(SWIFT) build $(release) --product EstimatorBenchmarks
	$(SWIFT) build $(release) --product RuleBenchmarks
	.build-release/release/Benchmarks
	.build-release/release/EstimatorBenchmarks
	.build-release/release/RuleBenchmarks

install: build ## Install program and shell completions under PREFIX (/usr/local)
	@root="$(DESTDIR)$(PREFIX)"
	install -d "$$root/bin" "$$root/share/bash-completion/completions" \
	  "$$root/share/zsh/site-functions" "$$root/share/fish/vendor_completions.d"
	install --strip --mode=755 $(proeftuin) "$$root/bin/proeftuin"
	$(proeftuin) --generate-completion-script bash > "$$root/share/bash-completion/completions/proeftuin"
	$(proeftuin) --generate-completion-script zsh > "$$root/share/zsh/site-functions/_proeftuin"
	$(proeftuin) --generate-completion-script fish > "$$root/share/fish/vendor_completions.d/proeftuin.fish"
	echo "installed $$root/bin/proeftuin, with completions for bash, zsh and fish"

clean: ## Remove what was built; results in .proeftuin stay
	rm -rf .build .build-release .build-release-tests .build-fuzz

prepare: # Check Swift; install the Debian packages that this machine lacks
	@.ci/prepare

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
