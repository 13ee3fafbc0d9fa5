GO       ?= go
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GORELEASER ?= $(GO) run github.com/goreleaser/goreleaser/v2@v2.14.3
PKG      ?= ./...

# Which benchmarks, and how long each: BENCH=Live BENCHTIME=60s.
BENCH     ?= .
BENCHTIME ?= 1s

# How long each fuzz target runs.
FUZZTIME ?= 3s

# Where `make install` puts the program: DESTDIR/PREFIX/bin, and share/man for its manual page.
PREFIX ?= /usr/local

# The packages whose tests start browsers, and the others.
BROWSERS = ./probe ./cli ./demo ./scripts
QUICK = $(filter-out $(BROWSERS:./%=layertap/%),$(shell $(GO) list ./...))

.PHONY: help demo build install test test-headed test-libraries test-agents test-grid test-archive soak check lint vet-systems race fuzz bench bench-size screenshots reference release-dry-run setup clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup build ## watch a chat widget's events arrive, on the built-in shop
	@bin/layertap demo

build: ## build bin/layertap
	@echo 'compiling bin/layertap; the first time takes a minute or two'
	@$(GO) build -trimpath -ldflags '-s -w' -o bin/layertap .

install: build ## install layertap and its manual page into PREFIX; PREFIX=~/.local for another directory
	bin/layertap man > bin/layertap.1
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 755 bin/layertap '$(DESTDIR)$(PREFIX)/bin/layertap'
	install -m 644 bin/layertap.1 '$(DESTDIR)$(PREFIX)/share/man/man1/layertap.1'

# Packages with browsers are tested one after another: each has as many browsers as there
# are cores.
test: setup ## run all tests, including those in real Chrome
	@echo 'compiling the tests; the first time takes a few minutes'
	$(GO) vet ./...
	@$(GO) run ./scripts/gotest -vet=off -timeout 40m $(QUICK); quick=$$?; \
	$(GO) run ./scripts/gotest -vet=off -p 1 -timeout 40m $(BROWSERS) && exit $$quick

test-headed: setup ## run the tests with windows, on a display of their own if there is none
	sh scripts/headed.sh $(GO) run ./scripts/gotest -p 1 -timeout 20m -run 'Window|LooksLikeAVisitors' ./probe ./cli

test-libraries: setup ## test the capture on pages with libraries from npm
	GO='$(GO)' sh scripts/libraries.sh

test-agents: ## test layertap mcp with a client from npm
	GO='$(GO)' sh scripts/agents.sh

test-grid: setup ## test with browserless, Playwright, Crawlee and Selenium, from npm
	GO='$(GO)' sh scripts/grid.sh

test-archive: ## test the Linux archive and the Debian package of dist in a bare Debian; needs root
	sh scripts/archive.sh

soak: setup ## run the large loops in real Chrome, which take an hour or more
	LAYERTAP_SOAK=1 $(GO) run ./scripts/gotest -run TestKilled ./recording
	LAYERTAP_SOAK=1 $(GO) run ./scripts/gotest -timeout 4h ./probe
	LAYERTAP_SOAK=1 $(GO) run ./scripts/gotest -timeout 1h -run TestSweepWithABrowserThatIsKilled ./cli

check: lint vet-systems race fuzz ## run what CI runs besides the tests

lint: ## gofmt, vet, staticcheck and the other linters
	$(GO) run $(LINT) run

vet-systems: ## vet the builds for the other systems
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...

race: ## run the tests without a browser under the race detector
	$(GO) run ./scripts/gotest -race -short -timeout 20m $(QUICK)

fuzz: ## run each fuzz target for FUZZTIME
	@GO='$(GO)' sh scripts/fuzz.sh $(FUZZTIME) $(QUICK)

bench: setup ## run the benchmarks; PKG=./probe BENCH=Push for some
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem $(PKG)

bench-size: build ## time and memory of commands on a million messages and on 10,000 files, beside jq
	$(GO) run ./scripts/size bin/layertap

screenshots: ## draw the pictures of the documents from the program
	$(GO) test ./ui -run Pictures -update

reference: ## write docs/reference.md from the definitions of the commands
	$(GO) run ./scripts/reference docs/reference.md

setup: ## install what is missing, Chrome included
	@sh scripts/setup.sh

release-dry-run: ## build the files of a release into dist, and publish nothing
	@echo 'building for Linux, macOS and Windows; the first time takes a quarter of an hour'
	LAYERTAP_VERSION=$$(sed -n 's/^const released = "\(.*\)"$$/\1/p' cli/version.go) $(GORELEASER) release --snapshot --clean
	@cd dist && ls -1 *.tar.gz *.zip *.deb *.rpm *.cdx.json homebrew/Formula/layertap.rb checksums.txt

clean: ## remove what was built
	rm -rf bin dist
