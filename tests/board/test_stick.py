#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_stick.py SOURCE BUILD: the mount helper on loop devices, with a real agent on a private bus."""
import json
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

    def device(self, tree=None, kind=None, size=32 * MIB):
        kind = kind or self.type
        image = self.rig.path("stick.img")
        with open(image, "wb") as file:
            file.truncate(size)
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

    def station_with_news(self, bus):
        """An agent whose network works: three days of news and a picture are kept here, and nothing else knows of them."""
        office = Office(self.rig)
        office.tell("publish", 3, 4, 50)
        office.tell("media", 20000, 1)
        ticket = self.rig.path("ticket")
        office.tell("ticket", ticket, "file://" + office.depot)
        station = self.rig.station("village")
        station.run("enrol", ticket)
        station.run("once")
        self.rig.agent(station, bus, "file://" + office.depot, "--on-demand", "--stick-folder", self.folder)
        self.rig.run_dbus(bus, "SyncNow")
        return office, station

    def tree_on(self, device):
        """Names and bytes."""
        os.makedirs(self.folder, exist_ok=True)
        self.assertEqual(0, run("mount", "-o", "ro", device, self.folder).returncode)
        try:
            found = {}
            for place, _, names in os.walk(self.folder):
                for name in names:
                    with open(os.path.join(place, name), "rb") as file:
                        found[os.path.relpath(os.path.join(place, name), self.folder)] = file.read()
            return found
        finally:
            run("umount", self.folder)

    def whole(self, device):
        with open(device, "rb") as file:
            return file.read()

    def test_news_go_along_and_feed_the_next_station(self):
        bus = self.rig.bus()
        office, station = self.station_with_news(bus)
        device = self.device()
        run("blockdev", "--setro", device)
        done = self.stick(device, bus=bus)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(self.is_locked(device))
        tree = self.tree_on(device)
        for name in ("v1/c/990101/head", "v1/c/990101/idx"):
            with open(os.path.join(office.depot, name), "rb") as file:
                self.assertEqual(file.read(), tree[name])
        self.assertEqual({"v1"}, {name.split("/")[0] for name in tree})  # this office takes no uploads
        self.assertEqual([], [name for name in tree if name.endswith(".part")])
        # Once more: nothing is missing. (The message that waits for ever, because this office takes none, has the stick made writable all the same.)
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        self.assertEqual(tree, self.tree_on(device))
        self.assertIn(" 0 files written", self.rig.tail("agent"))
        # Another station that nothing else reaches.
        far = self.rig.station("far")
        ticket = self.rig.path("far.ticket")
        office.tell("ticket", ticket, "http://127.0.0.1:9/")
        far.run("enrol", ticket)
        os.makedirs(self.folder, exist_ok=True)
        run("mount", "-o", "ro", device, self.folder)
        far.run("import-stick", self.folder)
        run("umount", self.folder)
        self.assertEqual(station.channel(CHANNEL)["state"], far.channel(CHANNEL)["state"])
        self.assertEqual(1, far.status()["media_objects"])
        # A day more is on the stick at the next visit.
        office.tell("publish", 1, 4, 50)
        self.rig.run_dbus(bus, "SyncNow")
        wait_until(lambda: station.channel(CHANNEL)["seq"] == 5, "the day")
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        now = self.tree_on(device)
        changed = {name for name in now if now[name] != tree.get(name)}
        self.assertEqual({"head", "idx", os.path.basename(office.segment())}, {os.path.basename(name) for name in changed}, changed)
        # Pulled out while it was written, the other way round: it is mended.
        run("blockdev", "--setrw", device)
        run("mount", device, self.folder)
        os.truncate(os.path.join(self.folder, os.path.relpath(office.segment(), office.depot)), 100)
        run("umount", self.folder)
        self.assertNotEqual(now, self.tree_on(device))
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        self.assertEqual(now, self.tree_on(device))

    def test_a_full_stick_keeps_room_for_what_villages_say(self):
        hub = self.rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县农业农村局")
        products, ticket = self.rig.path("products.csv"), self.rig.path("ticket")
        with open(products, "w", encoding="utf-8") as file:
            file.write("product,class,name,unit\nP1,菜,白菜,公斤\n")
        hub.run("import", "products", products)
        hub.run("publish")
        hub.run("ticket", ticket, "--village", "990101001201", "--name", "村站", "--depot", "file://" + hub.depot)
        station = self.rig.station("village")
        station.run("enrol", ticket)
        station.run("once")
        bus = self.rig.bus()
        self.rig.agent(station, bus, "file://" + hub.depot, "--on-demand", "--stick-folder", self.folder)
        self.rig.run_dbus(bus, "SyncNow")
        device = self.device(size=8 * MIB)
        os.makedirs(self.folder, exist_ok=True)
        run("mount", device, self.folder)
        room = os.statvfs(self.folder)
        with open(os.path.join(self.folder, "photos.bin"), "wb") as file:
            file.write(os.urandom(room.f_bavail * room.f_frsize - MIB // 2))  # less than an eighth is left
        run("umount", self.folder)
        done = self.stick(device, bus=bus)
        self.assertEqual(0, done.returncode, done.stderr)
        tree = self.tree_on(device)
        self.assertEqual([], [name for name in tree if name.startswith("v1/")])
        self.assertEqual(1, sum(name.startswith("uploads/") for name in tree), list(tree))
        self.assertFalse(self.is_mounted())
        run("blockdev", "--setrw", device)
        run("mount", device, self.folder)
        os.remove(os.path.join(self.folder, "photos.bin"))
        run("umount", self.folder)
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        self.assertIn("v1/c/990101/head", self.tree_on(device))
        # With the receipt there and the news on it nothing is left to write, and the stick is not made writable at all.
        hub.run("collect")
        hub.run("stations", "approve", json.loads(hub.run("stations", "list", "--json").stdout)["stations"][0]["fingerprint"])
        hub.run("publish")
        self.rig.run_dbus(bus, "SyncNow")
        wait_until(lambda: "received" in station.run("outbox", "--json").stdout, "the receipt")
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        before = self.whole(device)
        self.assertEqual(0, self.stick(device, bus=bus).returncode)
        self.assertEqual(before, self.whole(device))

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
