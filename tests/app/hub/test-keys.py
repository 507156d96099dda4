#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-keys.py BUILD: keys renewed, withdrawn, kept by several people, backed up: from the office to a station."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
from offices import REFUSED, USAGE  # noqa: E402

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
        os.system(f"cp -a {self.hub.home}-before {self.hub.home}")
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
        thief.run("publish", expect=REFUSED)
        os.system(f"cp -a {depot} {self.rig.path('thiefs')} && rm -r {self.rig.path('thiefs')}/v1/c/990100")
        own = self.rig.path("thiefs")
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


if __name__ == "__main__":
    unittest.main()
