#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tally.py TESTLOG.json NAME SECONDS LOG: one line "NAME passed failed skipped SECONDS" of a meson test log.

A TAP test counts each of its points and a Python unittest each of its cases; any other test counts once. A test that died counts as failed even if its
points were good, and a log that is not there (nothing could be run) is a failure.
"""
import json
import re
import sys

OK = {"OK", "EXPECTEDFAIL"}
POINT = re.compile(r"^(not )?ok\b([^#\n]*)(#\s*SKIP)?", re.M | re.I)


def points(test):
    passed = failed = skipped = 0
    for no, _, skip in POINT.findall(test.get("stdout", "") or ""):
        if skip:
            skipped += 1
        elif no:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


RAN = re.compile(r"^Ran (\d+) tests? in", re.M)
ENDED = re.compile(r"(failures|errors|skipped|unexpected successes)=(\d+)")


def unittest_cases(test):
    """What Python's unittest says at its end, on either stream."""
    text = (test.get("stdout", "") or "") + (test.get("stderr", "") or "")
    ran = RAN.search(text)
    if not ran:
        return 0, 0, 0
    numbers = {word: int(n) for word, n in ENDED.findall(text[ran.end():])}
    skipped = numbers.pop("skipped", 0)
    failed = sum(numbers.values())
    return max(int(ran.group(1)) - failed - skipped, 0), failed, skipped


def count(test):
    result = test["result"]
    passed, failed, skipped = points(test)
    if passed + failed + skipped == 0:
        passed, failed, skipped = unittest_cases(test)
    if result == "SKIP":
        return 0, 0, 1
    if result not in OK:
        return passed, max(failed, 1), skipped
    if passed + failed + skipped == 0:
        return 1, 0, 0
    return passed, failed, skipped


def main():
    path, name, seconds, log = sys.argv[1:5]
    total = [0, 0, 0]
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                test = json.loads(line)
                for i, n in enumerate(count(test)):
                    total[i] += n
    except OSError:
        with open(log, encoding="utf-8", errors="replace") as text:
            words = text.read()
            if "No tests defined" not in words and "No suitable tests" not in words:
                total[1] += 1
    print(name, *total, seconds, sep="\t")


main()
