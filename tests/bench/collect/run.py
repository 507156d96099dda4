#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py BUILD: `cunzhan-hub collect` over the sealed counters of many stations, beside its limit."""
import json
import os
import subprocess
import sys
import tempfile
import time

CHANNEL = "990101"
STATIONS, EACH = 100, 50
LIMIT = 500  # a second


def main():
    build = sys.argv[1]
    hub = os.path.join(build, "app/hub/cunzhan-hub")
    maker = os.path.join(build, "tests/bench/collect/make-uploads")
    with tempfile.TemporaryDirectory() as folder:
        home, asking, saying = (os.path.join(folder, name) for name in ("hub", "asking", "saying"))

        def run(*arguments):
            return subprocess.run([hub, "--home", home, *arguments], check=True, capture_output=True, text=True).stdout

        run("init", "--region", CHANNEL, "--name", "bench")
        run("publish")
        for name in (asking, saying):
            os.mkdir(name)
        made = subprocess.run([maker, os.path.join(home, "keys/box"), CHANNEL, asking, saying, str(STATIONS), str(EACH)], check=True,
                              capture_output=True, text=True)
        first = json.loads(run("collect", "--json", asking))
        assert first["asked"] == STATIONS, first
        run("stations", "approve", *made.stdout.split())
        size = sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(saying) for name in names)
        begin = time.monotonic()
        got = json.loads(run("collect", "--json", saying))
        seconds = time.monotonic() - begin
        assert got["filed"] == STATIONS * EACH, got
        again = json.loads(run("collect", "--json", saying))
        assert again["filed"] == 0, again
    rate = STATIONS * EACH / seconds
    print(f"collected {STATIONS * EACH} envelopes of {STATIONS} stations, {size / STATIONS / EACH:.0f} bytes each, in {seconds:.2f} s: "
          f"{rate:.0f} a second, {rate / LIMIT:.1f} times the {LIMIT} that must be")


main()
