# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things stand in the tree, for the tests beside this file."""

import csv
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
ASSETS = ROOT / "assets"
DEMO = ASSETS / "demo"
GENERATE = ROOT / "app" / "demo" / "generate.py"

sys.path.insert(0, str(GENERATE.parent))


def table(name):
    with open(DEMO / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def generate(*arguments, check=True):
    """Runs the generator as a user does; returns the finished process."""
    return subprocess.run([sys.executable, "-B", str(GENERATE), *map(str, arguments)],
                          check=check, capture_output=True, text=True)


def front_matter(path):
    """(dictionary, body) of a Markdown file with front matter."""
    text = path.read_text(encoding="utf-8")
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    return dict(line.split(": ", 1) for line in head.splitlines()), body.strip()
