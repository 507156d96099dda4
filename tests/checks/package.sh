#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# package.sh OUT: the Debian packages build, and each holds what it should.
set -euo pipefail
out=$1/packages
rm -rf "$out"
board/package "$out"
has() {
  local list
  list=$(dpkg-deb -c "$out/$1"_*.deb)
  grep -q " \./$2$" <<<"$list" || { echo "$1 lacks $2"; exit 1; }
}
has cunzhan usr/bin/cunzhan
has cunzhan usr/bin/cunzhan-say
has cunzhan usr/lib/systemd/system/cunzhan.service
has cunzhan-sync usr/bin/cunzhan-sync
has cunzhan-sync usr/share/dbus-1/system.d/org.cunzhan.Sync1.conf
has cunzhan-hub usr/bin/cunzhan-hub
has cunzhan-hub usr/share/cunzhan-hub/cunzhan-depot.conf
depends=$(dpkg-deb -f "$out"/cunzhan_*.deb Depends)
if grep -q libcurl <<<"$depends"; then
  echo "the kiosk depends on libcurl"
  exit 1
fi
# The cheap passphrases of test builds are not in what offices get.
dpkg-deb --fsys-tarfile "$out"/cunzhan-hub_*.deb | tar -xO ./usr/bin/cunzhan-hub >"$out/hub"
if grep -q CZ_TEST_CHEAP_PASSPHRASES "$out/hub"; then
  echo "cunzhan-hub was built with test hooks"
  exit 1
fi
