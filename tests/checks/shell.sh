#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every shell script of the tree through shellcheck.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=()
while IFS= read -r -d '' file; do
  [[ -f $file ]] && head -c 64 "$file" | head -1 | grep -aqE '^#!.*\b(ba|da)?sh\b' && scripts+=("$file")
done < <(git ls-files -z -c -o --exclude-standard)
echo "${#scripts[@]} scripts"
shellcheck "${scripts[@]}"
