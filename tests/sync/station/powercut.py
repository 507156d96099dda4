#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""powercut.py BUILD [CASE…]: the power goes anywhere in a round, an enrolment, a publication, the making of a hub; what was not synced is there or not.

The real program runs once under strace; tests/support/disk_log.py plays subsets of what it did to the disk, and the real programs judge what is found. The seed is printed
(CUNZHAN_SEED). A sample by default (CUNZHAN_POWERCUT_S seconds a case); CUNZHAN_EVERY=1 cuts at each operation, three times."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from cycle import COUNTY, VILLAGE, Cycle, can_inject, fingerprint, held, regions  # noqa: E402
from disk_log import DiskLog  # noqa: E402
from rig import Hub, Rig  # noqa: E402

BUDGET_S = float(os.environ.get("CUNZHAN_POWERCUT_S", "12"))


def cuts(log):
    """(n, chance, what): places to cut at, each with a chance of its own; the end is always among them."""
    seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
    total, every = len(log.operations), os.environ.get("CUNZHAN_EVERY") == "1"
    places = list(range(total + 1)) * 3 if every else random.Random(seed).sample(range(total + 1), total + 1)
    end, tried = time.monotonic() + BUDGET_S, 0
    for n in [total] * 3 + places:
        if not every and time.monotonic() > end and tried > 3:
            break
        tried += 1
        number = f"{seed}/{n}/{tried}"
        yield n, random.Random(number), f"cut {number} of {total}"
    print(f"# seed {seed}: {tried} cuts in {total} operations", flush=True)


def case_round(rig):
    """News, a picture, receipts in; two envelopes out: trust.db twice, station.db twice, content.db, kept, part, media, uploads."""
    cycle = Cycle(rig)
    cycle.renew()
    log = DiskLog([cycle.copy.home, cycle.office.home])
    done = log.run([rig.program("sync"), "--home", cycle.copy.home, "once", "--from", cycle.office.depot], rig.dir)
    assert done.returncode == 0, done.stderr
    old = new = 0
    for n, chance, what in cuts(log):
        log.restore(log.cut(n, chance))
        cycle.check(what)
        now = held(cycle.copy)
        old, new = old + (now == cycle.before), new + (now == cycle.after)
        assert n < len(log.operations) or now == cycle.after, f"{what}: the round was done, and is lost"
        cycle.check_end(what)
    print(f"# {old} times the old news stood, {new} times the new")


def case_enrol(rig):
    """Ticket and station key. What was printed is kept; what was not can be done again."""
    hub = rig.hub("office")
    hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
    regions(rig, hub, 5)
    ticket, station = rig.path("ticket"), rig.station("village")
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", "示例村", "--depot", hub.depot)
    os.mkdir(station.home, 0o750)
    log = DiskLog([station.home])
    done = log.run([rig.program("sync"), "--home", station.home, "enrol", ticket], rig.dir)
    assert done.returncode == 0, done.stderr
    printed = fingerprint(done.stdout)
    for n, chance, what in cuts(log):
        log.restore(log.cut(n, chance))
        if n == len(log.operations):
            assert os.path.exists(os.path.join(station.home, "agent", "station.key")), f"{what}: the key that was printed is gone"
        again = station.run("enrol", ticket)
        station.run("once")
        assert station.channel(COUNTY)["rows"]["region"] == 5, what
        assert n < len(log.operations) or fingerprint(again.stdout) == printed, f"{what}: another key"


