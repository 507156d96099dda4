#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""再说一遍 on the pages of real laws: what is given to the voice is the law, all of it and in its order; it is spoken to the last character, and
nobody hears a digit or a letter. A few of the shared laws, drawn anew each time; CZ_TEST_LAWS=all takes every one. SEED repeats a draw."""
import glob
import os
import random
import re
import sys

from heard import speech_of
from rig import shared
from screen import SOURCE, Rig, Screen, check, make_station, need_tools

N_DRAWN = 3
# The longest law is an hour and a half at the speed of a villager's ear.
PATIENCE_S = 600


def words(text):
    """Letters and digits of any script, without what is only drawn."""
    return "".join(re.findall(r"\w", text))


def draw(folder):
    paths = sorted(glob.glob(os.path.join(folder, "*", "*.md")))
    if os.environ.get("CZ_TEST_LAWS") == "all":
        return paths
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 31)))
    print(f"seed {seed}")
    # One that is soon over, so that the end of a law is always among what is seen.
    drawn = [min(paths, key=os.path.getsize)]
    return drawn + random.Random(seed).sample([p for p in paths if p not in drawn], N_DRAWN - 1)


def read(path):
    text = open(path, encoding="utf-8").read()
    title = re.search(r"^# (.*)$", text, re.M).group(1).strip()
    return title, text.partition("<!-- INFO END -->")[2]


def test_law(screen, laws):
    """The law on the screen, whichever it is; returns its path."""
    shown = screen.texts()
    screen.tap("bar-again")
    said = screen.said()
    found = [path for path, (title, body) in laws.items() if words(title) in words(said)[:200] and words(said).endswith(words(body))]
    check(len(found) == 1, f"not the whole of one law is read: {said[:80]} … {said[-80:]}: {found}")
    for text in shown:
        if len(text) > 40:
            check(words(text) in words(said), f"shown and not said: {text}")
    screen.window.wait(lambda e: e["event"] == "said" and e["completed"] == "yes", "the end of the law", PATIENCE_S)
    heard, unread = speech_of(screen, said)
    check(unread == "", f"{found[0]}: left unread: {unread}")
    check(not re.search(r"[0-9A-Za-z/]", heard), f"{found[0]}: digits or letters are spoken: {heard}")
    return found[0], len(words(said))


def page_of(screen):
    """Which page of the list stands there, of how many."""
    found = [m for m in (re.fullmatch(r"(\d+) / (\d+) 页", text) for text in screen.texts()) if m]
    return (int(found[0].group(1)), int(found[0].group(2))) if found else (1, 1)


def open_list(screen, page):
    screen.go("bar-home", "home")
    screen.go("tile-policies", "policies")
    while page_of(screen)[0] != page:
        screen.tap("page-next")


def rows(screen):
    return [w["key"] for w in screen.layout() if re.fullmatch(r"policy-\d+", w.get("key", "")) and w["w"] > 0]


def main():
    need_tools("Xvfb", "xdotool")
    folder = shared("cn_policy_laws")
    if folder is None:
        print("the shared laws are not here: skipped")
        return 77
    paths = draw(folder)
    laws = {path: read(path) for path in paths}
    with Rig(sys.argv[1]) as rig:
        hub = rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县农业农村局", "--place", "示例县")
        hub.run("import", "regions", os.path.join(SOURCE, "assets/demo/regions.csv"))
        hub.run("import", "policies", *paths, "--report", rig.path("report.csv"))
        screen = Screen(rig, make_station(rig, hub), "--lang", "zh_CN", sound="hurried:2000")
        seen = set()
        open_list(screen, 1)
        for page in range(1, page_of(screen)[1] + 1):
            open_list(screen, page)
            for key in rows(screen):
                open_list(screen, page)
                screen.go(key, "policy")
                path, n = test_law(screen, laws)
                seen.add(path)
                print(f"ok {os.path.basename(path)}: {n} characters", flush=True)
        check(seen == set(paths), f"not reached: {set(paths) - seen}")
        screen.close()
    print(f"{len(seen)} laws read to the last character")
    return 0


if __name__ == "__main__":
    sys.exit(main())
