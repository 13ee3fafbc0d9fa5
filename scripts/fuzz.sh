#!/bin/sh
# Runs each fuzz target of some packages for a while: fuzz.sh 3s ./rules ./gtm
# It stops at the first that fails; go test then names the input, which is kept in
# testdata/fuzz of the package.
set -eu

# Without a limit go test would spend the whole time on making its first inputs smaller.
fuzz() {
  "${GO:-go}" test -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 1s "$1"
}

time=$1
shift
for package in "$@"; do
  for target in $("${GO:-go}" test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "fuzzing $target of $package for $time"
    # On a busy machine go test reports the end of the time as a failure (Go 1.26). An
    # input that failed is kept, and fails the second time too.
    fuzz "$package" "$target" || fuzz "$package" "$target"
  done
done
