#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_update.py SOURCE: parts of update that decide something, without RAUC: single functions of the script as it stands."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = sys.argv.pop(1)
SETTINGS = "[system]\ncompatible=cunzhan-arm64\n[keyring]\npath=/etc/rauc/keyring.pem\n"


def function(name):
    with open(os.path.join(SOURCE, "board/update/update"), encoding="utf-8") as file:
        return re.search(rf"^{name}\(\) {{.*?^}}\n", file.read(), re.MULTILINE | re.DOTALL)[0]


class Update(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, names, line, *arguments, more=""):
        script = f"set -uo pipefail; board={self.folder} config={self.path('system.conf')} kept={self.folder}\nown=10; why={self.path('why')}\nsystemctl() {{ :; }}\n{more}\n"
        return subprocess.run(["bash", "-c", script + "".join(map(function, names)) + line, "update", *arguments], capture_output=True, text=True, check=False)

    def set_store(self, store):
        with open(self.path("system.conf"), "w", encoding="utf-8") as file:
            file.write(SETTINGS)
        done = self.call(["say", "set_store"], 'set_store "$1"', store)
        with open(self.path("system.conf"), encoding="utf-8") as file:
            return done.returncode, file.read()

    def test_a_store_is_one_line_of_settings(self):
        for store in ("https://a.example/x/system/arm64.castr", "http://127.0.0.1:8080//system/arm64.castr", "/run/cunzhan-stick/system/arm64.castr", "/media/村站/system"):
            self.assertEqual((0, SETTINGS + f"[casync]\nstorepath={store}\n"), self.set_store(store))

    def test_what_could_be_more_than_one_is_refused(self):
        for store in ("http://a/\n[keyring]\npath=/tmp/mine.pem\n[x]/system", "/a b/system", "/a\r/system", "/a\x1b/system", "ftp://a/system", "a/system", "", "\nhttp://a/"):
            self.assertEqual((1, SETTINGS), self.set_store(store), repr(store))

    def install(self, build):
        """The word of install_bundle about a bundle that RAUC would take."""
        rauc = f"rauc() {{ [[ $1 != info ]] || echo \"RAUC_MF_BUILD='{build}'\"; }}"
        done = self.call(["say", "number_in", "no_longer_good", "install_bundle"], "install_bundle bundle", more=rauc)
        with open(self.path("update"), encoding="utf-8") as word:
            return done.returncode, word.read().strip()

    def keep(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def kept(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_what_did_not_stay_is_not_taken_again_unless_it_was_good_once(self):
        self.assertEqual((1, "older"), self.install(10))
        self.assertEqual((0, "ready"), self.install(12))
        self.assertEqual((1, "tried"), self.install(12))
        self.keep("confirmed", "10\n112\n")
        self.assertEqual((1, "tried"), self.install(12))
        self.keep("confirmed", "10\n12\n")
        self.assertEqual((0, "ready"), self.install(12))
        self.assertEqual("10\n", self.kept("confirmed"))
        self.assertEqual((1, "tried"), self.install(12), "it was not found good again")
        self.assertEqual((0, "ready"), self.install(13))

    def test_what_a_technician_left_does_not_come_back_by_itself(self):
        self.keep("confirmed", "8\n10\n110\n")
        other = "grub-editenv() { echo _OK=1; }; rauc() { :; }"  # this machine's command line names no slot
        self.assertEqual(0, self.call(["say", "no_longer_good", "roll_back"], "roll_back", more=other).returncode)
        self.assertEqual("8\n110\n", self.kept("confirmed"))

    def test_only_at_night(self):
        with open(os.path.join(SOURCE, "board/update/cunzhan-update.service.in"), encoding="utf-8") as unit:
            condition = next(line for line in unit if line.startswith("ExecCondition=")).split("'")[1].replace("$$", "$").replace("%%", "%")
        answers = {f"{hour:02}": subprocess.run(["sh", "-c", f"date() {{ echo {hour:02}; }}; {condition}"], check=False).returncode for hour in range(24)}
        self.assertEqual({f"{hour:02}": 0 if 17 <= hour <= 21 else 1 for hour in range(24)}, answers)
        self.assertIn(subprocess.run(["sh", "-c", condition], check=False).returncode, (0, 1), "with the real clock")


if __name__ == "__main__":
    unittest.main()
