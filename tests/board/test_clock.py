#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_clock.py SOURCE BUILD: raise-clock asks a real agent, and only ever goes forward."""
import os
import shutil
import subprocess
import sys
import time
import unittest

SOURCE, BUILD = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, os.path.join(SOURCE, "tests/support"))
sys.path.insert(0, os.path.join(SOURCE, "tests/sync/station"))
from rig import Rig, wait_until  # noqa: E402

if not shutil.which("busctl"):
    print("SKIP: busctl is not installed")
    sys.exit(77)


class Clock(unittest.TestCase):
    def setUp(self):
        self.rig = Rig(BUILD)
        self.addCleanup(self.rig.__exit__, None, None, None)
        self.log = self.rig.path("set")

    def program(self, name, text):
        path = self.rig.path(name)
        with open(path, "w", encoding="utf-8") as script:
            script.write(text)
        os.chmod(path, 0o755)
        return path

    def trusted_by_a_station(self, day):
        """A hub whose clock shows that day publishes; an agent takes it and stays on a bus."""
        clock = self.rig.path("clock")
        with open(clock, "w", encoding="utf-8") as file:
            file.write(f"{day} 1000000\n")
        hub = self.rig.hub("county")
        hub.run("--clock", clock, "init", "--region", "990101", "--name", "示例县")
        hub.run("--clock", clock, "publish")
        ticket = self.rig.path("ticket")
        hub.run("ticket", ticket, "--village", "990101001201", "--name", "村站", "--depot", hub.depot)
        station = self.rig.station("village")
        station.run("enrol", ticket)
        station.run("once")
        bus = self.rig.bus()
        self.rig.agent(station, bus, hub.depot, "--on-demand")
        self.rig.run_dbus(bus, "SyncNow")
        # It answers at once; the time is told when the round is over.
        wait_until(lambda: self.trusted_time(bus) > 0, "a trusted time")
        return bus

    def trusted_time(self, bus):
        done = subprocess.run(["busctl", f"--address={bus}", "get-property", "org.cunzhan.Sync1", "/org/cunzhan/Sync1", "org.cunzhan.Sync1",
                               "TrustedTime"], capture_output=True, text=True, check=False)
        return int(done.stdout.split()[1]) if done.returncode == 0 else 0

    def raise_clock(self, bus):
        setter = self.program("setter", f'#!/bin/sh\necho "$1" >{self.log}\n')
        environment = {**os.environ, "CUNZHAN_BUS": bus, "CUNZHAN_SET_CLOCK": setter}
        return subprocess.run([os.path.join(SOURCE, "board/clock/raise-clock")], env=environment, capture_output=True, text=True, check=False)

    def test_goes_forward_to_what_was_signed(self):
        ahead = int(time.time()) + 90 * 86400
        bus = self.trusted_by_a_station(ahead)
        done = self.raise_clock(bus)
        self.assertEqual(0, done.returncode, done.stderr)
        with open(self.log, encoding="utf-8") as file:
            self.assertTrue(ahead <= int(file.read()) < ahead + 3600)

    def test_does_not_go_back(self):
        bus = self.trusted_by_a_station(int(time.time()) - 30 * 86400)
        done = self.raise_clock(bus)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertFalse(os.path.exists(self.log))

    def set_clock(self, bus, text, epoch=0):
        setter = self.program("setter", f'#!/bin/sh\necho "$1" >{self.log}\n')
        for name in ("request", "epoch"):
            with open(self.rig.path(name), "w", encoding="utf-8") as file:
                file.write(text)
        os.utime(self.rig.path("epoch"), (epoch, epoch))
        environment = {**os.environ, "CUNZHAN_BUS": bus, "CUNZHAN_SET_CLOCK": setter, "CUNZHAN_EPOCH": self.rig.path("epoch")}
        done = subprocess.run([os.path.join(SOURCE, "board/clock/set-clock"), self.rig.path("request")], env=environment,
                              capture_output=True, text=True, check=False)
        self.assertFalse(os.path.exists(self.rig.path("request")), "a request is used up")
        return done.returncode

    def test_by_touch_forward_and_back_but_never_before_what_was_signed(self):
        signed = int(time.time()) - 30 * 86400
        bus = self.trusted_by_a_station(signed)
        self.assertEqual(1, self.set_clock(bus, str(signed - 60)))
        self.assertEqual(1, self.set_clock(bus, "4102444800"))
        self.assertFalse(os.path.exists(self.log))
        self.assertEqual(0, self.set_clock(bus, f"{signed + 7200}\n"))
        with open(self.log, encoding="utf-8") as file:
            self.assertEqual(signed + 7200, int(file.read()))

    def test_by_touch_with_no_more_rights_than_the_unit_gives(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("only root can be given less")
        with open(os.path.join(SOURCE, "board/clock/cunzhan-set-clock.service.in"), encoding="utf-8") as unit:
            granted = next(line.split("=", 1)[1].split() for line in unit if line.startswith("CapabilityBoundingSet="))
        kiosk = 4242
        ask = self.rig.path("ask")
        os.mkdir(ask)
        request = os.path.join(ask, "clock")
        with open(request, "w", encoding="utf-8") as file:
            file.write("1700000002\n")
        # As cunzhan.tmpfiles.conf and cz-clock-page.c leave them.
        os.chown(ask, 0, kiosk)
        os.chmod(ask, 0o770)
        os.chown(request, kiosk, kiosk)
        os.chmod(request, 0o640)
        environment = {**os.environ, "CUNZHAN_BUS": "unix:path=/nowhere", "CUNZHAN_SET_CLOCK": "/bin/echo"}
        done = subprocess.run(["setpriv", "--clear-groups", "--inh-caps=-all", "--bounding-set", "-all" + "".join(",+" + name.removeprefix("CAP_").lower() for name in granted),
                               os.path.join(SOURCE, "board/clock/set-clock"), request], env=environment, capture_output=True, text=True, check=False)
        self.assertEqual((0, "1700000002\n"), (done.returncode, done.stdout), done.stderr)
        self.assertFalse(os.path.exists(request))

    def test_by_touch_without_an_agent_never_before_the_image(self):
        bus = self.rig.bus()
        self.assertEqual(1, self.set_clock(bus, "1700000000", epoch=1700000001))
        self.assertEqual(2, self.set_clock(bus, "$(touch x)"))
        self.assertEqual(2, self.set_clock(bus, "-5"))
        self.assertFalse(os.path.exists(self.log))
        self.assertEqual(0, self.set_clock(bus, "1700000002", epoch=1700000001))

    def test_without_an_agent_it_fails_and_leaves_the_clock(self):
        self.assertEqual(1, self.raise_clock(self.rig.bus()).returncode)
        self.assertFalse(os.path.exists(self.log))


if __name__ == "__main__":
    unittest.main()
