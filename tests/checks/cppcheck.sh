#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# cppcheck.sh BUILD: cppcheck over sync, app and ui. Suppressed: what opaque structs and GObject make it say wrongly; NULL is a
# pointer in the C we write for (varFuncNullUB).
set -euo pipefail
cd "$(dirname "$0")/../.."
cppcheck --quiet --error-exitcode=1 -j 2 --library=gtk --library=posix --std=c11 \
  --enable=warning,performance,portability --inline-suppr \
  '-DG_DEFINE_QUARK(a,b)=' '-DG_DEFINE_AUTOPTR_CLEANUP_FUNC(a,b)=' '-DG_STATIC_ASSERT(a)=' \
  --suppress=unusedStructMember --suppress=constParameter --suppress=missingInclude --suppress=unknownMacro \
  --suppress=varFuncNullUB \
  -I . sync app ui
