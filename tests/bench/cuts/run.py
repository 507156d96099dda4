#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py BUILD: a first sync at 20 kbit/s over a link that is cut at random places. CUNZHAN_LONG=1: the 1,000 cuts of the target."""
import os
import random
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(TOP, "tests/support"))
sys.path.insert(0, os.path.join(TOP, "tests/sync/station"))
from rig import Rig  # noqa: E402
from station import Office, Proxy, enrolled, held, port_of  # noqa: E402

BYTES_PER_S = 2500  # 20 kbit/s
STEP = 125  # bytes: 50 ms of the link
MUST = 1.05


class SlowProxy(Proxy):
    """Lets through so much a second, and cuts answers about segments off after a random number of bytes."""

    def __init__(self, port, **words):
        self.heads, self.bodies, self.due_s = 0, 0, time.monotonic()
        super().__init__(port, **words)

    def pace(self, size):
        self.due_s = max(self.due_s, time.monotonic() - 0.5) + size / BYTES_PER_S
        time.sleep(max(0.0, self.due_s - time.monotonic()))

    def count(self, seen, data):
        """seen: of this answer so far."""
        before, after = seen.find(b"\r\n\r\n"), (seen + data).find(b"\r\n\r\n")
        head = len(data) if after < 0 else 0 if before >= 0 else after + 4 - len(seen)
        self.heads += head
        self.bodies += len(data) - head

    def pass_on(self, up, client, allowance):
        """allowance: bytes of the body before the cut."""
        seen, bodies = b"", self.bodies
        while True:
            data = up.recv(STEP)
            if not data:
                return
            self.pace(len(data))
            try:
                client.sendall(data)
            except OSError:
                return
            self.count(seen, data)
            if b"\r\n\r\n" not in seen:
                seen += data
            if allowance is not None and self.bodies - bodies >= allowance:
                return


def main():
    cuts, days = (1000, 70) if os.environ.get("CUNZHAN_LONG") == "1" else (100, 9)
    seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
    with Rig(sys.argv[1]) as rig:
        office = Office(rig)
        office.tell("publish", days, 20, 300)
        size = os.path.getsize(office.segment())
        proxy = SlowProxy(port_of(rig.nginx(office.depot)), cuts=cuts, seed=seed, shortest=1, longest=int(1.8 * size / cuts))
        station = enrolled(rig, office, proxy.url)
        begin, rounds = time.monotonic(), 1
        while subprocess.run([rig.program("sync"), "--home", station.home, "once"], check=False, capture_output=True).returncode != 0:
            rounds += 1
            assert rounds < 1000, "no end"
        seconds = time.monotonic() - begin
        whole = enrolled(rig, office, office.depot, "whole")
        whole.run("once")
        assert held(whole)[2] == held(station)[2] and proxy.cuts == 0, f"{proxy.cuts} cuts did not happen"
        print(f"seed {seed}: {size} bytes of a segment at 20 kbit/s, {cuts} cuts: {seconds:.0f} s in {proxy.requests} requests and {rounds} rounds; "
              f"{proxy.bodies} bytes came, {proxy.bodies / size:.3f} times the segment (must: {MUST}); with the heads of all answers "
              f"{proxy.bodies + proxy.heads}")
        proxy.stop()


if __name__ == "__main__":
    main()
