#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""J1 and J2 of the field study through the real window: two taps each, what is said, what is marked; then the things that
must hold around them: language and content change without a restart, the ways out are closed, an idle screen is still."""
import datetime
import re
import sys

from screen import Rig, Screen, check, make_county, need_tools, wait_until, DAY, TODAY

need_tools("Xvfb", "xdotool")


def of_this_page(screen):
    """The layouts since this page came."""
    events = screen.window.events()
    begin = max(i for i, e in enumerate(events) if e["event"] == "page")
    return [e for e in events[begin:] if e["event"] == "layout"]


def test_j1_price(screen):
    screen.go("tile-prices", "prices")
    check(screen.said() == "菜。点您要问的。", "the grid says what to do")
    screen.go("product-", "product")
    said = screen.said()
    shown = [t for t in screen.texts() if re.fullmatch(r"\d+\.\d\d", t)][0]
    check(re.fullmatch(rf"大白菜，{DAY.month}月{DAY.day}日，东关市场，批发，\d\.\d\d元/斤，比上周(涨|跌)\d+[毛分].*。|大白菜，.*没涨没跌。", said), said)
    check(shown + "元/斤" in said, f"shown {shown}, said {said}")
    heard = wait_until(lambda: "".join(s["spoken"] for s in screen.spoken() if "大白菜" in s["spoken"] or "斤" in s["spoken"]), "the voice")
    check(not re.search(r"[0-9A-Za-z/]", heard), f"digits or letters are spoken: {heard}")
    wait_until(lambda: any(w["speaking"] for e in of_this_page(screen) for w in e["widgets"]), "the mark on what is read")
    screen.go("product-trend", "trend")
    screen.wait_event("history")
    screen.go("bar-back", "product")


def test_j2_policy(screen):
    screen.go("bar-home", "home")
    screen.go("tile-policies", "policies")
    screen.go("policy-", "policy")
    said = screen.wait_event("say")["text"]
    order = [said.find(head) for head in ("谁能领：", "领多少：", "带什么：", "去哪办：", "哪天截止：")]
    check(-1 not in order and order == sorted(order), f"five blocks in order: {said}")
    screen.tap("block-0")
    block = screen.said()
    check(block.startswith("谁能领：") and "领多少" not in block, f"one block alone: {block}")
    screen.tap("bar-again")
    check(screen.said() == said, "say again says the same")


def test_language(screen):
    screen.go("bar-sound", "sound")
    screen.tap("sound-language")
    screen.wait_event("page", page="sound")
    check("Louder" in screen.texts(), "English words")
    screen.go("bar-home", "home")
    screen.go("tile-prices", "prices")
    check("Napa cabbage" in screen.texts(), "names in English")
    screen.go("product-", "product")
    check(screen.said().startswith(f"Napa cabbage, {DAY.day} {DAY:%B}, Dongguan Market, wholesale, "), "an English sentence")
    screen.go("bar-sound", "sound")
    screen.tap("sound-language")
    screen.wait_event("page", page="sound")
    check("大声" in screen.texts(), "Chinese again")


def test_content_change(rig, hub, station, screen):
    screen.go("bar-home", "home")
    screen.go("tile-prices", "prices")
    texts = screen.texts()
    # The price behind the first picture, two 分 dearer tomorrow: no step that would be held back.
    shown = next(t for t in texts[texts.index("大白菜"):] if re.fullmatch(r"[0-9]+[.][0-9]{2}", t))
    dearer = f"{(round(float(shown) * 100) + 2) / 100:.2f}"
    tomorrow = DAY + datetime.timedelta(days=1)
    quotes = rig.path("new.csv")
    with open(quotes, "w", encoding="utf-8") as out:
        out.write("day,market,product,grade,kind,low,mid,high,unit\n"
                  f"{tomorrow},东关市场,大白菜,,批发,{dearer},{dearer},{dearer},元/斤\n")
    hub.run("import", "quotes", quotes, "--report", rig.path("new-report.csv"))
    hub.run("publish")
    station.run("once", "--from", hub.depot)
    screen.wait_event("content")
    check(dearer in screen.texts(), "the new price stands there without a restart")
    check(f"数据到 {tomorrow.year}年{tomorrow.month}月{tomorrow.day}日" in screen.texts(), "and the strip says how far the data reach")


def test_ways_out(screen):
    screen.go("bar-home", "home")
    before = screen.layout()
    windows = screen.window.windows()
    for key in ("ctrl+shift+i", "ctrl+shift+d", "ctrl+period", "ctrl+semicolon", "shift+F10", "Menu", "F10", "alt+F4", "ctrl+q",
                "ctrl+w", "ctrl+question", "F1", "F11", "ctrl+shift+u", "super+d"):
        screen.window.key(key)
    for button in ("2", "3"):
        screen.window.pointer(640, 400, button)
    screen.go("tile-notices", "notices")
    screen.go("bar-home", "home")
    check(screen.window.process.poll() is None, "still there")
    check(screen.window.windows() == windows, f"no further window: {screen.window.windows()}, before {windows}")
    check([w["type"] for w in screen.layout()] == [w["type"] for w in before], "the first page as before")


def main():
    with Rig(sys.argv[1]) as rig:
        hub, station = make_county(rig)
        screen = Screen(rig, station, "--lang", "zh_CN")
        add_pointer(screen.window)
        check(not any(e["event"] == "say" for e in screen.window.events()), "the start is silent")
        test_j1_price(screen)
        test_j2_policy(screen)
        test_language(screen)
        test_content_change(rig, hub, station, screen)
        test_ways_out(screen)
        screen.close()
    print("ok", TODAY)


def add_pointer(window):
    import os
    import subprocess

    environment = dict(os.environ, DISPLAY=window.display)

    def pointer(x, y, button):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", button], env=environment, check=True)

    def windows():
        tree = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", ".*"], env=environment, capture_output=True, text=True, check=False)
        return tree.stdout.split()

    window.pointer = pointer
    window.windows = windows


if __name__ == "__main__":
    main()
