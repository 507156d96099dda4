#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_stick.py SOURCE BUILD: the mount helper on loop devices, with a real agent on a private bus."""
import os
import subprocess
import sys
import unittest

SOURCE, BUILD = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, os.path.join(SOURCE, "tests/support"))
sys.path.insert(0, os.path.join(SOURCE, "tests/sync/station"))
sys.path.insert(0, os.path.join(SOURCE, "tests/board"))
from rig import Rig  # noqa: E402
from station import CHANNEL, Office  # noqa: E402
from loops import MIB, need, run  # noqa: E402

def kernel_types():
    with open("/proc/filesystems", encoding="ascii") as file:
        return file.read().split()


need("busctl", "losetup", "mkfs.ext4", "blkid")


class Stick(unittest.TestCase):
    def setUp(self):
        self.rig = Rig(BUILD)
        self.addCleanup(self.rig.__exit__, None, None, None)
        self.folder = self.rig.path("mounted")
        # vfat where this kernel has it; ext4 otherwise, which only the test lets through.
        self.type = "vfat" if "vfat" in kernel_types() else "ext4"

    def device(self, tree=None, kind=None):
        kind = kind or self.type
        image = self.rig.path("stick.img")
        with open(image, "wb") as file:
            file.truncate(32 * MIB)
        if kind == "vfat":
            subprocess.run(["mkfs.vfat", image], check=True, capture_output=True)
            for name in os.listdir(tree) if tree else []:
                subprocess.run(["mcopy", "-s", "-i", image, os.path.join(tree, name), "::"], check=True)
        else:
            subprocess.run(["mkfs.ext4", "-q", *(["-d", tree] if tree else []), image], check=True)
        device = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True).stdout.strip()
        self.addCleanup(run, "losetup", "-d", device)
        return device

    def stick(self, device, types=None, bus="unix:path=/nowhere"):
        environment = {**os.environ, "CUNZHAN_STICK": self.folder, "CUNZHAN_STICK_TYPES": types or self.type, "CUNZHAN_BUS": bus,
                       "CUNZHAN_HOME": self.rig.path("village")}
        return run(os.path.join(SOURCE, "board/usb/stick"), device, env=environment)

    def is_mounted(self):
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            return any(line.split()[1] == self.folder for line in mounts)

    def test_the_agent_reads_what_a_stick_brings(self):
        office = Office(self.rig)
        office.tell("publish", 3, 4, 50)
        ticket = self.rig.path("ticket")
        office.tell("ticket", ticket, "http://127.0.0.1:9/")
        station = self.rig.station("village")
        station.run("enrol", ticket)
        bus = self.rig.bus()
        self.rig.agent(station, bus, "http://127.0.0.1:9/", "--on-demand", "--stick-folder", self.folder)
        self.rig.run_dbus(bus, "SyncNow")
        done = self.stick(self.device(office.depot), bus=bus)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("uu 3 0", done.stdout.strip())
        self.assertEqual(600, station.channel(CHANNEL)["rows"]["quote"])
        self.assertFalse(self.is_mounted())

    def test_mounts_read_only_and_without_programs(self):
        tree = self.rig.path("tree")
        os.mkdir(tree)
        # Looked at from inside: a busctl ahead on PATH notes how the stick is mounted at that moment.
        log, ahead = self.rig.path("log"), self.rig.path("ahead")
        os.mkdir(ahead)
        with open(os.path.join(ahead, "busctl"), "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\ngrep ' {self.folder} ' /proc/self/mounts >{log}\nexit 1\n")
        os.chmod(os.path.join(ahead, "busctl"), 0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = ahead + ":" + before
        try:
            done = self.stick(self.device(tree))
        finally:
            os.environ["PATH"] = before
        self.assertEqual(1, done.returncode)
        with open(log, encoding="utf-8") as file:
            options = file.read().split()[3].split(",")
        self.assertTrue({"ro", "nosuid", "nodev", "noexec"} <= set(options), options)
        self.assertFalse(self.is_mounted())

    def test_refuses_other_file_systems_and_what_is_no_device(self):
        done = self.stick(self.device(kind="ext4"), types="vfat exfat")
        self.assertEqual(1, done.returncode)
        self.assertIn("ext4", done.stderr)
        self.assertEqual(2, self.stick("/etc/passwd").returncode)
        self.assertFalse(self.is_mounted())

    def test_an_agent_that_is_not_there_leaves_nothing_mounted(self):
        done = self.stick(self.device())
        self.assertEqual(1, done.returncode)
        self.assertIn("agent", done.stderr)
        self.assertFalse(self.is_mounted())


if __name__ == "__main__":
    unittest.main()
