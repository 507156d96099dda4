#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sticks.py BUILD [CASE…]: what export-stick does to a stick in any state, and what is left of one when it is stopped or fails in the middle."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from rig import Rig, free_port  # noqa: E402
from station import CHANGING, CHANNEL, Office, can_inject, enrolled, held  # noqa: E402

SAMPLE = 30  # trials for each effect, unless CUNZHAN_EVERY


def bytes_of(folder):
    """Everything below, by name."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                found[os.path.relpath(os.path.join(place, name), folder)] = file.read()
    return found


def news_of(folder):
    """But the plain forms, which stations keep for nobody."""
    return {path: data for path, data in bytes_of(os.path.join(folder, "v1")).items() if "/z/" not in path}


def overwrite(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def case_never_poorer(build):
    """Whatever lies on a stick: nothing newer or longer on it is lost, what is damaged is mended by whoever has it, a forged head stops nobody."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 3, 4, 50)
        behind = enrolled(rig, office, office.depot, "behind")
        behind.run("once")
        office.tell("publish", 4, 4, 50)
        middle = enrolled(rig, office, office.depot, "middle")
        middle.run("once")
        half = news_of(office.depot)
        office.tell("publish", 3, 4, 50)
        newest = enrolled(rig, office, office.depot, "newest")
        newest.run("once")
        segment = os.path.join("v1/c", CHANNEL, "seg", os.path.basename(office.segment()))
        head, whole = os.path.join("v1/c", CHANNEL, "head"), news_of(office.depot)
        with open(office.segment(), "rb") as file:
            starts = [match.start() for match in re.finditer(b"CZBNDL1\n", file.read())]
        assert len(starts) == 10

        def stick_with(name, news):
            for path, data in news.items():
                os.makedirs(os.path.dirname(rig.path(name, "v1", path)), exist_ok=True)
                with open(rig.path(name, "v1", path), "wb") as out:
                    out.write(data)
            return rig.path(name)

        # A bad sector in the fifth day of ten: who stands before it cannot follow and leaves the stick as it is; who stands behind it can.
        stick = stick_with("bad-sector", whole)
        overwrite(os.path.join(stick, segment), starts[4] + 40, b"\xff\xff")
        before = news_of(stick)
        told = behind.run("export-stick", stick, expect=5)
        assert "nothing is written, because the stick holds newer news" in told.stderr and news_of(stick) == before, told.stderr
        middle.run("import-stick", stick)
        assert held(middle)[0] == 10
        # And who has all of it mends that sector alone.
        told = newest.run("export-stick", stick)
        assert news_of(stick) == whole and f" {os.path.getsize(office.segment()) - starts[4] - 40} bytes" in told.stdout, told.stdout
        # The newer head of a stick that lost its days.
        stick = stick_with("lost-days", {path: data for path, data in whole.items() if "seg" not in path})
        before = news_of(stick)
        behind.run("export-stick", stick, expect=5)
        assert news_of(stick) == before
        # Older, and pulled out while it was given more: its longer segment stays as long as it is.
        stick = stick_with("torn", half)
        torn = whole[os.path.relpath(segment, "v1")][:starts[9] + 100]
        with open(os.path.join(stick, segment), "wb") as out:
            out.write(torn)
        behind.run("export-stick", stick)
        assert held(behind)[0] == 7 and bytes_of(stick)[segment] == torn
        newest.run("export-stick", stick)
        assert news_of(stick) == whole
        # A day that is there already costs nothing; one that is not costs that day.
        assert " 0 files written" in newest.run("export-stick", stick).stdout
        office.tell("publish", 1, 4, 50)
        newest.run("once")
        grown = os.path.getsize(office.segment()) - len(whole[os.path.relpath(segment, "v1")])
        told = newest.run("export-stick", stick)
        written = int(re.search(r"files written, (\d+) bytes", told.stdout)[1])
        assert grown < written < grown + 4096, (grown, told.stdout)
        assert news_of(stick) == news_of(office.depot)
        # Heads that nobody signed: cut, of random bytes, of another office with the same name; too large.
        with Rig(build) as elsewhere:
            other = Office(elsewhere)
            other.tell("publish", 15, 1, 1)
            with open(os.path.join(other.depot, head), "rb") as file:
                forged = file.read()
            others = news_of(other.depot)
        for name, data in (("cut", whole[os.path.relpath(head, "v1")][:50]), ("noise", bytes(range(200))), ("forged", forged), ("large", bytes(1 << 20))):
            stick = stick_with(name, dict(half, **{os.path.relpath(head, "v1"): data}))
            newest.run("export-stick", stick)
            assert news_of(stick) == news_of(office.depot), name
        stick = stick_with("another-office", others)
        newest.run("export-stick", stick)
        near = enrolled(rig, office, f"http://127.0.0.1:{free_port()}/", "near")
        near.run("import-stick", stick)
        assert held(near) == held(newest)
        # A link for a head is no way out of the stick.
        stick = stick_with("link", half)
        secret = rig.path("secret")
        with open(secret, "w", encoding="utf-8") as out:
            out.write("mine")
        os.remove(os.path.join(stick, head))
        os.symlink(secret, os.path.join(stick, head))
        newest.run("export-stick", stick)
        with open(secret, encoding="utf-8") as file:
            assert file.read() == "mine" and not os.path.islink(os.path.join(stick, head))
        # Whoever keeps nothing leaves nobody's head without days.
        stick = stick_with("kept-nothing", half)
        empty = enrolled(rig, office, office.depot, "empty")
        empty.run("once", "--kept-mib", "0")
        empty.run("export-stick", stick)
        assert news_of(stick) == half


