#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_usb.py SOURCE: usbguard's own parser reads the allow-lists, and a keyboard stands in none of the everyday one."""
import os
import re
import shutil
import subprocess
import sys
import unittest

SOURCE = sys.argv.pop(1)
if not shutil.which("usbguard-rule-parser"):
    print("SKIP: usbguard is not installed")
    sys.exit(77)


def lists(name):
    """The interface patterns of each rule, as the parser gives them back."""
    path = os.path.join(SOURCE, "board/usb", name)
    done = subprocess.run(["usbguard-rule-parser", "-f", path], capture_output=True, text=True, check=True)
    assert "ERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
    found = []
    for line in done.stdout.splitlines():
        if line.startswith("OUTPUT: allow"):
            found.append(re.findall(r"[0-9a-f]{2}:[0-9a-f*]+:[0-9a-f*]+", line))
    with open(path, encoding="utf-8") as file:
        assert len(found) == sum(line.startswith("allow") for line in file), done.stdout
    return found


def fits(interface, pattern):
    return all(p in ("*", i) for i, p in zip(interface.split(":"), pattern.split(":")))


def allowed(rules, *interfaces):
    """match-all: every interface of the device stands in the rule's list."""
    return any(all(any(fits(interface, pattern) for pattern in rule) for interface in interfaces) for rule in rules)


class AllowList(unittest.TestCase):
    def test_everyday(self):
        rules = lists("usbguard-rules.conf")
        for device in (["09:00:00"], ["09:00:01", "09:00:02"], ["08:06:50"], ["03:00:00"], ["03:01:02"], ["03:00:00", "03:01:02"],
                       ["ff:ff:ff", "ff:ff:ff", "08:06:50"], ["02:0e:00", "0a:00:02"], ["e0:01:03", "0a:00:00"]):
            self.assertTrue(allowed(rules, *device), device)
        for device in (["03:01:01"], ["08:06:50", "03:01:01"], ["08:06:50", "03:00:00"], ["03:00:00", "03:01:01"], ["ff:ff:ff", "03:00:00"],
                       ["0e:01:00"], ["07:01:02"], ["01:01:00"], ["06:01:01"]):
            self.assertFalse(allowed(rules, *device), device)

    def test_technician_may_have_a_keyboard_and_nothing_else_more(self):
        rules = lists("technician-rules.conf")
        self.assertTrue(allowed(rules, "03:01:01", "03:00:00"))
        for device in (["08:06:50", "03:01:01"], ["0e:01:00"], ["01:01:00"]):
            self.assertFalse(allowed(rules, *device), device)


if __name__ == "__main__":
    unittest.main()
