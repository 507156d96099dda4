#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""layering.py SOURCE [BUILD]: includes and libraries follow the direction of DESIGN: ui -> app -> sync.

Reads every #include of the tree; fails on one that points back, on a system library in a room that may not have it, and
(with BUILD) on a program that is linked to what its room forbids.
"""
import os
import re
import subprocess
import sys

# What a room may include of the others, by prefix. A room always may include itself.
MAY = {
    "sync/model": [],
    "sync/wire": ["sync/model"],
    "sync/provision": ["sync/model"],
    "sync/store": ["sync/model", "sync/wire"],
    "sync/outbox": ["sync/model", "sync/wire", "sync/store/cz-db.h"],
    "sync/depot": ["sync/model", "sync/wire", "sync/store"],
    "sync/station": ["sync/model", "sync/wire", "sync/provision", "sync/store", "sync/outbox", "sync/depot/cz-depot.h"],
    "app/market": ["sync/model"],
    "app/speech": ["sync/model"],
    "app/catalog": ["sync/model", "sync/wire", "sync/store", "app/market"],
    "app/desk": ["sync/model", "sync/wire", "sync/store/cz-db.h", "sync/outbox", "app/catalog", "app/market"],
    "app/hub/sheet": ["sync/model"],
    "app/hub/import": ["sync/model", "sync/wire", "sync/store", "sync/depot", "app/hub"],
    "app/hub": ["sync/model", "sync/wire", "sync/provision", "sync/store", "sync/depot", "app/hub"],
    "ui": ["sync/model", "sync/provision", "sync/store", "sync/outbox", "sync/station/cz-sync-dbus.h", "sync/station/cz-bus.h", "app", "ui"],
}
# Headers of libraries, and the rooms that may see them.
LIBRARY = {
    r"gtk/|gdk/|gsk/|adwaita": ["ui"],
    r"curl/": ["sync/station", "sync/depot"],
    r"sodium": ["sync"],
    r"zstd": ["sync"],
    r"espeak|alsa/": ["app/speech"],
    r"sqlite3": ["sync", "app/hub", "app/catalog", "app/desk"],
    r"archive": ["app/hub"],
    r"freexl|expat": ["app/hub/sheet"],
}
NEVER_LINKED = {"ui/cunzhan": ["libcurl", "libssl", "libgnutls"], "app/speech/say/cunzhan-say": ["libcurl", "libgtk-4", "libsodium"],
                "sync/station/cunzhan-sync": ["libgtk-4", "libespeak"], "app/hub/cunzhan-hub": ["libgtk-4", "libespeak"]}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    best = ""
    for room in MAY:
        if (path == room or path.startswith(room + "/")) and len(room) > len(best):
            best = room
    return best


def check_file(top, path, faults):
    room = room_of(path)
    with open(os.path.join(top, path), encoding="utf-8") as source:
        text = source.read()
    for kind, name in INCLUDE.findall(text):
        if kind == "<":
            for pattern, rooms in LIBRARY.items():
                if re.match(pattern, name) and not any(room == r or room.startswith(r + "/") for r in rooms):
                    faults.append(f"{path}: includes <{name}>, which only {', '.join(rooms)} may")
            continue
        if "/" not in name:
            if name not in ("cz-config.h",) and not name.startswith("cz-") and not name.endswith("-resources.h"):
                faults.append(f'{path}: includes "{name}" without its room')
            continue
        if not os.path.exists(os.path.join(top, name)) and os.path.basename(name) not in ("cz-sync-dbus.h",):
            continue  # generated into the build folder
        target = room_of(name)
        if target == room:
            continue
        allowed = any(name == m or name.startswith(m + "/") for m in MAY[room])
        if not allowed:
            faults.append(f"{path}: {room} may not include {name}")


def check_binaries(build, faults):
    for program, forbidden in NEVER_LINKED.items():
        path = os.path.join(build, program)
        if not os.path.exists(path):
            continue
        needed = subprocess.run(["readelf", "-d", path], check=True, capture_output=True, text=True).stdout
        for library in forbidden:
            if f"[{library}" in needed:
                faults.append(f"{program}: linked to {library}")


def main():
    top = sys.argv[1]
    faults = []
    count = 0
    for folder in ("sync", "app", "ui"):
        for base, _, files in os.walk(os.path.join(top, folder)):
            for name in files:
                if name.endswith((".c", ".h")):
                    check_file(top, os.path.relpath(os.path.join(base, name), top), faults)
                    count += 1
    if len(sys.argv) > 2:
        check_binaries(sys.argv[2], faults)
    print(f"{count} files read")
    if faults:
        sys.exit("\n".join(faults))


main()
