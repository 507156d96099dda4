#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""route.py BUILD: one stick goes round fifty stations that stand anywhere, through the real programs.

No visit makes the stick older or poorer; what every station says reaches the county, the receipts come back, and everybody ends at the newest news though
the county itself never writes on the stick: a station that has a network feeds the others. CUNZHAN_SEED repeats a run, CUNZHAN_ROUTE is how many stations."""
import json
import os
import random
import sqlite3
import struct
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rig import run_cases  # noqa: E402
from uploads import COUNTY, LISTING, VILLAGE, items, post  # noqa: E402

HEAD = struct.Struct("<8sII32sIIQ")  # magic, length, channel, delegation, root version, epoch, seq
HARMS = 5  # on the first way round


class County:
    """An office whose days are eight apart, up to today, so that months end under way."""

    def __init__(self, rig, days):
        self.rig = rig
        self.hub = rig.hub("county")
        self.clock = rig.path("clock")
        self.now_s = int(time.time()) - days * 8 * 86400
        self.products = "product,class,name,unit\n"
        self.n = 0
        self.turn()
        self.run("init", "--region", COUNTY, "--name", "示例县农业农村局")

    def turn(self):
        with open(self.clock, "w", encoding="utf-8") as out:
            out.write(f"{self.now_s}\n")

    def run(self, *words):
        return self.hub.run("--clock", self.clock, *words)

    def day(self):
        """One publication more."""
        self.n += 1
        self.products += f"P{self.n},菜,菜{self.n},公斤\n"
        path = self.rig.path("products.csv")
        with open(path, "w", encoding="utf-8") as out:
            out.write(self.products)
        self.run("import", "products", path)
        self.run("publish")
        self.now_s += 8 * 86400 if self.now_s + 8 * 86400 < time.time() else 60
        self.turn()

    def enrol(self, name):
        ticket = self.rig.path(name + ".ticket")
        self.run("ticket", ticket, "--village", VILLAGE, "--name", name, "--depot", "file://" + self.rig.path("no-depot"))
        station = self.rig.station(name)
        station.name = name
        station.fingerprint = station.run("enrol", ticket).stdout.split("Station key: ")[1][:8]
        return station


def standing(stick):
    """(epoch, seq) of the head that lies there whole; its signature is looked at by the programs."""
    try:
        with open(os.path.join(stick, "v1", "c", COUNTY, "head"), "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return 0, 0
    _, body, _, _, _, epoch, seq = HEAD.unpack(data[:HEAD.size].ljust(HEAD.size, b"\0"))
    return (epoch, seq) if len(data) == 12 + body + 1 + 72 else (0, 0)


def sizes(stick):
    """Of what leads anybody on."""
    top = os.path.join(stick, "v1", "c", COUNTY)
    return {os.path.join(place, name): os.path.getsize(os.path.join(place, name))
            for folder in ("seg", "snap") for place, _, names in os.walk(os.path.join(top, folder)) for name in names}


def harm(stick, chance):
    """What a pocket does to a stick: a bad sector, a file that lost its end."""
    paths = sorted(sizes(stick)) + [os.path.join(stick, "v1", "c", COUNTY, "head")] * chance.randint(0, 1)
    path = chance.choice(paths)
    size = os.path.getsize(path)
    if chance.random() < 0.5 or path.endswith("head"):
        os.truncate(path, chance.randrange(size))
    else:
        with open(path, "r+b") as file:
            file.seek(chance.randrange(size))
            file.write(bytes(chance.randrange(1, 256) for _ in range(8)))
    print(f"# harmed: {os.path.relpath(path, stick)}", flush=True)


def visit(stick, station, statuses):
    """The courier is here."""
    before, had = standing(stick), sizes(stick)
    done = station.run("export-stick", stick, expect=None)
    assert done.returncode in (0, 5), (station.name, done.stdout, done.stderr)
    assert (done.returncode == 5) == ("nothing is written" in done.stderr), (station.name, done.stderr)
    now, has = standing(stick), sizes(stick)
    assert now >= before, f"{station.name} made the stick older: {before} -> {now}"
    shorter = {path: (size, has.get(path)) for path, size in had.items() if has.get(path, 0) < size}
    assert not shorter or now[0] > before[0], (station.name, shorter)
    assert done.returncode == 0 or (now == before and has == had), f"{station.name} said it writes nothing of the channel"
    statuses[done.returncode] = statuses.get(done.returncode, 0) + 1


def say(rig, chance, station):
    for _ in range(chance.randint(1, 3)):
        kind, fields = chance.choice([("listing", dict(LISTING, text=f"{station.name} {chance.randrange(1000)}")),
                                      ("unsold", {"quantity_g": chance.randint(1, 9) * 1000000, "village": VILLAGE, "text": "没人收"}),
                                      ("counters", {"day": "2026-11-22", "lines": f"open.price={chance.randrange(99)}\n"})])
        post(rig, station, kind, fields)


def random_past(rig, chance, county, n, days):
    """Stations that a network reached now and then, until some day, and never since. The first, in town, missed nothing."""
    stations = [county.enrol(f"station-{number:02d}") for number in range(n)]
    last = [days] + [chance.choice([0, chance.randint(1, days), chance.randint(1, days)]) for _ in stations[1:]]
    often = [1.0] + [chance.choice([0.2, 0.6, 1.0]) for _ in stations[1:]]
    kept = ["16"] + [chance.choice(["0", "16", "16", "16"]) for _ in stations[1:]]
    epoch_day = chance.choice([0, chance.randint(2, days)])
    for day in range(1, days + 1):
        if day == epoch_day:
            county.run("rotate", "content")
        county.day()
        for number, station in enumerate(stations):
            if day <= last[number] and (day == last[number] or chance.random() < often[number]):
                station.run("once", "--full", "--no-send", "--kept-mib", kept[number], "--from", county.hub.depot)
    print(f"# {days} publications, a new epoch on day {epoch_day}, last days {sorted(last)}", flush=True)
    return stations


def at_the_county(county, stick):
    """The courier comes by; the office publishes, and writes nothing on the stick."""
    county.run("collect", stick)
    known = json.loads(county.run("stations", "list", "--json").stdout)["stations"]
    asking = [entry["fingerprint"] for entry in known if entry["state"] == "asks"]
    if asking:
        county.run("stations", "approve", *asking)
        county.run("collect", stick)
    ids = [str(entry["id"]) for entry in json.loads(county.run("queue", "--json", "listing").stdout)["queue"]]
    if ids:
        county.run("accept", "uploads", *ids)
    county.day()


def round_trip(rig, chance, county, stations, is_first):
    """Everybody once; news on the way, and harm, on the first."""
    stick, depot, town, statuses = rig.path("stick"), county.hub.depot, stations[0], {}
    n = len(stations)
    for number, station in enumerate(chance.sample(stations, n) if is_first else [town] + chance.sample(stations[1:], n - 1)):
        if is_first and number == n // 2:
            county.day()
        if number == (n // 2 if is_first else 0):
            town.run("once", "--no-send", "--from", depot)
        if is_first and sizes(stick) and chance.random() < HARMS / n:
            harm(stick, chance)
        visit(stick, station, statuses)
    print(f"# the stick came home at {standing(stick)}, visits by exit status {statuses}", flush=True)
    at_the_county(county, stick)


def route(rig):
    seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
    n = int(os.environ.get("CUNZHAN_ROUTE", "50"))
    print(f"# seed {seed}, {n} stations", flush=True)
    chance, days = random.Random(seed), 12
    county = County(rig, days + 4)
    stations = random_past(rig, chance, county, n, days)
    os.mkdir(rig.path("stick"))
    for station in stations:
        say(rig, chance, station)
    # On the first way some stand before an empty stick, or one that was harmed: without the county's papers they can say nothing.
    for number in range(3):
        round_trip(rig, chance, county, stations, number == 0)
    said = {station.fingerprint: [item["counter"] for item in items(station).values() if item["kind"] != "admission"] for station in stations}
    with sqlite3.connect(os.path.join(county.hub.home, "hub.db")) as db:
        came = set(db.execute("SELECT station, counter FROM upload"))
    missing = [(name, counter) for name, counters in said.items() for counter in counters if (name, counter) not in came]
    assert sum(map(len, said.values())) >= n and not missing, missing
    wanted = stations[0].channel(COUNTY)
    for station in stations:
        held = station.channel(COUNTY)
        assert held["complete"] and (held["seq"], held["state"]) == (wanted["seq"], wanted["state"]), (station.name, held, wanted)
        for item in items(station).values():
            wants = "published" if item["kind"] == "listing" else "received"
            assert item["state"] == wants, (station.name, item)
    print(f"# all at {wanted['seq']}, {sum(map(len, said.values()))} messages with their receipts", flush=True)


if __name__ == "__main__":
    # Fifty homes save every file: on a disk that is most of the time.
    room = os.statvfs("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    tempfile.tempdir = "/dev/shm" if room and room.f_bavail * room.f_frsize > 256 << 20 else None
    run_cases(sys.argv[1], [route], sys.argv[2:])
