# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of cunzhan-hub share: a county's hub, offices above it, stations below."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import rig as rigs  # noqa: E402

BUILD = None  # set by who runs
DONE, REFUSED, USAGE, BUSY, STORAGE, PARTLY = range(6)
VILLAGE = "990101001201"


class Offices(unittest.TestCase):
    def setUp(self):
        self.rig = rigs.Rig(BUILD)
        self.addCleanup(self.rig.__exit__, None, None, None)
        self.hub = self.rig.hub("county")

    def write(self, name, text):
        path = self.rig.path(name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def init(self, *more):
        self.hub.run("init", "--region", "990101", "--name", "示例县农业农村局", *more)

    def fill(self):
        self.init()
        self.hub.run("import", "regions", self.write("regions.csv", "code,name,parent,level\n990101,示例县,,县\n"))
        self.hub.run("import", "markets", self.write("markets.csv", "market,region,name,kind\nM1,990101,东关市场,批发\n"))
        self.hub.run("import", "products", self.write("products.csv", "product,class,name,unit\nP1,菜,白菜,公斤\n"))

    def code_in(self, text):
        return re.search(r"^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$", text, re.MULTILINE).group()

    def place_below(self, upper, lower, *limits):
        """The three steps, both codes compared; returns the answer's file."""
        request, answer = self.rig.path("request"), self.rig.path("answer")
        code = self.code_in(lower.run("request", request).stdout)
        root = self.code_in(upper.run("delegate", request, "--confirm", code.lower(), "--out", answer, *limits).stdout)
        lower.run("adopt", answer, "--confirm", root.replace("-", " "))
        return answer

    def two_offices(self):
        self.init()
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市")
        return city

    def chains(self):
        folder = os.path.join(self.hub.depot, "v1", "c", "990101", "key")
        return set(os.listdir(folder)) if os.path.isdir(folder) else set()

    def clerk_adds(self, hub, name):
        """Something new to publish."""
        hub.run("import", "products", self.write(name + ".csv", f"product,class,name,unit\n{name},菜,{name},公斤\n"))

    def station_of(self, hub, address, *more):
        ticket, station = self.rig.path("ticket"), self.rig.station("station")
        hub.run("ticket", ticket, "--village", VILLAGE, "--name", "柳河村站", "--depot", address, *more)
        station.run("enrol", ticket)
        station.run("once")
        return station

    def follows(self, station, hub, code="990101"):
        """The station holds what the hub has signed last."""
        station.run("once")
        channel, status = station.channel(code), hub.status()
        self.assertEqual((channel["epoch"], channel["seq"]), (status["epoch"], status["sequence"]))
