#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cycle.py BUILD CASE…: a whole round of the agent, or an enrolment, broken off or failed at each call that changes something.

The round under test takes news and a picture, hears by receipt what became of three things it said before, and seals and puts two
new ones. Whatever happens to it, nothing is torn or lost: neither in what the station holds, nor in its outbox, nor in the depot; a round
without it leads to the same end, and the office takes in both envelopes. Cases web-… do so over a real nginx, the network's calls among them. Without
CUNZHAN_EVERY=1 a sample is tried; the seed is printed."""
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from rig import Hub, Rig  # noqa: E402

COUNTY, VILLAGE = "990101", "990101001001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 3000
# Every call by which this program changes a file system, and those by which it gets memory.
CHANGING = ("write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
            "mkdir,mkdirat,chmod,fchmod,fchmodat,symlink,symlinkat,copy_file_range")
# What a transfer asks of the network, and how each may fail.
NETWORK = {"socket": "EMFILE", "connect": "ECONNREFUSED", "sendto": "ECONNRESET", "sendmsg": "EPIPE", "recvfrom": "ECONNRESET", "recvmsg": "ECONNRESET",
           "getsockopt": "ENOBUFS", "setsockopt": "ENOBUFS", "poll": "ENOMEM", "ppoll": "ENOMEM"}
READING = "openat,read,pread64,fstat,newfstatat,statx,fcntl,getdents64"
MEMORY = "mmap,mremap"  # a refused brk says so by what it returns, which cannot be played
BUDGET_S = float(os.environ.get("CUNZHAN_CYCLE_S", "8"))  # of a sampled case

ADMISSION, LISTING, QUESTION, UNSOLD, SECOND = range(1, 6)  # items, in the order they are made
LEGAL = {ADMISSION: {"carried", "received"}, LISTING: {"carried", "received", "published"}, QUESTION: {"carried", "received", "returned"},
         UNSOLD: {"waiting", "carried"}, SECOND: {"waiting", "carried"}}
END = {ADMISSION: "received", LISTING: "published", QUESTION: "returned", UNSOLD: "carried", SECOND: "carried"}


def can_inject():
    probe = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:error=EIO:when=9999", "true"]
    return shutil.which("strace") is not None and subprocess.run(probe, check=False, capture_output=True).returncode == 0


def regions(rig, hub, count):
    path = rig.path("regions.csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write("code,name\n990101001,示例镇\n" + "".join(f"990101001{n:03},村{n}\n" for n in range(1, count)))
    hub.run("import", "regions", path)
    hub.run("publish")


def post(rig, station, kind, fields):
    rig.run("sync", "--home", station.home, "post", kind, "-", stdin=json.dumps(fields))


def items(station):
    return {item["id"]: item["state"] for item in json.loads(station.run("outbox", "--json").stdout)["items"]}


def held(station):
    channel = station.channel(COUNTY)
    return channel["seq"], channel["state"], channel["rows"]["region"]


class Cycle:
    """One station and its office, shortly before the round under test; a fresh copy of both for each trial."""

    def __init__(self, rig, over_web=False):
        self.rig = rig
        self.over_web, self.address = over_web, None
        self.hub = rig.hub("office")
        self.hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
        regions(rig, self.hub, 20)
        self.station = rig.station("template")
        ticket, picture = rig.path("ticket"), rig.path("potatoes.png")
        self.hub.run("ticket", ticket, "--village", VILLAGE, "--name", "示例村", "--depot", self.hub.depot)
        with open(picture, "wb") as out:
            out.write(PNG)
        listing = {"side": 1, "quantity_g": 1000000, "price": 1600, "village": VILLAGE, "text": "土豆两千斤", "photo": picture}
        self.station.run("enrol", ticket)
        self.station.run("once")
        self.hub.run("collect")
        self.hub.run("stations", "approve", json.loads(self.hub.run("stations", "list", "--json").stdout)["stations"][0]["fingerprint"])
        post(rig, self.station, "listing", listing)
        post(rig, self.station, "question", {"slip": "苹果公鸡", "question": "土豆烂心怎么办"})
        self.station.run("once")
        self.hub.run("collect")
        queue = {entry["kind"]: str(entry["id"]) for entry in json.loads(self.hub.run("queue", "--json").stdout)["queue"]}
        self.hub.run("accept", "uploads", queue["listing"])
        self.hub.run("return", queue["question"], "--reason", "请打电话")
        self.before = held(self.station)
        regions(rig, self.hub, 60)
        post(rig, self.station, "unsold", {"quantity_g": 5000000, "village": VILLAGE, "text": "白菜没人收"})
        post(rig, self.station, "listing", dict(listing, text="萝卜"))
        assert items(self.station) == {ADMISSION: "carried", LISTING: "carried", QUESTION: "carried", UNSOLD: "waiting", SECOND: "waiting"}
        self.after = None
        self.renew()
        self.traced("-o", "/dev/null").check_returncode()
        self.after = held(self.copy)
        assert self.after[2] == 60 and self.before[2] == 20 and self.copy.status()["media_objects"] == 1
        self.check("an undisturbed round")
        assert items(self.copy) == END, items(self.copy)

    def renew(self):
        """Fresh copies of the station and of the office with its depot."""
        self.copy, self.office = self.rig.station("copy"), Hub(self.rig, "copy-office")
        for home, template in ((self.copy.home, self.station.home), (self.office.home, self.hub.home)):
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run(["cp", "-a", template, home], check=True)
        shutil.rmtree(os.path.join(self.office.depot, "uploads"))  # made anew by the round
        if self.address is None:
            self.address = self.rig.nginx(self.office.depot) if self.over_web else self.office.depot

    def traced(self, *options):
        return subprocess.run(["strace", "-f", "-qq", *options, self.rig.program("sync"), "--home", self.copy.home, "once", "--from",
                               self.address], capture_output=True, text=True, check=False)

    def envelopes(self):
        folder = os.path.join(self.office.depot, "uploads")
        paths = [os.path.join(path, name) for path, _, names in os.walk(folder) for name in names]
        return [path for path in paths if not path.endswith(".part")]

    def check(self, what):
        """Each state is true, and nothing is torn, right after the disturbance."""
        now, said = held(self.copy), items(self.copy)
        assert now in (self.before, self.after or now), f"{what}: {now}"
        assert said.keys() == LEGAL.keys() and all(said[i] in LEGAL[i] for i in said), f"{what}: {said}"
        whole = set()
        for path in self.envelopes():
            counter, named = os.path.basename(path).split("-")
            with open(path, "rb") as file:
                assert hashlib.blake2b(file.read(), digest_size=32).hexdigest() == named, f"{what}: {path} is torn"
            whole.add(int(counter))
        with sqlite3.connect(os.path.join(self.copy.home, "station", "station.db")) as db:
            counters = dict(db.execute("SELECT id, counter FROM item"))
        for item in (UNSOLD, SECOND):
            assert said[item] != "carried" or counters[item] in whole, f"{what}: {item} is said to be carried and is not there"

    def check_end(self, what):
        """A round without disturbance ends where it would have ended, and the office gets everything, once."""
        self.copy.run("once", "--from", self.address)
        assert held(self.copy) == self.after and self.copy.status()["media_objects"] == 1, what
        assert items(self.copy) == END, f"{what}: {items(self.copy)}"
        self.check(what)
        assert len(self.envelopes()) == 2, what
        got = json.loads(self.office.run("collect", "--json").stdout)
        assert got == {"filed": 2, "repeated": 0, "asked": 0, "waiting": 0, "set_aside": 0}, f"{what}: {got}"


class Enrolment:
    """A home that is nobody's yet, and a ticket."""

    def __init__(self, rig):
        self.rig, self.copy, self.ticket = rig, rig.station("copy"), rig.path("ticket")
        self.hub = rig.hub("office")
        self.hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
        regions(rig, self.hub, 5)
        self.hub.run("ticket", self.ticket, "--village", VILLAGE, "--name", "示例村", "--depot", self.hub.depot)
        self.printed = None

    def renew(self):
        shutil.rmtree(self.copy.home, ignore_errors=True)

    def traced(self, *options):
        done = subprocess.run(["strace", "-f", "-qq", *options, self.rig.program("sync"), "--home", self.copy.home, "enrol", self.ticket],
                              capture_output=True, text=True, check=False)
        self.printed = fingerprint(done.stdout)
        return done

    def check(self, what):
        """A key that somebody has been told of is kept, whole."""
        if self.printed:
            assert fingerprint(self.copy.run("enrol", self.ticket).stdout) == self.printed, f"{what}: another key than was told"

    def check_end(self, what):
        first = fingerprint(self.copy.run("enrol", self.ticket).stdout)
        assert first and fingerprint(self.copy.run("enrol", self.ticket).stdout) == first, what
        self.copy.run("once")
        assert self.copy.channel(COUNTY)["rows"]["region"] == 5, what


