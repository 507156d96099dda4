#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_set_up.py SOURCE CUNZHAN-CONF: root's part of a first boot, below a folder instead of /."""
import grp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE, CONF_PROGRAM = sys.argv.pop(1), sys.argv.pop(1)
CONF = "[cunzhan]\nversion=1\nvillage=990101001001\nstation=村站\n"
WIFI = "wifi-name=a;b\nwifi-password=12345678\n"


class SetUp(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="cunzhan-set-up.")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.boot = self.at("boot")
        os.mkdir(self.boot)

    def at(self, *parts):
        return os.path.join(self.root, *parts)

    def command(self, *folders):
        return [os.path.join(SOURCE, "board/provision/set-up"), "--root", self.root, *(folders or [self.boot])]

    def environment(self):
        return {**os.environ, "CUNZHAN_CONF": CONF_PROGRAM, "CUNZHAN_AGENT": grp.getgrgid(os.getgid()).gr_name}

    def run_it(self, conf, expect=0):
        if conf is not None:
            self.write("cunzhan.conf", conf)
        done = subprocess.run(self.command(), env=self.environment(), capture_output=True, text=True, check=False)
        if "chown" in done.stderr and os.geteuid() != 0:
            self.skipTest("only root may hand the papers over")
        self.assertEqual(expect, done.returncode, done.stderr)
        return done

    def write(self, name, text):
        os.makedirs(os.path.dirname(os.path.join(self.boot, name)), exist_ok=True)
        with open(os.path.join(self.boot, name), "w", encoding="utf-8") as file:
            file.write(text)

    def said(self, name):
        with open(self.at("run/cunzhan-set-up", name), encoding="utf-8") as file:
            return file.read().strip()

    def connections(self):
        return sorted(os.listdir(self.at("etc/NetworkManager/system-connections")))

    def test_writes_what_the_conf_names(self):
        self.run_it(CONF + WIFI + "apn=cmnet\nrotation=180\n")
        self.assertEqual(("done", "done"), (self.said("network"), self.said("screen")))
        self.assertEqual(["cunzhan-modem.nmconnection", "cunzhan-wifi.nmconnection"], self.connections())
        wifi = self.at("etc/NetworkManager/system-connections/cunzhan-wifi.nmconnection")
        self.assertEqual(0o600, os.stat(wifi).st_mode & 0o777)
        with open(wifi, encoding="utf-8") as file:
            self.assertIn("ssid=97;59;98;\n", file.read())
        with open(self.at("var/lib/cunzhan/board/screen.env"), encoding="utf-8") as file:
            self.assertEqual("CUNZHAN_ROTATE=-r -r\nCUNZHAN_SIZE=\nCUNZHAN_COMPOSITOR=\n", file.read())

    def test_says_absent_and_takes_back_what_is_no_longer_named(self):
        self.run_it(CONF + WIFI)
        self.run_it(CONF)
        self.assertEqual(("absent", "absent"), (self.said("network"), self.said("screen")))
        self.assertEqual([], self.connections())

    def test_a_conf_that_is_refused_changes_nothing(self):
        self.run_it(CONF + WIFI)
        self.run_it(CONF + "pin=1234\n")
        self.assertEqual(("failed", "failed"), (self.said("network"), self.said("screen")))
        self.assertEqual(["cunzhan-wifi.nmconnection"], self.connections())

    def test_writes_nothing_that_stands_there_already(self):
        self.run_it(CONF + WIFI)
        wifi = self.at("etc/NetworkManager/system-connections/cunzhan-wifi.nmconnection")
        before = os.stat(wifi)
        self.run_it(CONF + WIFI)
        self.assertEqual((before.st_ino, before.st_mtime_ns), (os.stat(wifi).st_ino, os.stat(wifi).st_mtime_ns))

    def test_hands_the_papers_over_and_not_to_everybody(self):
        self.write("cunzhan.ticket", "ticket")
        self.write("v1/c/990101/head", "head")
        self.write("other", "stays")
        self.run_it(CONF)
        papers = self.at("run/cunzhan-set-up/papers")
        self.assertEqual(["cunzhan.conf", "cunzhan.ticket", "v1"], sorted(os.listdir(papers)))
        self.assertEqual(0o750, os.stat(papers).st_mode & 0o777)
        self.assertEqual(0o640, os.stat(os.path.join(papers, "v1/c/990101/head")).st_mode & 0o777)

    def test_a_depot_that_was_read_is_not_copied_again(self):
        self.write("v1/c/990101/head", "head")
        state = self.at("var/lib/cunzhan/first-boot/state")
        os.makedirs(os.path.dirname(state))
        for content, copied in (("failed", True), ("doing", True), ("done", False)):
            with open(state, "w", encoding="utf-8") as file:
                file.write(f"[enrol]\nstate=done\n\n[content]\nstate={content}\ndetail=1\n\n[screen]\nstate=done\n")
            self.run_it(CONF)
            self.assertEqual(copied, os.path.isdir(self.at("run/cunzhan-set-up/papers/v1")), content)

    def on_stick(self, conf):
        """What both folders come to: the name in the papers that were handed over, None where there are none."""
        stick = self.at("stick")
        os.makedirs(stick, exist_ok=True)
        with open(os.path.join(stick, "cunzhan.conf"), "w", encoding="utf-8") as file:
            file.write(conf)
        shutil.rmtree(self.at("run"), True)
        done = subprocess.run(self.command(self.boot, stick), env=self.environment(), capture_output=True, text=True, check=False)
        if "chown" in done.stderr and os.geteuid() != 0:
            self.skipTest("only root may hand the papers over")
        if done.returncode != 0:
            return None
        with open(self.at("run/cunzhan-set-up/papers/cunzhan.conf"), encoding="utf-8") as file:
            return file.read()

    def test_a_stick_counts_before_boot_until_this_is_a_station(self):
        sound, other, bad = CONF, CONF.replace("村站", "柳河村站"), CONF + "pin=1234\n"
        self.write("cunzhan.conf", sound)
        self.assertEqual(other, self.on_stick(other))
        self.assertEqual(sound, self.on_stick(bad))
        self.write("cunzhan.conf", bad)
        self.assertEqual(other, self.on_stick(other))
        self.assertEqual(bad, self.on_stick(bad), "so that the fault is told")
        os.makedirs(self.at("var/lib/cunzhan/agent"))
        with open(self.at("var/lib/cunzhan/agent/ticket"), "wb"):
            pass
        self.assertIsNone(self.on_stick(bad), "a station stays one")
        self.write("cunzhan.conf", sound)
        self.assertEqual(sound, self.on_stick(other))

    def test_says_when_there_are_none(self):
        self.assertIn("no cunzhan.conf", self.run_it(None, expect=1).stderr)

    def test_ends_whole_after_being_killed_anywhere(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        rng = random.Random(seed)
        self.write("cunzhan.conf", CONF + WIFI + "rotation=90\n")
        for _ in range(15):
            with subprocess.Popen(self.command(), env=self.environment(), start_new_session=True, stderr=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(0, 0.06))
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        self.run_it(CONF + WIFI + "rotation=90\n")
        self.assertEqual(("done", "done"), (self.said("network"), self.said("screen")))
        self.assertIn("cunzhan-wifi.nmconnection", self.connections())


if __name__ == "__main__":
    unittest.main()
