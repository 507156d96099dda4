#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""house.py SOURCE: the rules of the house that a machine can read.

Licence line, file length, calls that are not used here, the one clock, documented public functions, a README in each
folder, the agreed top level, no addresses of registries and no paths of anybody's machine.
"""
import os
import re
import subprocess
import sys

LONGEST_FILE = 800
TOP_LEVEL = {"app", "sync", "ui", "assets", "board", "tests", "meson.build", "meson_options.txt", "README.md", "LICENSE"}
BANNED = {
    r"\bsprintf\s*\(": "sprintf",
    r"\bvsprintf\s*\(": "vsprintf",
    r"\bstrcpy\s*\(|\bstrcat\s*\(": "strcpy/strcat",
    r"\bgets\s*\(": "gets",
    r"\bato[ilf]\s*\(": "atoi and kin",
    r"\bstrtok\s*\(": "strtok",
    r"\bg_error\s*\(": "g_error (it ends the program)",
    r"(?<![_\w])system\s*\(": "system ()",
    r"\bpopen\s*\(": "popen",
    r"\balloca\s*\(|\bg_alloca\s*\(|\bg_newa\s*\(": "alloca",
    r"^\s*goto\s": "goto",
}
CLOCK = re.compile(r"(?<![_\w.>])time\s*\(\s*(NULL|&|0)|\bgettimeofday\s*\(|\bclock_gettime\s*\(|\bg_get_real_time\s*\(|"
                   r"\bg_date_time_new_now|\bg_get_current_time|\blocaltime(_r)?\s*\(|\bdate_time_new_now")
CLOCK_HOME = "sync/model/cz-clock.c"
PLACES = re.compile(r"//(deb|registry|archive|security|ftp|packages)\.[a-z]+\.|(?<![\w.])/(work|home/[a-z]+)/")
NO_README = re.compile(r"(^|/)(\.ci|debian/source|policies|notices|corpus(/.*)?|svg|png)$"
                       # these land in an image as they are; board/image/README.md says what each is
                       r"|^board/image/(overlay|initramfs)(/|$)")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
STRING = re.compile(r'"(\\.|[^"\\\n])*"')


def tracked(top):
    out = subprocess.run(["git", "-C", top, "ls-files", "-z", "-c", "-o", "--exclude-standard"], check=True, capture_output=True)
    names = [n for n in out.stdout.decode().split("\0") if n]
    return [n for n in names if os.path.isfile(os.path.join(top, n))]


def code_of(text):
    keep_lines = lambda m: "\n" * m.group(0).count("\n")
    return STRING.sub('""', COMMENT.sub(keep_lines, text))


def check_source(name, text, faults):
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        faults.append(f"{name}: {lines} lines, at most {LONGEST_FILE}")
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:300]:
        faults.append(f"{name}: no licence line")
    if not name.endswith((".c", ".h")):
        return
    for number, line in enumerate(code_of(text).split("\n"), 1):
        for pattern, what in BANNED.items():
            if re.search(pattern, line):
                faults.append(f"{name}:{number}: {what} is not used here")
        if name != CLOCK_HOME and not name.startswith("tests/") and CLOCK.search(line):
            faults.append(f"{name}:{number}: asks the system for the time; only CzClock may")


def check_folders(names, faults):
    folders = {os.path.dirname(n) for n in names if "/" in n}
    have = {os.path.dirname(n) for n in names if os.path.basename(n) == "README.md"}
    for folder in sorted(folders):
        if folder.split("/")[0] in TOP_LEVEL and folder not in have and not NO_README.search(folder):
            parent = os.path.dirname(folder)
            if parent in have and folder.startswith(("tests/", "assets/", "app/demo", "app/speech/tables", "board/")):
                continue
            faults.append(f"{folder}: no README.md")
    for name in names:
        first = name.split("/")[0]
        if first not in TOP_LEVEL and not first.startswith("."):
            faults.append(f"{name}: beyond the agreed top level")


def main():
    top = sys.argv[1]
    faults = []
    names = tracked(top)
    for name in names:
        try:
            with open(os.path.join(top, name), encoding="utf-8") as source:
                text = source.read()
        except UnicodeDecodeError:
            continue
        if name.endswith((".c", ".h", ".py")) or (text.startswith("#!") and name != "LICENSE"):
            check_source(name, text, faults)
        if name != "tests/checks/house.py":
            for number, line in enumerate(text.split("\n"), 1):
                if PLACES.search(line):
                    faults.append(f"{name}:{number}: names a host or a place on somebody's machine")
    check_folders(names, faults)
    print(f"{len(names)} files read")
    if faults:
        sys.exit("\n".join(faults))


main()
