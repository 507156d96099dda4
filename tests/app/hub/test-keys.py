#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-keys.py BUILD: keys renewed, withdrawn, kept by several people, backed up: from the office to a station."""
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
from offices import PARTLY, REFUSED, STORAGE, USAGE  # noqa: E402

offices.BUILD = sys.argv.pop(1)


class Keys(offices.Offices):
    def key_page(self, hub, kind):
        return [line.split()[1] for line in hub.run("keys").stdout.split("\n") if line.startswith(kind + " ")][0]

    def test_head_key_rotated_by_an_office_with_its_own_root(self):
        self.fill()
        self.hub.run("publish")
        station = self.station_of(self.hub, self.rig.nginx(self.hub.depot))
        old = self.key_page(self.hub, "head")
        self.hub.run("rotate", "head")
        self.assertNotEqual(self.key_page(self.hub, "head"), old)
        self.assertEqual(self.hub.status()["sequence"], 1, "what it signed before still opens")
        self.hub.run("beat")
        self.follows(station, self.hub)
        self.clerk_adds(self.hub, "P9")
        self.hub.run("publish")
        self.follows(station, self.hub)
        self.assertEqual(station.channel("990101")["epoch"], 1)
        self.assertEqual(self.hub.status()["sequence"], 2, "nothing was published twice")
        # Twice without a beat in between, and a lost publish folder afterwards.
        self.hub.run("rotate", "head")
        self.hub.run("rotate", "head")
        self.hub.run("publish")
        self.follows(station, self.hub)

    def test_content_key_rotated_below_a_parent_begins_a_new_epoch(self):
        city = self.two_offices()
        self.place_below(city, self.hub, "--rows-per-day", "4")
        self.fill_more()
        self.hub.run("publish")
        self.clerk_adds(self.hub, "P8")
        self.hub.run("publish")
        station = self.station_of(self.hub, self.rig.nginx(self.hub.depot))
        self.assertEqual(station.channel("990101")["seq"], 2)
        before = station.channel("990101")["rows"]
        self.hub.run("rotate", "content", "head", expect=USAGE)
        request, answer = self.rig.path("request"), self.rig.path("answer")
        code = self.code_in(self.hub.run("rotate", "content", "head", "box", "--out", request).stdout)
        self.clerk_adds(self.hub, "P9")
        self.hub.run("publish")
        self.follows(station, self.hub)
        city.run("delegate", request, "--confirm", code, "--out", answer, "--rows-per-day", "4")
        self.hub.run("adopt", answer)
        self.hub.run("adopt", answer)
        self.hub.run("publish")
        self.assertEqual((self.hub.status()["epoch"], self.hub.status()["sequence"]), (2, 1))
        self.follows(station, self.hub)
        after = station.channel("990101")["rows"]
        self.assertEqual(after, dict(before, product=before["product"] + 1))
        fresh = self.rig.station("fresh")
        fresh.run("enrol", self.rig.path("ticket"))
        self.follows(fresh, self.hub)
        self.clerk_adds(self.hub, "P7")
        self.hub.run("publish")
        self.follows(station, self.hub)
        # The publish folder lost: it learns from the depot under the new keys.
        os.rename(os.path.join(self.hub.home, "publish"), self.rig.path("lost"))
        self.hub.run("recover")
        self.clerk_adds(self.hub, "P6")
        self.hub.run("publish")
        self.follows(station, self.hub)

    def test_stops_on_the_way_to_new_keys(self):
        city = self.two_offices()
        self.place_below(city, self.hub)
        self.hub.run("publish")
        station = self.station_of(self.hub, self.hub.depot)
        request, answer, keys = self.rig.path("request"), self.rig.path("answer"), os.path.join(self.hub.home, "keys")
        code = self.code_in(self.hub.run("rotate", "content", "head", "delegate", "box", "--out", request).stdout)
        self.assertEqual(self.code_in(self.hub.run("rotate", "head", "--out", request).stdout), code, "a key that waits is not made twice")
        city.run("delegate", request, "--confirm", code, "--out", answer)
        before = self.rig.path("keys-before")
        shutil.copytree(keys, before)
        self.hub.run("adopt", answer)
        after = self.rig.path("keys-after")
        shutil.copytree(keys, after)
        box = [name for name in os.listdir(after) if name.startswith("box.")][0]
        # After the chain, and after each of the renames that follow.
        steps = [("box", box), ("content.next", "content"), ("head.next", "head"), ("delegate.next", "delegate"), ("box.next", "box")]
        for done in range(len(steps)):
            shutil.rmtree(keys)
            shutil.copytree(before, keys)
            for source, target in steps[:done]:
                os.replace(os.path.join(keys, source), os.path.join(keys, target))
            if done < 3:
                self.hub.run("publish", expect=REFUSED)
            self.hub.run("adopt", answer)
            self.assertEqual({name: self.content_of(keys, name) for name in os.listdir(keys)}, {name: self.content_of(after, name) for name in os.listdir(after)}, f"{done} steps")
        self.hub.run("publish")
        self.follows(station, self.hub)
        self.assertEqual(station.channel("990101")["epoch"], 2)

    def content_of(self, folder, name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    def fill_more(self):
        self.hub.run("import", "regions", self.write("regions.csv", "code,name,parent,level\n990101,示例县,,县\n"))
        rows = "".join(f"Q{i},菜,菜{i},公斤\n" for i in range(6))
        self.hub.run("import", "products", self.write("many.csv", "product,class,name,unit\n" + rows))

    def test_revoked_office_is_heard_no_more_and_comes_back_with_new_keys(self):
        depot = self.rig.path("depot")
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市", "--depot", depot)
        self.init("--depot", depot)
        self.place_below(city, self.hub)
        for office in (city, self.hub):
            office.run("publish")
        station = self.station_of(self.hub, self.rig.nginx(depot))
        self.follows(station, self.hub)
        self.assertFalse(station.channel("990101")["revoked"])
        # The stolen hub: a copy of the county's, with all its keys.
        os.rename(self.hub.home, self.hub.home + "-before")
        shutil.copytree(self.hub.home + "-before", self.hub.home, symlinks=True)
        thief = self.rig.hub("county-before")
        self.assertIn("990101", self.hub.run("revoke", "990101", "--reason", "x", expect=REFUSED).stderr)
        city.run("revoke", "990101", expect=USAGE)
        city.run("revoke", "990101", "--reason", "电脑被偷")
        told = station.run("once", expect=REFUSED)
        self.assertIn("revoked", told.stderr)
        channel = station.channel("990101")
        self.assertTrue(channel["revoked"])
        self.assertFalse(channel["confirmed"])
        self.assertEqual(channel["rows"]["publisher"], 1, "what was shown stays")
        self.assertIn("withdrawn", station.run("status").stdout)
        # The thief has a depot of his own making, on which the city's newer head is not.
        self.clerk_adds(thief, "贼")
        self.assertIn("withdrawn", thief.run("publish", expect=REFUSED).stderr)
        own = self.rig.path("thiefs")
        shutil.copytree(depot, own)
        shutil.rmtree(os.path.join(own, "v1", "c", "990100"))
        station.run("once", "--from", own, expect=REFUSED)
        self.assertEqual(station.channel("990101")["rows"].get("product", 0), 0)
        # The office itself, with keys the thief has not.
        request, answer = self.rig.path("request"), self.rig.path("answer")
        code = self.code_in(self.hub.run("rotate", "content", "head", "delegate", "box", "--out", request).stdout)
        city.run("delegate", request, "--confirm", code, "--out", answer)
        self.hub.run("adopt", answer)
        self.clerk_adds(self.hub, "P5")
        self.hub.run("publish")
        self.follows(station, self.hub)
        channel = station.channel("990101")
        self.assertEqual((channel["revoked"], channel["epoch"], channel["rows"]["product"]), (False, 2, 1))
        log = city.run("log").stdout
        self.assertIn("电脑被偷", log)

    def test_upper_delegation_renewed_reaches_the_offices_below_by_the_depot(self):
        depot = self.rig.path("depot")
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市", "--depot", depot)
        self.init("--depot", depot)
        self.place_below(city, self.hub)
        for office in (city, self.hub):
            office.run("publish")
        station = self.station_of(self.hub, self.rig.nginx(depot))
        city.run("rotate", "head")
        city.run("beat")
        station.run("once", expect=REFUSED)
        self.hub.run("beat")
        self.follows(station, self.hub)
        self.follows(station, city, "990100")

    def test_term_that_ends_is_told_and_stops_nothing(self):
        clock = self.rig.path("clock")
        now = 1795305600

        def at(seconds):
            self.write("clock", f"{seconds}\n")
            return ("--clock", clock)

        run = lambda *arguments: self.rig.run("hub", "--home", self.hub.home, *arguments)  # noqa: E731
        run(*at(now), "init", "--region", "990101", "--name", "示例县")
        self.assertEqual(run(*at(now), "publish").stderr, "")
        years = 3 * 31557600
        self.assertIn("ends on", run(*at(now + years - 86400), "beat").stderr)
        self.assertIn("ended on", run(*at(now + years + 86400), "publish").stderr)
        run(*at(now + years + 86400), "rotate")
        self.assertEqual(run(*at(now + years + 86500), "beat").stderr, "")

    # --- news held back ---

    def test_news_held_back_is_noticed_and_another_depot_asked(self):
        depot, stale = self.rig.path("depot"), self.rig.path("stale")
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市", "--depot", depot)
        self.init("--depot", depot)
        self.place_below(city, self.hub)
        for office in (city, self.hub, city):
            office.run("publish")
        first, second = self.rig.nginx(stale), self.rig.nginx(depot)
        shutil.copytree(depot, stale)
        station = self.station_of(self.hub, first)
        self.assertEqual(station.channel("990101")["late"], "")
        self.clerk_adds(self.hub, "P1")
        self.hub.run("publish")
        city.run("beat")
        # Who serves the first depot lets the city's head through and keeps the county's.
        shutil.rmtree(os.path.join(stale, "v1", "c", "990100"))
        shutil.copytree(os.path.join(depot, "v1", "c", "990100"), os.path.join(stale, "v1", "c", "990100"))
        station.run("once")
        channel = station.channel("990101")
        self.assertEqual((channel["seq"], channel["late"]), (1, "witness"))
        self.assertIn("newer news exists", station.run("status").stdout)
        # With a second depot in the ticket the same round goes on there.
        ticket = self.rig.path("ticket-2")
        self.hub.run("ticket", ticket, "--village", offices.VILLAGE, "--name", "柳河村站", "--depot", first, "--depot", second)
        other = self.rig.station("other")
        other.run("enrol", ticket)
        self.follows(other, self.hub)
        self.assertEqual(other.channel("990101")["late"], "")
        # And the county's head speaks of the city's: the other way round it shows too.
        self.clerk_adds(city, "P2")
        city.run("publish")
        self.hub.run("beat")
        shutil.rmtree(os.path.join(stale, "v1", "c", "990101"))
        shutil.copytree(os.path.join(depot, "v1", "c", "990101"), os.path.join(stale, "v1", "c", "990101"))
        station.run("once")
        self.assertEqual((station.channel("990101")["late"], station.channel("990100")["late"]), ("", "witness"))

    # --- backup and restore ---

    def test_backup_then_two_publications_then_restore(self):
        depot, backup = self.rig.path("depot"), self.rig.path("backup")
        secret = self.write("secret", "两岸猿声啼不住\n")
        with_secret = ("--passphrase-file", secret)
        self.init("--depot", depot)
        self.clerk_adds(self.hub, "P1")
        self.hub.run("publish")
        station = self.station_of(self.hub, self.rig.nginx(depot))
        self.hub.run("backup", backup, expect=USAGE)
        self.hub.run("backup", backup, *with_secret)
        self.assertEqual(os.stat(backup).st_mode & 0o777, 0o600)
        with open(backup, "rb") as file:
            whole = file.read()
        self.assertNotIn("示例县".encode(), whole)
        for name in ("P2", "P3"):
            self.clerk_adds(self.hub, name)
            self.hub.run("publish")
        self.follows(station, self.hub)
        shutil.rmtree(self.hub.home)
        # What is no whole backup leaves nothing behind.
        for spoilt in (whole[:-1], whole[:60], whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:], whole + b"x", b""):
            with open(self.rig.path("spoilt"), "wb") as file:
                file.write(spoilt)
            self.hub.run("restore", self.rig.path("spoilt"), *with_secret, expect=REFUSED)
            self.assertFalse(os.path.exists(self.hub.home))
        self.hub.run("restore", backup, "--passphrase-file", self.write("wrong", "x\n"), expect=REFUSED)
        self.assertFalse(os.path.exists(self.hub.home))
        # The depot out of reach at first: nothing is signed meanwhile.
        os.rename(depot, depot + "-away")
        self.hub.run("restore", backup, *with_secret, expect=PARTLY)
        for verb in ("publish", "beat"):
            self.assertIn("recover", self.hub.run(verb, expect=REFUSED).stderr)
        again = self.write("P4.csv", "product,class,name,unit\nP4,菜,P4,公斤\n")
        self.assertIn("recover", self.hub.run("import", "products", again, expect=REFUSED).stderr, "a number given since may not be given again")
        shutil.rmtree(depot, ignore_errors=True)
        os.rename(depot + "-away", depot)
        self.assertIn("sequence 3", self.hub.run("recover").stdout)
        self.clerk_adds(self.hub, "P4")
        self.hub.run("publish")
        self.assertEqual(self.hub.status()["sequence"], 4)
        self.follows(station, self.hub)
        self.assertEqual(station.channel("990101")["rows"]["product"], 4)
        self.hub.run("restore", backup, *with_secret, expect=REFUSED)

    def test_restored_over_a_lost_depot_begins_anew(self):
        depot, backup = self.rig.path("depot"), self.rig.path("backup")
        secret = ("--passphrase-file", self.write("secret", "a\n"))
        self.init("--depot", depot)
        self.hub.run("publish")
        old = self.rig.path("old")
        shutil.copytree(depot, old)
        self.clerk_adds(self.hub, "P1")
        self.hub.run("publish")
        station = self.station_of(self.hub, depot)
        self.hub.run("backup", backup, *secret)
        shutil.rmtree(self.hub.home)
        shutil.rmtree(depot)
        shutil.copytree(old, depot)
        self.assertIn("Begin anew", self.hub.run("restore", backup, *secret, expect=PARTLY).stderr)
        self.hub.run("publish", expect=REFUSED)
        self.hub.run("rotate", "content")
        self.hub.run("publish")
        self.follows(station, self.hub)
        self.assertEqual((station.channel("990101")["epoch"], station.channel("990101")["rows"]["product"]), (2, 1))

    def test_restored_over_a_mirror_that_lags_signs_no_number_twice(self):
        depot, backup, lagging, stick = (self.rig.path(name) for name in ("depot", "backup", "lagging", "stick"))
        secret = ("--passphrase-file", self.write("secret", "a\n"))
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市", "--depot", depot)
        self.init("--depot", depot)
        self.place_below(city, self.hub)
        self.hub.run("publish")
        station = self.station_of(self.hub, depot)
        self.hub.run("backup", backup, *secret)
        for name in ("P1", "P2"):
            self.clerk_adds(self.hub, name)
            self.hub.run("publish")
            if name == "P1":
                city.run("publish")
                shutil.copytree(depot, lagging)
        city.run("beat")
        self.follows(station, self.hub)
        os.mkdir(stick)
        station.run("export-stick", stick)
        shutil.rmtree(self.hub.home)
        # Newer than the backup, and not the last: a village's stick knows.
        told = self.hub.run("restore", backup, *secret, "--depot", lagging, "--also", stick, expect=PARTLY).stderr
        self.assertIn("ends at number 2, but number 3 is out already", told)
        self.assertIn(stick, told)
        for verb in ("publish", "beat"):
            self.assertIn("recover", self.hub.run(verb, expect=REFUSED).stderr)
        # Where nothing of this office lies, and what no clerk meant, is told.
        for nowhere in (self.rig.path("nowhere"), os.path.join(stick, "v1")):
            self.assertIn("no head of this office lies there", self.hub.run("recover", "--also", nowhere, expect=REFUSED).stderr)
            self.assertFalse(os.path.exists(self.rig.path("nowhere")))
        # So does the city, once its newest head has come to the mirror.
        shutil.copytree(os.path.join(depot, "v1", "c", "990100"), os.path.join(lagging, "v1", "c", "990100"), dirs_exist_ok=True)
        self.assertIn("another office has seen it", self.hub.run("recover", expect=REFUSED).stderr)
        shutil.copytree(depot, lagging, dirs_exist_ok=True)
        self.assertIn("sequence 3", self.hub.run("recover", "--also", stick).stdout)
        self.clerk_adds(self.hub, "P3")
        self.hub.run("publish")
        self.assertEqual(self.hub.status()["sequence"], 4)
        shutil.copytree(lagging, depot, dirs_exist_ok=True)
        self.follows(station, self.hub)

    def test_backup_cannot_be_written(self):
        self.init()
        self.hub.run("backup", "/nowhere/backup", "--passphrase-file", self.write("secret", "a\n"), expect=STORAGE)

    # --- a root of several keys ---

    def keyholders(self, names):
        keys = {}
        for name in names:
            keys[name] = self.rig.path("key-" + name)
            secret = self.write("secret-" + name, "口令" + name + "\n")
            self.rig.run("hub", "keys", "new", keys[name], "--name", name, "--passphrase-file", secret)
            self.assertEqual(os.stat(keys[name]).st_mode & 0o777, 0o600)
        return keys

    def draft(self, hub, threshold, keys):
        file = self.rig.path("ceremony")
        told = hub.run("keys", "root", file, *(key + ".public" for key in keys), "--threshold", str(threshold)).stdout
        return file, re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", told).group()

    def sign(self, file, key, code, expect=0):
        secret = key.replace("key-", "secret-")
        more = ("--passphrase-file", secret) if os.path.exists(secret) else ()
        return self.rig.run("hub", "keys", "sign", file, "--key", key, "--confirm", code, *more, expect=expect)

    def test_root_of_three_in_five_and_its_rotation_down_to_a_county(self):
        depot = self.rig.path("depot")
        centre = self.rig.hub("centre")
        centre.run("init", "--region", "000000", "--name", "中心", "--depot", depot)
        self.init("--depot", depot)
        self.place_below(centre, self.hub)
        for office in (centre, self.hub):
            office.run("publish")
        url = self.rig.nginx(depot)
        station = self.station_of(self.hub, url)
        keys = self.keyholders(["甲", "乙", "丙", "丁", "戊", "己"])
        first = [keys[name] for name in ("甲", "乙", "丙", "丁", "戊")]
        file, code = self.draft(centre, 3, first)
        # The one key there was until now lies in the hub; each of the others adds his.
        self.assertIn("Nothing has been signed", self.rig.run("hub", "keys", "sign", file).stdout)
        self.sign(file, os.path.join(centre.home, "keys", "root"), code)
        self.sign(file, first[0], code)
        self.sign(file, first[1], code)
        self.assertIn("Too few", centre.run("keys", "take", file, expect=REFUSED).stderr)
        self.sign(file, first[1], code)
        self.assertIn("Too few", centre.run("keys", "take", file, expect=REFUSED).stderr)
        wrong = ("3" if code[0] == "2" else "2") + code[1:]
        self.sign(file, first[4], wrong, expect=REFUSED)
        self.sign(file, keys["己"], code, expect=REFUSED)
        self.assertIn("Enough", self.sign(file, first[4], code).stdout)
        with open(file, encoding="utf-8") as text:
            honest = text.read()
        centre.run("keys", "take", file)
        centre.run("beat")
        self.hub.run("beat")
        self.follows(station, self.hub)
        self.follows(station, centre, "000000")
        self.assertIn("3 of 5", centre.run("keys").stdout)
        # The office below has learned the new root by the depot; its tickets carry it.
        self.assertIn("3 of 5", self.hub.run("keys").stdout)
        # One keyholder leaves, another comes: three of the old and three of the new.
        second = first[:4] + [keys["己"]]
        file, code = self.draft(centre, 3, second)
        for key in (keys["己"], first[0], first[1]):
            self.sign(file, key, code)
        self.assertIn("Too few", centre.run("keys", "take", file, expect=REFUSED).stderr, "two of the old are too few")
        self.sign(file, first[4], code)
        centre.run("keys", "take", file)
        # An older file does not come back into force.
        old = self.write("old", honest)
        centre.run("keys", "take", old, expect=REFUSED)
        centre.run("beat")
        self.hub.run("beat")
        self.clerk_adds(self.hub, "P1")
        self.hub.run("publish")
        self.follows(station, self.hub)
        # A station that slept through both.
        late = self.rig.station("late")
        late.run("enrol", self.rig.path("ticket"))
        self.follows(late, self.hub)
        # A new head key under a root of several: the keyholders sign for it.
        out = self.rig.path("out")
        centre.run("rotate", "head", expect=USAGE)
        centre.run("rotate", "head", "--out", out)
        code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", self.rig.run("hub", "keys", "sign", out).stdout).group()
        for key in (first[0], first[2], keys["己"]):
            self.sign(out, key, code)
        centre.run("keys", "take", out)
        centre.run("publish")
        self.hub.run("beat")
        self.follows(station, centre, "000000")

    def test_an_office_below_has_no_say_about_the_root(self):
        city = self.two_offices()
        self.place_below(city, self.hub)
        keys = self.keyholders(["甲"])
        self.hub.run("keys", "root", self.rig.path("out"), keys["甲"] + ".public", "--threshold", "1", expect=REFUSED)
        self.rig.run("hub", "keys", "new", keys["甲"], "--name", "甲", "--passphrase-file", self.write("s", "a\n"), expect=REFUSED)
        self.rig.run("hub", "keys", "new", self.rig.path("other"), "--name", "甲", expect=USAGE)


if __name__ == "__main__":
    unittest.main()