def fingerprint(said):
    """What enrol prints for the office to compare; None when it came to nothing."""
    found = re.search(r"\b[A-Z2-9]{8}\b", said)
    return found[0] if found else None


def count(what, calls):
    """How often it makes each call."""
    log, counts = what.rig.path("calls"), {}
    what.renew()
    what.traced("-o", log, "-e", "trace=" + calls).check_returncode()
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name = re.match(r"\d+ +(\w+)\(", line)
            if name:
                counts[name[1]] = counts.get(name[1], 0) + 1
    return counts


def trials(counts, chance):
    """Every call, or all of them in random order while the time lasts."""
    every = [(name, number) for name, count in counts.items() for number in range(1, count + 1)]
    if os.environ.get("CUNZHAN_EVERY") == "1":
        yield from every
        return
    chance.shuffle(every)
    end = time.monotonic() + BUDGET_S
    for trial in every:
        if time.monotonic() > end:
            return
        yield trial


def was_reached(log, returncode):
    """Over a network the calls of two rounds are not the same number."""
    with open(log, encoding="utf-8", errors="replace") as text:
        return returncode in (-9, 137) or "INJECTED" in text.read()


def enumerate_calls(cycle, calls, effect, allowed):
    """effect: of strace's inject, or for each call the error it fails with."""
    seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
    counts, endings, tried, reached, log = count(cycle, calls), {}, 0, 0, cycle.rig.path("injected")
    for name, number in trials(counts, random.Random(seed)):
        does = effect if isinstance(effect, str) else "error=" + effect[name]
        what = f"seed {seed}: {does} at {name} {number}"
        cycle.renew()
        done = cycle.traced("-o", log, "-e", "trace=" + name, "-e", f"inject={name}:{does}:when={number}")
        tried += 1
        reached += was_reached(log, done.returncode)
        endings[done.returncode] = endings.get(done.returncode, 0) + 1
        assert allowed is None or done.returncode in allowed, f"{what}: ended with {done.returncode}: {done.stdout}{done.stderr}"
        cycle.check(what)
        cycle.check_end(what)
    assert tried > 0 and reached * 10 >= tried * 9, f"{reached} of {tried} reached"
    name = effect if isinstance(effect, str) else "each its error"
    print(f"# seed {seed}: {name}: {tried} of {sum(counts.values())} calls ({counts}), {tried - reached} not reached, endings {endings}", flush=True)


