#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""attacks.py BUILD: J8 of the field study, the attacker with a stick, one case for each of its letters, with the real programs."""
import contextlib
import fnmatch
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app", "hub"))
import offices  # noqa: E402
from offices import REFUSED  # noqa: E402
from rig import SOURCE  # noqa: E402

offices.BUILD = sys.argv.pop(1)
COUNTY = "990101"
PHONE = "13800138000"


def usb_is_allowed(interfaces):
    """As usbguard reads the board's rules: every interface of the device must match a pattern of one and the same rule."""
    with open(os.path.join(SOURCE, "board/usb/usbguard-rules.conf"), encoding="utf-8") as rules:
        for line in rules:
            found = re.match(r"allow with-interface match-all \{ (.*) \}", line)
            if found and all(any(fnmatch.fnmatch(one, pattern) for pattern in found.group(1).split()) for one in interfaces):
                return True
    return False


class StickAttacks(offices.Offices):
    def setUp(self):
        super().setUp()
        print(f"# J8 {self.id().rpartition('test_')[2]}", file=sys.stderr)

    def county_with_station(self):
        """A county below a city, published once; a station that holds it and whose depots are out of reach."""
        self.depot = self.rig.path("depot")
        self.city = self.rig.hub("city")
        self.city.run("init", "--region", "990100", "--name", "示例市", "--depot", self.depot)
        self.init("--depot", self.depot)
        self.place_below(self.city, self.hub)
        self.city.run("publish")
        self.publish("P1")
        station = self.station_of(self.hub, self.depot)
        self.before = station.channel(COUNTY)
        return station

    def publish(self, name):
        self.clerk_adds(self.hub, name)
        self.hub.run("publish")

    def write_sql(self, path, sql, value):
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute(sql, (value,))

    def stick(self, name="stick", source=None):
        path = self.rig.path(name)
        shutil.copytree(source or self.depot, path)
        return path

    def county_of(self, folder):
        return os.path.join(folder, "v1", "c", COUNTY)

    def segment(self, folder):
        months = os.path.join(self.county_of(folder), "seg")
        return os.path.join(months, sorted(os.listdir(months))[-1])

    def refused(self, station, stick, rule):
        told = station.run("import-stick", stick, expect=REFUSED)
        self.assertIn(f"({rule})", told.stderr)
        held = station.channel(COUNTY)
        self.assertEqual([held[name] for name in ("seq", "state", "rows")], [self.before[name] for name in ("seq", "state", "rows")])

    def goes_on(self, station):
        """The honest stick afterwards is taken."""
        self.publish("P9")
        station.run("import-stick", self.stick("honest"))
        self.assertEqual(station.channel(COUNTY)["seq"], self.hub.status()["sequence"])

    def test_a_keyboard_in_disguise(self):
        self.assertTrue(usb_is_allowed(["08:06:50"]), "a stick")
        self.assertFalse(usb_is_allowed(["03:01:01"]), "a keyboard")
        self.assertFalse(usb_is_allowed(["08:06:50", "03:01:01"]), "a stick that types")
        self.assertFalse(usb_is_allowed(["08:06:50", "02:06:00", "03:01:01"]), "a modem that types")
        self.assertFalse(usb_is_allowed(["08:06:50", "03:00:00"]), "a stick that may be any input device")

    def test_b_stick_with_a_bundle_of_its_own(self):
        station = self.county_with_station()
        thief = self.rig.hub("thief")
        thief.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
        self.clerk_adds(thief, "贼")
        thief.run("publish")
        self.refused(station, self.stick("thiefs", thief.depot), "signature")
        self.goes_on(station)

    def test_c_old_but_genuine(self):
        station = self.county_with_station()
        old = self.stick("old")
        self.publish("P2")
        station.run("import-stick", self.stick("new"))
        self.before = station.channel(COUNTY)
        self.assertEqual(self.before["seq"], 2)
        self.refused(station, old, "order")
        self.goes_on(station)

    def test_d_genuine_key_of_the_neighbour(self):
        station = self.county_with_station()
        neighbour = self.rig.hub("neighbour")
        neighbour.run("init", "--region", "990102", "--name", "邻县")
        self.place_below(self.city, neighbour)
        self.clerk_adds(neighbour, "邻")
        neighbour.run("publish")
        stick = self.stick("neighbours", neighbour.depot)
        os.rename(os.path.join(stick, "v1", "c", "990102"), self.county_of(stick))
        self.refused(station, stick, "scope")
        self.goes_on(station)

    def test_e_one_bit_changed(self):
        station = self.county_with_station()
        start = os.path.getsize(self.segment(self.depot))
        self.publish("P2")
        middle = os.path.getsize(self.segment(self.depot))
        self.publish("P3")
        stick = self.stick("spoilt")
        with open(self.segment(stick), "r+b") as file:
            end = file.seek(0, os.SEEK_END)
            for at in (middle + 9, (middle + end) // 2, end - 1):
                self.assertGreater(at, start)
                file.seek(at)
                byte = file.read(1)[0]
                file.seek(at)
                file.write(bytes([byte ^ 4]))
                file.flush()
                station.run("import-stick", stick, expect=REFUSED)
                self.assertEqual(station.channel(COUNTY)["seq"], 2, "the day before the spoilt one is whole")
                file.seek(at)
                file.write(bytes([byte]))
        self.goes_on(station)

    def test_f_huge_files_deep_folders_links_odd_names(self):
        station = self.county_with_station()
        self.publish("P2")
        stick = self.stick("odd")
        county = self.county_of(stick)
        deep = os.path.join(stick, *(["d"] * 60))
        os.makedirs(deep)
        for path in (os.path.join(stick, "v1", "c", "film"), os.path.join(county, "seg", "199001"), os.path.join(county, "heads")):
            with open(path, "wb") as film:
                film.truncate(2 << 30)
        os.symlink("/etc", os.path.join(stick, "v1", "c", "990103"))
        os.symlink("../../../..", os.path.join(county, "up"))
        for odd in ("名\n字", "-rf", "a" * 200, "..head", "head "):
            with open(os.path.join(county, odd), "wb") as file:
                file.write(b"x")
        begin = time.monotonic()
        station.run("import-stick", stick)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(station.channel(COUNTY)["seq"], 2)
        # The names that are read, in those shapes.
        self.before = station.channel(COUNTY)
        head = os.path.join(county, "head")
        for shape in ("link", "folder", "huge", "pipe"):
            os.remove(head)
            if shape == "link":
                os.symlink(os.path.join(self.county_of(self.depot), "head"), head)
            elif shape == "folder":
                os.mkdir(head)
            elif shape == "pipe":
                os.mkfifo(head)
            else:
                with open(head, "wb") as file:
                    file.truncate(2 << 30)
            station.run("import-stick", stick, expect=None)
            self.assertEqual(station.channel(COUNTY), self.before, shape)
            if shape == "folder":
                os.rmdir(head)
                with open(head, "wb"):
                    pass
        self.goes_on(station)

    def test_g_stolen_county_key(self):
        station = self.county_with_station()
        stolen = self.rig.path("county-stolen")
        shutil.copytree(self.hub.home, stolen, symlinks=True)
        self.city.run("revoke", COUNTY, "--reason", "电脑被偷")
        stick = self.stick("with-the-citys-head")
        self.refused(station, stick, "revoked")
        self.assertTrue(station.channel(COUNTY)["revoked"])
        # The thief publishes into a depot that the city's head never reached; the station has not forgotten.
        thief = self.rig.hub("county-stolen")
        own = self.rig.path("thiefs-depot")
        shutil.copytree(stick, own)
        shutil.rmtree(os.path.join(own, "v1", "c", "990100"))
        thief.run("import", "products", self.write("贼.csv", "product,class,name,unit\nX,菜,贼,公斤\n"))
        self.write_sql(os.path.join(stolen, "hub.db"), "UPDATE hub SET value = ? WHERE key = 'depot'", own)
        thief.run("publish")
        self.refused(station, own, "revoked")
        # Nobody below has the centre's, or here the city's, secret keys.
        for name in ("root", "delegate", "content", "head"):
            with open(os.path.join(self.city.home, "keys", name), encoding="utf-8") as file:
                secret = file.read().split("\n")[1].encode()
            for home in (self.hub.home, station.home, self.depot):
                for folder, _, files in os.walk(home):
                    for one in files:
                        with open(os.path.join(folder, one), "rb") as file:
                            self.assertNotIn(secret, file.read())

    def test_h_wants_telephone_numbers(self):
        station = self.county_with_station()
        # What an operator typed.
        said = {"side": 1, "quantity_g": 1000000, "price": 1600, "village": offices.VILLAGE, "text": "土豆两千斤", "name": "王大山", "phone": PHONE, "contact_level": 1}
        self.rig.run("sync", "--home", station.home, "post", "listing", "-", stdin=json.dumps(said))
        database = os.path.join(station.home, "station", "station.db")
        with open(database, "rb") as file, open(database + "-wal", "rb") if os.path.exists(database + "-wal") else open(os.devnull, "rb") as wal:
            self.assertIn(PHONE.encode(), file.read() + wal.read())
        stick = self.rig.path("stick")
        os.mkdir(stick)
        station.run("export-stick", stick)
        n = 0
        for where, _, files in os.walk(stick):
            for one in files:
                n += 1
                with open(os.path.join(where, one), "rb") as file:
                    self.assertNotIn(PHONE.encode(), file.read())
        self.assertGreater(n, 3)
        told = json.loads(station.run("outbox", "--json").stdout)["items"]
        self.assertEqual([item["state"] for item in told if item["kind"] == "listing"], ["carried"], "it is on the stick")

    def test_i_pulls_the_stick_half_way(self):
        station = self.county_with_station()
        for number in range(2, 8):
            self.publish(f"P{number}")
        whole = self.stick("whole")
        half = self.stick("half")
        size = os.path.getsize(self.segment(half))
        os.truncate(self.segment(half), size // 2)
        station.run("import-stick", half, expect=None)
        held = station.channel(COUNTY)
        self.assertTrue(1 <= held["seq"] < 7)
        self.assertEqual(held["rows"]["product"], held["seq"])
        for patience in (0.0, 0.005, 0.01, 0.02, 0.04):
            process = subprocess.Popen([self.rig.program("sync"), "--home", station.home, "import-stick", whole],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(patience)
            process.send_signal(signal.SIGKILL)
            process.wait()
            now = station.channel(COUNTY)
            self.assertGreaterEqual(now["seq"], held["seq"])
            self.assertEqual(now["rows"]["product"], now["seq"], "whole days only")
            held = now
        station.run("import-stick", whole)
        self.assertEqual(station.channel(COUNTY)["seq"], 7)
        self.goes_on(station)


if __name__ == "__main__":
    unittest.main()
