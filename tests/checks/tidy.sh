#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tidy.sh BUILD [full]: clang-tidy with the settings of .clang-tidy over sync, app and ui, on all cores. Without `full` the
# path-sensitive analyser is left out: it takes ten times as long as all other checks together (tests/run --analyze).
# A file whose own text, headers and settings have not changed since it passed is passed over.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
mode=${2:-quick}
checks=''
[[ $mode == full ]] || checks='--checks=-clang-analyzer-*'
cache=$build/tidy-passed-$mode
mkdir -p "$cache"
headers=$(git ls-files -z -c -o --exclude-standard 'sync/*.h' 'app/*.h' 'ui/*.h' .clang-tidy | xargs -0 sha256sum | sha256sum | cut -c1-16)
export build cache headers checks
one() {
  local file=$1 key
  key=$cache/$(printf '%s %s' "$headers" "$(sha256sum "$file")" | sha256sum | cut -c1-32)
  [[ -e $key ]] && return 0
  if out=$(clang-tidy-14 --quiet ${checks:+"$checks"} --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error -p "$build" "$file" 2>/dev/null); then
    : >"$key"
  else
    printf '%s\n' "$out" | grep -E 'error:|warning:' || printf '%s: clang-tidy failed\n' "$file"
    return 1
  fi
}
export -f one
# shellcheck disable=SC2016
git ls-files -z -c -o --exclude-standard 'sync/*.c' 'app/*.c' 'ui/*.c' |
  xargs -0 -n 1 -P "$(nproc)" bash -c 'one "$0"'
