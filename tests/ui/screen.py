# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk's window as a villager uses it: keys found by name in the layout the program logs, tapped with a real pointer."""
import datetime
import json
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
from rig import Failure, Rig, wait_until  # noqa: E402

# The day at UTC+8: prices that end on another would be shown as old.
DAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
TODAY = DAY.isoformat()


def need_tools(*names):
    import shutil
    for name in names:
        if shutil.which(name) is None:
            print(f"{name} is not here: skipped")
            sys.exit(77)


def make_station(rig, hub):
    """Publishes, and a station that has fetched it."""
    hub.run("publish")
    ticket = rig.path("ticket")
    hub.run("ticket", ticket, "--village", "990101001201", "--name", "柳河村", "--depot", "file://" + hub.depot)
    station = rig.station("village")
    station.run("enrol", ticket)
    station.run("once", "--from", hub.depot)
    return station


def make_county(rig, first=(DAY - datetime.timedelta(days=30)).isoformat()):
    """The demo county through hub, depot and agent: the real road, from a folder."""
    hub = rig.hub("county")
    demo = rig.path("demo")
    generate = os.path.join(SOURCE, "app/demo/generate.py")
    assets = os.path.join(SOURCE, "assets/demo")
    for arguments in (["--content", TODAY, "--out", demo], ["--from", first, "--to", TODAY, "--seed", "1", "--out", os.path.join(demo, "quotes")]):
        subprocess.run([sys.executable, generate, *arguments], check=True, stdout=subprocess.DEVNULL)
    hub.run("init", "--region", "990101", "--name", "示例县农业农村局", "--place", "示例县")
    for kind in ("regions", "markets", "distances", "products"):
        hub.run("import", kind, os.path.join(assets, kind + ".csv"))
    for kind, suffix in (("policies", ".md"), ("notices", ".md"), ("quotes", ".csv")):
        folder = os.path.join(demo, kind)
        hub.run("import", kind, *sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.endswith(suffix)),
                "--report", rig.path(kind + "-report.csv"))
    return hub, make_station(rig, hub)


FIND_S = 10


class Screen:
    def __init__(self, rig, station, *arguments, size="1280x800", sound="none"):
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        os.environ["GTK_A11Y"] = "none"
        self.size = tuple(int(n) for n in size.split("x"))
        self.window = rig.kiosk(station, "--log-layout", "--sound", sound, *arguments, size=size)

    def wait_event(self, name, **fields):
        return self.window.wait(lambda e: e["event"] == name and all(e.get(k) == v for k, v in fields.items()), f"{name} {fields}")

    def layout(self):
        """The widgets of the last frame, once nothing has been drawn or said of the layout for a moment."""
        state = {"count": -1, "still": 0}

        def settled():
            count = sum(1 for e in self.window.events() if e["event"] in ("layout", "page", "history"))
            state["still"] = state["still"] + 1 if count == state["count"] else 0
            state["count"] = count
            events = self.window.events()
            kinds = [e["event"] for e in events if e["event"] in ("layout", "page")]
            return state["still"] > 8 and kinds and kinds[-1] == "layout"

        wait_until(settled, "a settled layout")
        return [e for e in self.window.events() if e["event"] == "layout"][-1]["widgets"]

    def find(self, key):
        """Waits for it: on a slow machine a page may come in more than one frame."""

        def look():
            return next((w for w in self.layout() if w.get("key", "").startswith(key) and w["w"] > 0), None)

        return wait_until(look, f"the key {key} on this page", FIND_S)

    def has(self, key):
        return any(w.get("key", "").startswith(key) for w in self.layout())

    def tap(self, key):
        """Taps the middle of a key; a tap that came too soon after another is repeated, as a villager would."""
        widget = self.find(key)
        x, y = widget["x"] + widget["w"] / 2, widget["y"] + widget["h"] / 2
        while True:
            self.window.tap(x, y)
            event = self.window.wait(lambda e: e["event"] in ("tap", "bounce"), f"the tap on {key}")
            if event["event"] == "tap":
                if event["key"] != widget["key"]:
                    raise Failure(f"tapped {widget['key']}, hit {event['key']}")
                return widget["key"]

    def go(self, key, page):
        self.tap(key)
        return self.wait_event("page", page=page)

    def said(self):
        return self.wait_event("say")["text"]

    def texts(self):
        return [w["text"] for w in self.layout() if w.get("text")]

    def spoken(self):
        path = self.window.log + ".spoken"
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def close(self):
        self.window.rig.stop(self.window.process)
        if self.window.process.returncode != 0:
            raise Failure(f"the kiosk ended with {self.window.process.returncode}: {self.window.rig.tail('kiosk')}")


def check(condition, message):
    if not condition:
        raise Failure(message)
