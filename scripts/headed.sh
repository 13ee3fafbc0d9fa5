#!/bin/sh
# Runs a command with a display: the one that there is, or else one that nobody sees, with
# a window manager. It installs what is missing for that, and xdotool, by which the tests
# press keys, and says so before it does.
#
# usage: scripts/headed.sh COMMAND [ARGUMENT…]
set -eu

say() { printf 'layertap: %s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

packages=
have xdotool || packages=xdotool
if [ -z "${DISPLAY:-}" ]; then
  have Xvfb && have xvfb-run && have xauth || packages="$packages xvfb xauth"
  have openbox || packages="$packages openbox"
fi
packages=${packages# }
if [ -n "$packages" ]; then
  have apt-get || { say "install $packages with this system's package manager, and try again"; exit 1; }
  set_up='apt-get install -y --no-install-recommends'
  [ "$(id -u)" -eq 0 ] || { have sudo || { say "only root may install, and there is no sudo here. Run as root: $set_up $packages"; exit 1; }; set_up="sudo $set_up"; }
  say "going to install what is missing: $packages"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $set_up $packages
fi
[ -z "${DISPLAY:-}" ] || exec "$@"
# The window manager ends with the display.
exec xvfb-run -a -s '-screen 0 1400x900x24' sh -c 'openbox & exec "$@"' sh "$@"
