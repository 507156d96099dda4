#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_stick.py SOURCE BUILD: the mount helper on loop devices, with a real agent on a private bus."""
import os
import signal
import subprocess
import sys
import unittest

SOURCE, BUILD = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, os.path.join(SOURCE, "tests/support"))
sys.path.insert(0, os.path.join(SOURCE, "tests/sync/station"))
sys.path.insert(0, os.path.join(SOURCE, "tests/board"))
from rig import Rig, wait_until  # noqa: E402
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
        # A loop device that was made read-only stays so for whoever has it next.
        self.addCleanup(run, "blockdev", "--setrw", device)
        return device

    def partition(self):
        """The one partition of a stick with a table, and the stick; both read-only, as udev's rule leaves them."""
        image = self.rig.path("whole.img")
        with open(image, "wb") as file:
            file.truncate(32 * MIB)
        disk = run("losetup", "--find", "--show", image).stdout.strip()
        self.addCleanup(run, "losetup", "-d", disk)
        if run("addpart", disk, "1", "2048", str(30 * MIB // 512)).returncode != 0:
            self.skipTest("this kernel has no partitions on loop devices")
        self.addCleanup(run, "delpart", disk, "1")
        name = os.path.basename(disk)
        with open(f"/sys/block/{name}/{name}p1/dev", encoding="ascii") as file:
            major, minor = file.read().strip().split(":")
        node = self.rig.path("partition")
        run("mknod", node, "b", major, minor)
        subprocess.run(["mkfs.vfat" if self.type == "vfat" else "mkfs.ext4", node], check=True, capture_output=True)
        for one in (disk, node):
            run("blockdev", "--setro", one)
        return node, disk

    def is_locked(self, *devices):
        return all(run("blockdev", "--getro", one).stdout.strip() == "1" for one in devices)

    def ahead(self, name, text):
        """A program of this name before all others on PATH."""
        folder = self.rig.path("ahead")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as script:
            script.write(text)
        os.chmod(os.path.join(folder, name), 0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = folder + ":" + before
        self.addCleanup(os.environ.__setitem__, "PATH", before)

    def ask_for_notes(self):
        with open(self.rig.path("ask-for-notes"), "w", encoding="utf-8") as file:
            file.write("1\n")

    def stick(self, device, types=None, bus="unix:path=/nowhere"):
        self.ask = self.rig.path("ask-for-notes")
        environment = {**os.environ, "CUNZHAN_STICK": self.folder, "CUNZHAN_STICK_TYPES": types or self.type, "CUNZHAN_BUS": bus, "CUNZHAN_ASK": self.ask,
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

    def files_on(self, device):
        os.makedirs(self.folder, exist_ok=True)
        self.assertEqual(0, run("mount", "-o", "ro", device, self.folder).returncode)
        try:
            return [os.path.relpath(os.path.join(place, name), self.folder) for place, _, names in os.walk(self.folder) for name in names]
        finally:
            run("umount", self.folder)

    def test_what_the_village_says_goes_along_once(self):
        hub = self.rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县农业农村局")
        hub.run("publish")
        ticket = self.rig.path("ticket")
        hub.run("ticket", ticket, "--village", "990101001201", "--name", "村站", "--depot", "http://127.0.0.1:9/")
        station = self.rig.station("village")
        station.run("enrol", ticket)  # its first word asks admission
        bus = self.rig.bus()
        self.rig.agent(station, bus, "http://127.0.0.1:9/", "--on-demand", "--stick-folder", self.folder)
        self.rig.run_dbus(bus, "SyncNow")
        device = self.device(hub.depot)
        run("blockdev", "--setro", device)
        done = self.stick(device, bus=bus)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("1", run("blockdev", "--getro", device).stdout.strip(), "read-only again")
        self.assertEqual(1, sum(name.startswith("uploads/990101/") for name in self.files_on(device)), self.files_on(device))
        before = self.files_on(device)
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        self.assertEqual(before, self.files_on(device), "nothing is written when nothing waits")

    def test_notes_only_when_they_are_asked_for(self):
        device = self.device()
        self.stick(device)
        self.assertFalse([name for name in self.files_on(device) if "notes" in name])
        with open(self.ask, "w", encoding="utf-8") as file:
            file.write("1\n")
        self.stick(device)
        self.assertEqual(1, sum(name.startswith("cunzhan-notes-") for name in self.files_on(device)))
        self.assertFalse(os.path.exists(self.ask), "a request is used up")
        self.stick(device)
        self.assertEqual(1, sum(name.startswith("cunzhan-notes-") for name in self.files_on(device)))

    def test_a_stick_with_a_table_can_be_written_and_is_locked_again(self):
        node, disk = self.partition()
        self.ask_for_notes()
        done = self.stick(node)
        self.assertEqual(1, sum(name.startswith("cunzhan-notes-") for name in self.files_on(node)), done.stderr)
        self.assertTrue(self.is_locked(node, disk))

    def test_pulled_while_it_is_written_it_does_not_stay_mounted(self):
        node, disk = self.partition()
        self.ask_for_notes()
        begun = self.rig.path("begun")
        self.ahead("journalctl", f"#!/bin/sh\n: >{begun}\nexec sleep 60\n")
        environment = {**os.environ, "CUNZHAN_STICK": self.folder, "CUNZHAN_STICK_TYPES": self.type, "CUNZHAN_BUS": "unix:path=/nowhere",
                       "CUNZHAN_ASK": self.rig.path("ask-for-notes"), "CUNZHAN_HOME": self.rig.path("village")}
        with subprocess.Popen([os.path.join(SOURCE, "board/usb/stick"), node], env=environment, start_new_session=True, stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: os.path.exists(begun), "the writing")
            self.assertTrue(self.is_mounted())
            # What systemd does when the device goes.
            os.killpg(process.pid, signal.SIGTERM)
        self.assertFalse(self.is_mounted())
        self.assertTrue(self.is_locked(node, disk))
        self.assertEqual(1, self.stick(node).returncode, "not in use: only the agent is not there")

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
