#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh BUILD OUT: what `meson install` puts down is complete and starts.
set -euo pipefail
build=$1
dest=$2/installed
rm -rf "$dest"
DESTDIR=$dest meson install -C "$build" --no-rebuild --quiet
prefix=$dest/usr/local
fail=0
need() {
  if [[ ! -e $prefix/$1 ]]; then
    echo "not installed: $1"
    fail=1
  fi
}
for program in cunzhan cunzhan-conf cunzhan-sync cunzhan-hub cunzhan-say; do
  need "bin/$program"
  need "share/man/man1/$program.1"
  "$prefix/bin/$program" --version | grep -q "$program" || { echo "$program --version does not name itself"; fail=1; }
  "$prefix/bin/$program" --help >/dev/null || { echo "$program --help fails"; fail=1; }
  LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$prefix/bin/$program" --help | LC_ALL=C.UTF-8 grep -cP '\p{Han}' >/dev/null \
    || { echo "$program, installed, speaks no Chinese"; fail=1; }
  man --warnings -l "$prefix/share/man/man1/$program.1" 2>&1 >/dev/null | grep . && fail=1
done
need share/applications/org.cunzhan.Station.desktop
need share/icons/hicolor/scalable/apps/org.cunzhan.Station.svg
need share/metainfo/org.cunzhan.Station.metainfo.xml
need share/dbus-1/interfaces/org.cunzhan.Sync1.xml
need share/dbus-1/system.d/org.cunzhan.Sync1.conf
need lib/systemd/system/cunzhan-sync.service
need lib/systemd/system/cunzhan.service
need share/cunzhan-hub/cunzhan-depot.conf
need share/locale/zh_CN/LC_MESSAGES/cunzhan.mo
desktop-file-validate "$prefix/share/applications/org.cunzhan.Station.desktop" || fail=1
appstreamcli validate --no-net "$prefix/share/metainfo/org.cunzhan.Station.metainfo.xml" || fail=1
exit $fail
