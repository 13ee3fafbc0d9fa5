#!/bin/sh
# Tries the Linux archive and the Debian package of dist as a new user would, in a Debian that
# has nothing besides its essential packages and Chromium: no home, no locale, no /dev/shm, no
# fonts. debootstrap makes it in a temporary directory, which needs root.
#
# usage: scripts/archive.sh [DIST]
set -eu

say() { printf 'layertap: %s\n' "$*" >&2; }

give_up() {
  say "$*"
  exit 1
}

cd "$(dirname "$0")/.."
dist=${1:-dist}
arch=$(dpkg --print-architecture 2>/dev/null) || give_up 'this needs a Debian or Ubuntu'
archive=$(ls "$dist"/layertap_*_linux_"$arch".tar.gz 2>/dev/null | tail -n 1)
package=$(ls "$dist"/layertap_*_"$arch".deb 2>/dev/null | tail -n 1)
[ -n "$archive" ] && [ -n "$package" ] || give_up "there is no archive and no package for $arch in $dist: make release-dry-run builds them"
[ "$(id -u)" -eq 0 ] || give_up 'only root can make a system in a directory: run this as root'
command -v debootstrap >/dev/null 2>&1 || {
  say 'going to install what is missing: debootstrap'
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap
}

path=/opt/layertap:/usr/sbin:/usr/bin:/sbin:/bin
# inside COMMAND…: runs a command there, without this system's environment.
inside() { env -i PATH="$path" TERM="${TERM:-xterm}" chroot "$root" "$@"; }

# quietly COMMAND…: runs a command, and prints what it printed if it fails.
quietly() {
  "$@" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; give_up "it failed: $*"; }
  rm -f "$root.log"
}

root=${LAYERTAP_ROOT:-} # a directory with such a system, to try again without making it
made=
[ -n "$root" ] || { made=$(mktemp -d) && root=$made && chmod 755 "$root"; } # apt reads it as another user
# shellcheck disable=SC2329 # the trap calls it
clean() {
  umount "$root/proc" 2>/dev/null || true
  [ -z "$made" ] || rm -rf --one-file-system "$made"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM
if [ ! -e "$root/etc/debian_version" ]; then
  say 'making a Debian with Chromium; this takes a few minutes'
  quietly debootstrap --variant=minbase stable "$root"
fi
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
if [ ! -e "$root/usr/bin/chromium" ]; then
  quietly inside apt-get update
  quietly inside env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium
fi

# What Chromium brings or the system was made with, and a container may lack.
rm -rf "$root/usr/share/fonts" "$root/dev/shm"

# tries TEXT COMMAND…: the command ends with 0 and prints the text.
tries() {
  text=$1
  shift
  inside "$@" >"$root/tmp/printed" 2>&1 || { cat "$root/tmp/printed" >&2; give_up "it failed: $*"; }
  grep -q -e "$text" "$root/tmp/printed" || { cat "$root/tmp/printed" >&2; give_up "there is no \"$text\" in what it printed: $*"; }
  echo "ok: $*"
}

rm -rf "$root/opt/layertap" "$root/tmp/layertap" && mkdir -p "$root/opt/layertap" "$root/tmp/layertap"
tar -xzf "$archive" -C "$root/opt/layertap"
cat >"$root/tmp/layertap/page.html" <<'PAGE'
<!doctype html><title>Shop</title><script>dataLayer = [{event: 'shop_seen', shelf: 'books'}]</script>
PAGE
tries '^layertap ' layertap version
tries 'chromium' layertap doctor
tries 'recorded to' layertap record file:///tmp/layertap/page.html --for 1s -o /tmp/layertap/page.session.jsonl
tries 'PASS: ' layertap check --plan none /tmp/layertap/page.session.jsonl
tries 'shop_seen' layertap open --plain /tmp/layertap/page.session.jsonl
tries 'widget_' layertap demo --plain --for 20s -o /tmp/layertap/demo.session.jsonl
tries 'misspelled' sh -c 'layertap check /tmp/layertap/demo.session.jsonl; test $? -eq 1'
tries '' layertap report /tmp/layertap/demo.session.jsonl -o /tmp/layertap/demo.html
# The screen, in a terminal of its own; q quits.
if command -v script >/dev/null 2>&1; then
  : >"$root/tmp/printed"
  (for _ in $(seq 150); do ! grep -q widget_ "$root/tmp/printed" || break; sleep 0.2; done; printf q) | env -i PATH="$path" TERM=xterm SHELL=/bin/sh \
    script -qfec "chroot '$root' layertap open /tmp/layertap/demo.session.jsonl" /dev/null >"$root/tmp/printed"
  grep -q 'widget_' "$root/tmp/printed" || give_up 'the screen shows no messages'
  echo 'ok: the screen'
fi

inside dpkg -r layertap >/dev/null 2>&1 || true
cp "$package" "$root/tmp/layertap.deb"
inside dpkg -i /tmp/layertap.deb >/dev/null || give_up "the package can't be installed"
tries '^layertap ' /usr/bin/layertap version
for file in /usr/share/man/man1/layertap.1 /usr/share/bash-completion/completions/layertap /usr/share/zsh/vendor-completions/_layertap \
  /usr/share/fish/vendor_completions.d/layertap.fish /usr/share/doc/layertap/copyright; do
  inside dpkg -L layertap | grep -qxF "$file" || give_up "the package has no $file"
done
echo 'ok: the package, with its manual and completions'
