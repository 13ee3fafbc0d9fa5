GO       ?= go
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
PKG      ?= ./...

# Which benchmarks, and how long each: BENCH=Live BENCHTIME=60s.
BENCH     ?= .
BENCHTIME ?= 1s

# The program's own version, as `layertap --version` and every session file say it.
VERSION  := 0.1.0

.PHONY: help demo test build lint bench screenshots setup clean

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## watch a chat widget's events arrive, on the built-in shop
	@$(GO) run . demo

# One package at a time: several of them keep a browser busy.
test: setup ## run all tests, those in real Chrome among them
	$(GO) vet ./...
	$(GO) test -p 1 -timeout 20m ./...

build: ## build bin/layertap
	$(GO) build -trimpath -ldflags '-s -w -X layertap/cli.version=$(VERSION)' -o bin/layertap .

lint: ## gofmt, vet, staticcheck and the other linters
	$(GO) run $(LINT) run

bench: setup ## run the benchmarks; PKG=./probe BENCH=Push for some
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem $(PKG)

screenshots: ## draw the pictures of the documents anew, from the program
	$(GO) test ./ui -run Pictures -update

setup: ## install what is missing, Chrome included
	@sh scripts/setup.sh

clean: ## remove what was built
	rm -rf bin