def case_publish(rig):
    """Whatever a station has seen before the power went, and whatever the office finds after it: one history, and both end at its head."""
    hub, ticket = rig.hub("office"), rig.path("ticket")
    hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
    regions(rig, hub, 5)
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", "示例村", "--depot", hub.depot)
    template = rig.station("template")
    template.run("enrol", ticket)
    template.run("once")
    before = held(template)
    with open(rig.path("more.csv"), "w", encoding="utf-8") as out:
        out.write("code,name\n" + "".join(f"990101001{n:03},新村{n}\n" for n in range(1, 90)))
    hub.run("import", "regions", rig.path("more.csv"))
    log = DiskLog([hub.home])
    done = log.run([rig.program("hub"), "--home", hub.home, "publish"], rig.dir)
    assert done.returncode == 0, done.stderr
    seen, station, shown = rig.path("seen"), rig.station("copy"), 0

    def renew():
        shutil.rmtree(station.home, ignore_errors=True)
        subprocess.run(["cp", "-a", template.home, station.home], check=True)

    for n, chance, what in cuts(log):
        renew()
        log.restore(log.seen(n), {os.path.realpath(hub.home): seen})
        station.run("once", "--from", os.path.join(seen, "depot"))
        early = held(station)
        shown += early != before
        log.restore(log.cut(n, chance))
        hub.run("publish")
        station.run("once", "--from", hub.depot)
        late = held(station)
        assert early in (before, late), f"{what}: a station saw what is no longer so: {early}, {late}"
        assert late[2] == 90 and late[0] == before[0] + 1, f"{what}: {late}"
        renew()
        station.run("once", "--from", hub.depot)
        assert held(station) == late, what
    assert shown > 0
    print(f"# {shown} times a station had seen the news before the power went")


def case_hub(rig):
    """A hub being made: its keys, root, delegation. Made is made; half made can be made again, under the same name."""
    hub = rig.hub("office")
    arguments = ["init", "--region", COUNTY, "--name", "示例县农业农村局"]
    os.mkdir(rig.path("all"))
    hub = Hub(rig, "all/office")
    log = DiskLog([rig.path("all")])
    done = log.run([rig.program("hub"), "--home", hub.home, *arguments], rig.dir)
    assert done.returncode == 0, done.stderr
    keys = json.loads(hub.run("status", "--json").stdout)
    for n, chance, what in cuts(log):
        log.restore(log.cut(n, chance))
        if n == len(log.operations):
            assert json.loads(hub.run("status", "--json").stdout) == keys, f"{what}: another hub"
        else:
            again = hub.run(*arguments, expect=None)
            there = hub.run("status", "--json", expect=None)
            assert there.returncode == 0, f"{what}: init says {again.stderr}; status {there.stderr}"
        regions(rig, hub, 5)


def case_restore(rig):
    """An office taken from its backup: none, or one that is whole and knows what was published since. What was told as done is done."""
    first, depot, held_depot, backup, secret = rig.hub("first"), rig.path("depot"), rig.path("held"), rig.path("backup"), rig.path("secret")
    with open(secret, "w", encoding="utf-8") as out:
        out.write("a\n")
    with_secret = ("--passphrase-file", secret)
    first.run("init", "--region", COUNTY, "--name", "示例县农业农村局", "--depot", depot)
    regions(rig, first, 5)
    first.run("backup", backup, *with_secret)
    regions(rig, first, 9)
    keys = json.loads(first.run("status", "--json").stdout)
    shutil.copytree(depot, held_depot)
    os.mkdir(rig.path("all"))
    hub = Hub(rig, "all/office")
    log = DiskLog([rig.path("all")])
    done = log.run([rig.program("hub"), "--home", hub.home, "restore", backup, *with_secret], rig.dir)
    assert done.returncode == 0, done.stderr
    absent = 0
    for n, chance, what in cuts(log):
        shutil.rmtree(depot)
        shutil.copytree(held_depot, depot)
        log.restore(log.cut(n, chance))
        if not os.path.exists(hub.home) or not os.listdir(hub.home):
            assert n < len(log.operations), f"{what}: it was told as done, and is not there"
            absent += 1
            hub.run("restore", backup, *with_secret)
        elif n < len(log.operations):
            hub.run("recover")
        now = json.loads(hub.run("status", "--json").stdout)
        assert {name: now[name] for name in ("sequence", "epoch")} == {name: keys[name] for name in ("sequence", "epoch")}, f"{what}: {now}"
        regions(rig, hub, 12)
        assert json.loads(hub.run("status", "--json").stdout)["sequence"] == keys["sequence"] + 1, what
    print(f"# {absent} times there was no office yet")


CASES = {"round": case_round, "enrol": case_enrol, "publish": case_publish, "hub": case_hub, "restore": case_restore}


def main():
    if not can_inject():
        print("strace cannot trace here: skipped")
        return 77
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    for name in sys.argv[2:] or CASES:
        with Rig(sys.argv[1]) as rig:
            CASES[name](rig)
        print(f"ok {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
