#!/bin/sh
# Run with: sh test.sh
set -eu
cd "$(dirname "$0")"
result=$(mktemp)
trap 'rm -f "$result"' EXIT

printf 'case,days\nA,56\nB,57\nC,\n' | awk -f late.awk 56 /dev/stdin "$result"
[ "$(cat "$result")" = "$(printf 'case,days\nB,57')" ] || {
  echo "a case is late above the norm, and an open case is left out: failed"
  exit 1
}
echo "1 test passed"
