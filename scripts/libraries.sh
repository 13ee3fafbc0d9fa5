#!/bin/sh
# Bundles the pages of probe/testdata/libraries with the libraries that they use, which
# come from npm and are installed outside of the source, and tests the capture on them.
set -eu

cd "$(dirname "$0")/.."
command -v npm >/dev/null 2>&1 || { echo 'layertap: npm is needed: install Node.js and try again' >&2; exit 1; }
libraries=$(mktemp -d)
trap 'rm -rf "$libraries"' EXIT
cp probe/testdata/libraries/* "$libraries"
npm install --prefix "$libraries" --no-audit --no-fund --silent
(cd "$libraries" && node_modules/.bin/esbuild ./*.js --bundle --format=esm --outdir=bundles --log-level=warning \
  '--define:process.env.NODE_ENV="production"')
# These load files from beside their own script.
mkdir "$libraries/bundles/served"
cp -R "$libraries/node_modules/@qwik.dev/partytown/lib" "$libraries/bundles/served/~partytown"
cp -R "$libraries/node_modules/tarteaucitronjs" "$libraries/bundles/served/tarteaucitronjs"
LAYERTAP_LIBRARIES="$libraries/bundles" "${GO:-go}" run ./scripts/gotest -timeout 20m -run Libraries ./probe
