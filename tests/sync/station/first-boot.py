#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""first-boot.py BUILD: a station that begins from the papers on BOOT, by cunzhan-sync itself."""
import os
import random
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rig import Rig  # noqa: E402
from station import CHANNEL, Office  # noqa: E402

CONF = "[cunzhan]\nversion=1\nvillage=990101001201\nstation=柳河村站\nwifi-name=站\nlanguage=en\n"
STEPS = ["conf", "network", "key", "enrol", "content", "screen"]


class Papers:
    def __init__(self, rig, office, days=3, conf=CONF):
        self.rig = rig
        self.boot, self.set_up = rig.path("boot"), rig.path("set-up")
        if days:
            office.tell("publish", days, 4, 50)
            shutil.copytree(office.depot, self.boot)
        else:
            os.mkdir(self.boot)
        os.mkdir(self.set_up)
        office.tell("ticket", os.path.join(self.boot, "cunzhan.ticket"), "http://127.0.0.1:9/")
        self.write("cunzhan.conf", conf)
        self.root_says("network", "done")
        self.root_says("screen", "absent")

    def write(self, name, text):
        with open(os.path.join(self.boot, name), "w", encoding="utf-8") as file:
            file.write(text)

    def root_says(self, name, word):
        with open(os.path.join(self.set_up, name), "w", encoding="utf-8") as file:
            file.write(word + "\n")

    def arguments(self):
        return ["--set-up", self.set_up, "first-boot", self.boot]

    def begin(self, station, expect=0):
        """The ticks, by step: (state, detail)."""
        lines = station.run(*self.arguments(), expect=expect).stdout.splitlines()
        ticks = {words[0]: (words[1], words[2] if len(words) > 2 else "") for words in (line.split(None, 2) for line in lines)}
        assert list(ticks) == STEPS, lines
        return ticks


def language(station):
    with sqlite3.connect(os.path.join(station.home, "station", "station.db")) as database:
        return database.execute("SELECT value FROM setting WHERE key = 'ui.language'").fetchone()[0]


def case_whole(build):
    """From papers to content without a link; a second time changes nothing; another board with the same stick gets a key of its own."""
    with Rig(build) as rig:
        papers = Papers(rig, Office(rig))
        station = rig.station("village")
        ticks = papers.begin(station)
        assert [ticks[step][0] for step in STEPS] == ["done", "done", "done", "done", "done", "absent"], ticks
        assert ticks["conf"][1] == "柳河村站" and len(ticks["key"][1]) == 8 and ticks["content"][1] == "3", ticks
        assert station.channel(CHANNEL)["rows"]["quote"] == 600
        assert language(station) == "en"
        state = os.path.join(station.home, "first-boot", "state")
        assert os.stat(state).st_mode & 0o777 == 0o640 and os.stat(os.path.dirname(state)).st_mode & 0o7777 == 0o2750
        assert papers.begin(station) == ticks
        other = rig.station("other")
        assert papers.begin(other)["key"][1] != ticks["key"][1]


def case_faults(build):
    """Each thing that is wrong is said at its tick, nothing that stands on it is begun, and mended papers go on from there."""
    with Rig(build) as rig:
        papers = Papers(rig, Office(rig), conf=CONF.replace("language=en", "pin=1234"))
        station = rig.station("village")
        ticks = papers.begin(station, expect=5)
        assert ticks["conf"][0] == "failed" and "pin=" in ticks["conf"][1] and ticks["key"][0] == "waiting", ticks
        assert not os.path.exists(os.path.join(station.home, "agent", "station.key"))
        papers.write("cunzhan.conf", CONF.replace("990101001201", "990101001202"))
        assert "cunzhan.ticket" in papers.begin(station, expect=5)["conf"][1]
        papers.write("cunzhan.conf", CONF)
        papers.root_says("network", "failed")
        os.rename(papers.boot + "/cunzhan.ticket", papers.boot + "/elsewhere")
        assert "cunzhan.ticket" in papers.begin(station, expect=5)["conf"][1]
        os.rename(papers.boot + "/elsewhere", papers.boot + "/cunzhan.ticket")
        ticks = papers.begin(station, expect=5)
        assert ticks["network"][0] == "failed" and ticks["content"][0] == "done", ticks
        papers.root_says("network", "done")
        assert papers.begin(station)["network"][0] == "done"


def case_damaged_content(build):
    """Content that was changed on the way is not taken; the station is enrolled all the same."""
    with Rig(build) as rig:
        office = Office(rig)
        papers = Papers(rig, office)
        folder = os.path.join(papers.boot, "v1/c", CHANNEL, "seg")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "r+b") as segment:
                segment.seek(300)
                segment.write(b"\0\0\0\0\0\0\0\0")
        station = rig.station("village")
        ticks = papers.begin(station, expect=5)
        assert ticks["content"][0] == "failed" and ticks["enrol"][0] == "done", ticks


def case_killed(build):
    """Killed at random moments: the next start goes on, the key stays the one that was shown, and it ends whole."""
    with Rig(build) as rig:
        seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
        print(f"# seed {seed}")
        chance = random.Random(seed)
        papers = Papers(rig, Office(rig), days=8)
        kills = 0
        for number in range(12):
            station = rig.station(f"village-{number}")
            for _ in range(6):
                process = subprocess.Popen([rig.program("sync"), "--home", station.home, *papers.arguments()], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                try:
                    process.wait(chance.uniform(0.001, 0.25))
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
                process.wait()
            key = os.path.join(station.home, "agent", "station.key")
            before = open(key, "rb").read() if os.path.exists(key) else None
            papers.begin(station)
            assert station.channel(CHANNEL)["rows"]["quote"] == 1600
            assert before in (None, open(key, "rb").read())
        print(f"# {kills} kills")


def main():
    for name, function in [(name[5:], function) for name, function in globals().items() if name.startswith("case_")]:
        print(f"{name}: {function.__doc__}", flush=True)
        function(sys.argv[1])


if __name__ == "__main__":
    main()