def case_stop(cycle):
    """Killed at a call that changes the disk, or goes over the network."""
    calls = CHANGING + "," + ",".join(NETWORK) if getattr(cycle, "over_web", False) else CHANGING
    enumerate_calls(cycle, calls, "signal=KILL", (0, -9, 137))


def case_full(cycle):
    """A call that changes the disk finds it full."""
    enumerate_calls(cycle, CHANGING, "error=ENOSPC", (0, 4, 5))


def case_broken(cycle):
    """A call that changes the disk finds it broken."""
    enumerate_calls(cycle, CHANGING, "error=EIO", (0, 4, 5))


def case_unreadable(cycle):
    """A card gives nothing back: a call that opens, reads, looks or locks fails. Among them are those that load the program, and what it is told by the
    system; it may end in any way."""
    enumerate_calls(cycle, READING, "error=EIO", None)


def case_cut(cycle):
    """The network fails at one call: what came stays, and the round may go on, or end without a road."""
    enumerate_calls(cycle, ",".join(NETWORK), NETWORK, (0, 3, 5))


def case_memory(cycle):
    """The system refuses memory: the program may end at once, in any way."""
    enumerate_calls(cycle, MEMORY, "error=ENOMEM", None)


SCENES = {
    "": (Cycle, {"stop": case_stop, "full": case_full, "broken": case_broken, "unreadable": case_unreadable, "memory": case_memory}),
    "web-": (lambda rig: Cycle(rig, over_web=True), {"stop": case_stop, "full": case_full, "broken": case_broken, "cut": case_cut}),
    "enrol-": (Enrolment, {"stop": case_stop, "full": case_full, "broken": case_broken, "unreadable": case_unreadable}),
}


def main():
    if not can_inject():
        print("strace cannot trace here: skipped")
        return 77
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    for prefix, (make, cases) in SCENES.items():
        wanted = [name for name in cases if not sys.argv[2:] or prefix + name in sys.argv[2:]]
        if not wanted:
            continue
        with Rig(sys.argv[1]) as rig:
            scene = make(rig)
            for name in wanted:
                cases[name](scene)
                print(f"ok {prefix}{name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
