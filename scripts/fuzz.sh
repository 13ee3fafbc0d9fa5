#!/bin/sh
# Runs each fuzz target of some packages for a while: fuzz.sh 3s ./rules ./gtm
# It stops at the first that fails; go test then names the input, which is kept in
# testdata/fuzz of the package.
set -eu

time=$1
shift
for package in "$@"; do
  for target in $("${GO:-go}" test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "fuzzing $target of $package for $time"
    "${GO:-go}" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
  done
done
