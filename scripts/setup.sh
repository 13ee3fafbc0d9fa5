#!/bin/sh
# Brings what `make demo` and `make test` need and this machine lacks: a Chrome or
# Chromium that runs, and a font for its text. It says what it installs before it
# does, and prints nothing where nothing is missing. Go it only checks.
#
# LAYERTAP_BROWSER names the browser to use, as --browser does.
set -eu

say() { printf 'layertap: %s\n' "$*" >&2; }

give_up() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

on_a_mac() { [ "$(uname -s)" = Darwin ]; }

# older A B tells whether version A comes before version B.
older() {
  [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)" = "$1" ]
}

# check_go asks outside of the module, where go does not yet fetch another version
# of itself.
check_go() {
  needed=$(sed -n 's/^go //p' "$1")
  advice="install it from https://go.dev/dl/ and try again"
  have go || give_up "Go $needed or newer is needed, and there is no go command: $advice"
  version=$(cd / && go env GOVERSION)
  version=${version#go}
  older "${version%% *}" "$needed" || return 0
  case $(cd / && go env GOTOOLCHAIN) in
    auto | *+auto) ;; # it fetches the version that go.mod asks for
    *) give_up "Go $needed or newer is needed, and this is Go $version: $advice" ;;
  esac
}

# browser_runs tells whether there is a browser that starts, where the program
# looks for one too (probe/browser/find.go). Ubuntu's chromium-browser can be a script
# that only advises to install something else.
browser_runs() {
  if [ -n "${LAYERTAP_BROWSER:-}" ]; then
    starts "$LAYERTAP_BROWSER" ||
      give_up "LAYERTAP_BROWSER is $LAYERTAP_BROWSER, which does not start: set it to a Chrome or Chromium, or unset it"
    return 0
  fi
  for name in google-chrome google-chrome-stable chromium chromium-browser /snap/bin/chromium microsoft-edge brave-browser; do
    starts "$name" && return 0
  done
  on_a_mac || return 1
  for app in 'Google Chrome' Chromium 'Microsoft Edge'; do
    starts "/Applications/$app.app/Contents/MacOS/$app" && return 0
    starts "$HOME/Applications/$app.app/Contents/MacOS/$app" && return 0
  done
  return 1
}

starts() { have "$1" && "$1" --version >/dev/null 2>&1; }

fonts_there() {
  on_a_mac && return 0
  if have fc-list; then fc-list | grep -q .; else ls /usr/share/fonts/* >/dev/null 2>&1; fi
}

# want sets packages to those that are missing: the browser's, the font's or both.
want() {
  packages=
  [ -n "$browser" ] || packages=$1
  [ -n "$fonts" ] || packages="$packages $2"
  packages=${packages# }
  say "going to install what is missing: $packages"
}

# need_rights gives up where nothing can be installed from here, and says what to
# run instead.
need_rights() {
  [ "$(id -u)" -eq 0 ] || have sudo ||
    give_up "only root may install, and there is no sudo here. Run as root: $*"
}

# as_root runs a command with the rights to install, and shows it first.
as_root() {
  [ "$(id -u)" -eq 0 ] || set -- sudo "$@"
  say "running: $*"
  "$@"
}

install_missing() {
  # $packages isn't quoted below: it is a list of words.
  # shellcheck disable=SC2086
  if on_a_mac; then
    have brew || give_up "Chrome or Chromium is needed: install Chrome from https://www.google.com/chrome/"
    say "going to install what is missing: google-chrome"
    say "running: brew install --cask google-chrome"
    brew install --cask google-chrome
  elif have apt-get; then
    want 'chromium chromium-sandbox' fonts-liberation
    install_with_apt
  elif have dnf; then
    want chromium liberation-sans-fonts
    need_rights "dnf install $packages"
    as_root dnf install -y $packages
  elif have pacman; then
    want chromium ttf-liberation
    need_rights "pacman -S $packages"
    pacman -Si chromium >/dev/null 2>&1 || as_root pacman -Sy # nothing is known yet
    as_root pacman -S --noconfirm --needed $packages
  elif have apk; then
    want chromium font-liberation
    need_rights "apk add $packages"
    as_root apk add --no-cache $packages
  else
    [ -n "$fonts" ] || say "there is no font, so pages show no text: install one with this system's package manager"
    [ -n "$browser" ] || give_up "Chrome or Chromium is needed: install it with this system's package manager"
  fi
}

# install_with_apt updates the package lists only where they are missing or so old
# that the installation fails.
install_with_apt() {
  need_rights "apt-get update && apt-get install --no-install-recommends $packages"
  known || as_root apt-get update
  known || give_up "the package sources of this system have no chromium: install Chrome from https://www.google.com/chrome/, or Chromium with \`snap install chromium\`"
  get || { as_root apt-get update && get; }
}

known() {
  [ -n "$browser" ] || apt-cache show --no-all-versions chromium 2>/dev/null | grep -q '^Filename:'
}

get() {
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

cd "$(dirname "$0")/.."
check_go go.mod
if browser_runs; then browser=there; else browser=; fi
if fonts_there; then fonts=there; else fonts=; fi
[ -n "$browser" ] && [ -n "$fonts" ] && exit 0
install_missing
browser_runs || give_up "a browser was installed, and still none of them starts: try \`chromium --version\`"