def export_traced(rig, station, stick, *options):
    return subprocess.run(["strace", "-f", "-qq", *options, rig.program("sync"), "--home", station.home, "export-stick", stick], capture_output=True, text=True,
                          check=False)


class Trial:
    """A stick that stands at seven days, given ten by a station; both made anew for each trial."""

    def __init__(self, rig):
        self.rig = rig
        office = Office(rig)
        office.tell("publish", 7, 4, 50)
        self.half = rig.path("half")
        shutil.copytree(office.depot, self.half)
        office.tell("publish", 3, 4, 50)
        office.tell("media", 30000, 1)
        self.template = enrolled(rig, office, office.depot, "template")
        self.template.run("once")
        self.fresh = enrolled(rig, office, f"http://127.0.0.1:{free_port()}/", "fresh")
        self.wanted = held(self.template)

    def copies(self):
        for name, source in (("station", self.template.home), ("stick", self.half), ("far", self.fresh.home)):
            shutil.rmtree(self.rig.path(name), ignore_errors=True)
            subprocess.run(["cp", "-a", source, self.rig.path(name)], check=True)
        return self.rig.station("station"), self.rig.path("stick"), self.rig.station("far")

    def calls(self):
        """Each call of an export that changes the disk: its name, and its number among those of that name."""
        station, stick, _ = self.copies()
        log, counts, calls = self.rig.path("calls"), {}, []
        done = export_traced(self.rig, station, stick, "-o", log, "-e", "trace=" + CHANGING + ",mkdirat")
        assert done.returncode == 0, done.stderr
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name = re.match(r"\d+ +(\w+)\(", line)
                if name:
                    counts[name[1]] = counts.get(name[1], 0) + 1
                    calls.append((name[1], counts[name[1]]))
        return calls

    def run(self, effect, name, number, allowed):
        station, stick, far = self.copies()
        what = f"{effect} at {name} {number}"
        done = export_traced(self.rig, station, stick, "-o", "/dev/null", "-e", "trace=" + name, "-e", f"inject={name}:{effect}:when={number}")
        assert done.returncode in allowed, f"{what}: ended with {done.returncode}: {done.stdout}{done.stderr}"
        # Whoever meets the stick as it was left gets at least what it gave before.
        far.run("import-stick", stick)
        assert held(far)[0] >= 7, f"{what}: {held(far)}"
        # And the next visit finishes it.
        station.run("export-stick", stick)
        far.run("import-stick", stick)
        assert held(far) == self.wanted and far.status()["media_objects"] == 1, what
        left = [os.path.join(place, one) for place, _, names in os.walk(stick) for one in names if one.endswith(".part")]
        assert not left, (what, left)
        return done.returncode


def case_every_stop(build):
    """The export is stopped, and finds a full and a broken disk, at each call that changes one: the stick gives no less than before and is finished at the next visit."""
    if not can_inject():
        print("strace cannot trace here: this case is passed over")
        return
    seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
    print(f"# seed {seed}")
    before, tempfile.tempdir = tempfile.tempdir, "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    try:
        with Rig(build) as rig:
            trial = Trial(rig)
            calls = trial.calls()
            for effect, allowed in (("signal=KILL", (0, -9, 137)), ("error=ENOSPC", (0, 4, 5)), ("error=EIO", (0, 4, 5))):
                chosen = calls if os.environ.get("CUNZHAN_EVERY") else random.Random(seed).sample(calls, min(SAMPLE, len(calls)))
                endings = {}
                for name, number in chosen:
                    status = trial.run(effect, name, number, allowed)
                    endings[status] = endings.get(status, 0) + 1
                print(f"# {effect}: {len(chosen)} of {len(calls)} calls, endings {endings}", flush=True)
    finally:
        tempfile.tempdir = before


def main():
    cases = {name[5:]: function for name, function in globals().items() if name.startswith("case_")}
    for name in sys.argv[2:] or cases:
        print(f"{name}: {cases[name].__doc__}", flush=True)
        cases[name](sys.argv[1])


if __name__ == "__main__":
    main()
