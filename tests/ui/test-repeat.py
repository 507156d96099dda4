#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""再说一遍 on every page, once as it is and once with 听读模式, in which a page reads all that stands on it: what the voice was given is spoken to
the last character; what the page shows is said, and what is said is shown, but for the page's own sentence; nobody hears a digit or a letter."""
import re
import sys

from heard import HANZI, check_all_heard, speech_of, texts_since
from screen import Rig, Screen, check, make_county, need_tools

need_tools("Xvfb", "xdotool")

FIGURE = re.compile(r"\d+(?:\.\d+)?")
# Shown and not read: where a figure of a small screen comes from, and how it moved.
SOURCE = r"来源：.*|元/斤 · .* · .*"

# The way to each page from home; of 听读模式 what the page says about itself and need not show, and what it shows and need not say.
PAGES = (
    ("home", (), "这就是首页。|点您要办的事。", ""),
    ("prices", (("tile-prices", "prices"),), "点您要问的。", SOURCE + "|粮|果|肉蛋|农资|[▲▼][涨跌].*|平"),
    ("product", (("tile-prices", "prices"), ("product-", "product")), "", SOURCE + r"|别的市场.*|一年的价|全部市场|.* · 问了\d+家"),
    ("markets", (("tile-prices", "prices"), ("product-", "product"), ("product-markets", "markets")), r"一共\d+个价", ""),
    ("trend", (("tile-prices", "prices"), ("product-", "product"), ("product-trend", "trend")), "粗线是今年，虚线是去年。圆点是.*。", SOURCE),
    ("policies", (("tile-policies", "policies"),), r"有\d+条政策，点一条听一听。", ".*。|听政策"),
    ("notices", (("tile-notices", "notices"),), r"有\d+条通知，点一条听一听。", ".*。|通知"),
    ("sound", (("bar-sound", "sound"),), "这里调声音的大小、快慢，还有字的大小。", r"现在 \d+|关|开|中文 → English"),
    ("help", (("bar-help", "help"),), "有事", "站长教您用.*"),
)
# Pages that read their content must read all of it, as it stands there, in either mode.
ARTICLES = (
    ("policy", (("tile-policies", "policies"), ("policy-", "policy"))),
    ("notice", (("tile-notices", "notices"), ("notice-", "notice"))),
)


def go(screen, way):
    screen.go("bar-home", "home")
    for key, page in way:
        screen.go(key, page)


def test_as_it_is(screen, name, way):
    """A sentence about the page, and on some the figures asked for."""
    go(screen, way)
    before = len(screen.window.events())
    screen.tap("bar-again")
    said = screen.said()
    screen.window.wait(lambda e: e["event"] == "said", f"the end of what is said on {name}", 180)
    heard, unread = speech_of(screen, said)
    check(unread == "", f"{name}: left unread: {unread} of {said}")
    check(not re.search(r"[0-9A-Za-z/]", heard), f"{name}: digits or letters are spoken: {heard}")
    texts = texts_since(screen, before)
    shown = "\n".join(texts)
    for figure in FIGURE.findall(said) if name in ("product", "policy", "notice") else ():
        check(figure in shown, f"{name}: {figure} is said and not shown: {shown}")
    if name in ("policy", "notice"):
        # The strip, the source line and the bar are not read; the page's own words are.
        body = max(texts, key=len)
        missing = [run for run in HANZI.findall(body) if run not in said]
        check(not missing, f"{name}: shown and not said: {missing}")
    screen.tap("bar-again")
    check(screen.said() == said, f"{name}: the second time the same")


def read_everything(screen):
    go(screen, (("bar-sound", "sound"),))
    screen.tap("sound-read-along")


def main():
    with Rig(sys.argv[1]) as rig:
        _, station = make_county(rig)
        screen = Screen(rig, station, "--lang", "zh_CN", sound="hurried:8")
        for name, way, *_ in (*PAGES, *ARTICLES):
            test_as_it_is(screen, name, way)
            print("ok", name)
        read_everything(screen)
        for name, way, own, quiet in PAGES:
            go(screen, way)
            check_all_heard(screen, name, own, quiet)
            print("ok", name, "read along")
        screen.close()


if __name__ == "__main__":
    main()
