#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# units.sh OUT: the installed unit files are sound, and as closed as they are meant to be.
set -euo pipefail
root=$1/installed/usr/local
units=$root/lib/systemd/system
fail=0
export SYSTEMD_UNIT_PATH=$units:/lib/systemd/system:/usr/lib/systemd/system
for unit in cunzhan.service cunzhan-sync.service cunzhan-set-up.service cunzhan-first-boot.service \
  cunzhan-stick@sda1.service cunzhan-technician.service cunzhan-clock.service cunzhan-clock.timer cunzhan-set-clock.service cunzhan-set-clock.path \
  cunzhan-update.service cunzhan-update.timer cunzhan-asked-update.service cunzhan-asked-update.path cunzhan-stick-update.service; do
  # Programs are not at their final place here, and seatd and cage need not be installed.
  systemd-analyze verify --man=no --recursive-errors=no "$units/$unit" 2>&1 |
    grep -vE 'is not executable|Failed to prepare filename|Unit seatd|dbus|SYSTEMD_UNIT_PATH' | grep "$unit" && fail=1
done
# What the image adds.
overlay=$(cd "$(dirname "$0")/../.." && pwd)/board/image/overlay/etc/systemd/system
systemd-analyze verify --man=no --recursive-errors=no "$overlay/cunzhan-weston.service" 2>&1 |
  grep -vE 'is not executable|Failed to prepare filename|SYSTEMD_UNIT_PATH' | grep cunzhan-weston && fail=1
exposure() { systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p'; }
kiosk=$(exposure "$units/cunzhan.service")
agent=$(exposure "$units/cunzhan-sync.service")
weston=$(exposure "$overlay/cunzhan-weston.service")
echo "exposure: kiosk $kiosk (limit 1.5), agent $agent (limit 2.0), weston $weston (limit 2.0)"
awk -v k="$kiosk" -v a="$agent" -v w="$weston" 'BEGIN { exit !(k != "" && a != "" && w != "" && k <= 1.5 && a <= 2.0 && w <= 2.0) }' || fail=1
exit $fail
