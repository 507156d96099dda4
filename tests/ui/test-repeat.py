#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""再说一遍 on every page: what the voice was given is spoken to the last character, it is what the page shows, and nobody
hears a digit or a letter. Pages that read their content must read all of it; the others say one sentence about themselves."""
import re
import sys

from heard import speech_of
from screen import Rig, Screen, check, make_county, need_tools

need_tools("Xvfb", "xdotool")

HANZI = re.compile(r"[\u3400-\u9fff]+")
FIGURE = re.compile(r"\d+(?:\.\d+)?")

# The way to each page from home, and what of it must be both seen and heard: all its words, its figures, or nothing in
# particular (a sentence about the page; the figures of a trend are drawn, not labels).
PAGES = (
    ("home", (), None),
    ("prices", (("tile-prices", "prices"),), None),
    ("product", (("tile-prices", "prices"), ("product-", "product")), "figures"),
    ("markets", (("tile-prices", "prices"), ("product-", "product"), ("product-markets", "markets")), None),
    ("trend", (("tile-prices", "prices"), ("product-", "product"), ("product-trend", "trend")), None),
    ("policies", (("tile-policies", "policies"),), None),
    ("policy", (("tile-policies", "policies"), ("policy-", "policy")), "words"),
    ("notices", (("tile-notices", "notices"),), None),
    ("notice", (("tile-notices", "notices"), ("notice-", "notice")), "words"),
    ("sound", (("bar-sound", "sound"),), None),
    ("help", (("bar-help", "help"),), None),
)


def texts_since(screen, before):
    """Everything that stood on the screen from then on: a long page turns as it is read."""
    screen.layout()
    layouts = [e for e in screen.window.events() if e["event"] == "layout"]
    seen = [e for e in screen.window.events()[before:] if e["event"] == "layout"]
    return {w["text"] for e in [*seen, layouts[-1]] for w in e["widgets"] if w.get("text")}


def test_page(screen, name, way, in_both):
    screen.go("bar-home", "home")
    for key, page in way:
        screen.go(key, page)
    before = len(screen.window.events())
    screen.tap("bar-again")
    said = screen.said()
    screen.window.wait(lambda e: e["event"] == "said", f"the end of what is said on {name}", 180)
    heard, unread = speech_of(screen, said)
    check(unread == "", f"{name}: left unread: {unread} of {said}")
    check(not re.search(r"[0-9A-Za-z/]", heard), f"{name}: digits or letters are spoken: {heard}")
    texts = texts_since(screen, before)
    shown = "\n".join(texts)
    for figure in FIGURE.findall(said) if in_both else ():
        check(figure in shown, f"{name}: {figure} is said and not shown: {shown}")
    if in_both == "words":
        # The strip, the source line and the bar are not read; the page's own words are.
        body = max(texts, key=len)
        missing = [run for run in HANZI.findall(body) if run not in said]
        check(not missing, f"{name}: shown and not said: {missing}")
    screen.tap("bar-again")
    check(screen.said() == said, f"{name}: the second time the same")


def main():
    with Rig(sys.argv[1]) as rig:
        _, station = make_county(rig)
        screen = Screen(rig, station, "--lang", "zh_CN", sound="hurried:8")
        for page in PAGES:
            test_page(screen, *page)
            print("ok", page[0])
        screen.close()


if __name__ == "__main__":
    main()
