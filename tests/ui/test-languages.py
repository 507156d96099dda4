#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices marked with a language: read in it where the station has a voice; where it has none the screen says so, aloud too, and offers Mandarin for
what is written in Han characters. A third argument: folder for pictures of the three."""
import os
import sys
from importlib import import_module

from screen import SOURCE, TODAY, Rig, Screen, check, make_station, need_tools

NOTICES = (
    ("yue", "停电通知", "听日上昼停电，请大家预早煲好水。"),
    ("en", "Power cut", "There is no power tomorrow morning. Please boil water today."),
    ("hak", "客家话通知", "明天上午停电，请大家先烧好水。"),
    ("ug", "ئۇقتۇرۇش", "ئەتە ئەتىگەندە توك توختايدۇ."),
)


def write(folder, number, lang, title, text):
    path = os.path.join(folder, f"{number}.md")
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"---\nid: {number}\nlang: {lang}\ntitle: {title}\npublisher: 示例县供电所\nfrom: {TODAY}\nto: 长期\n---\n\n{text}\n")
    return path


def open_notice(screen, number):
    screen.go("bar-home", "home")
    screen.go("tile-notices", "notices")
    key = f"notice-{990101000000000 + number}"
    while not screen.has(key):
        screen.tap("page-next")
    screen.go(key, "notice")
    return screen.said()


def langs_heard(screen):
    screen.window.wait(lambda e: e["event"] == "said", "the end", 60)
    spoken = screen.spoken()
    return {s["lang"] for s in spoken if s["utterance"] == spoken[-1]["utterance"]}


def picture(screen, name):
    if len(sys.argv) > 2:
        screen.layout()
        screen.window.screenshot(os.path.join(sys.argv[2], name + ".png"))


def test_voice(screen, number, lang):
    said = open_notice(screen, number)
    check(NOTICES[number - 1][2] in said, f"{lang}: not read: {said}")
    check(langs_heard(screen) == {lang}, f"{lang}: read in another language")
    check(not screen.has("read-in-mandarin"), f"{lang}: Mandarin is offered though there is a voice")


def test_no_voice(screen):
    said = open_notice(screen, 3)
    check("客家话" in said and "没有念它的声音" in said and NOTICES[2][2] not in said, f"hak: said {said}")
    check(any("没有念它的声音" in text for text in screen.texts()), "hak: the screen does not say so")
    check(langs_heard(screen) == {"zh"}, "hak: it is said in Mandarin that there is no voice")
    picture(screen, "no-voice-hak")
    screen.tap("read-in-mandarin")
    said = screen.said()
    check(NOTICES[2][2] in said, f"hak: Mandarin was asked for, said {said}")
    check(langs_heard(screen) == {"zh"}, "hak: not read in Mandarin")
    check(not screen.has("read-in-mandarin"), "hak: Mandarin is offered still")
    picture(screen, "no-voice-taken")
    # The offer is made anew at the next visit.
    check(NOTICES[2][2] not in open_notice(screen, 3), "hak: read unasked at the next visit")


def open_card(screen):
    screen.go("bar-home", "home")
    screen.go("tile-policies", "policies")
    screen.go("policy-", "policy")
    return screen.said()


def test_card(screen):
    """The five blocks of a card, with the offer as their first row."""
    check("没有念它的声音" in open_card(screen), "card: it is not said that there is no voice")
    check(screen.has("block-0"), "card: its blocks are not there")
    screen.tap("read-in-mandarin")
    check("一卡通" in screen.said(), "card: not read in Mandarin")
    check(not screen.has("read-in-mandarin") and screen.has("block-"), "card: the offer stays, or the blocks went with it")


def test_no_script(screen):
    said = open_notice(screen, 4)
    check("维吾尔语" in said and NOTICES[3][2] not in said, f"ug: said {said}")
    check(not screen.has("read-in-mandarin"), "ug: Mandarin is offered for what Mandarin cannot read")
    picture(screen, "no-voice-ug")


def test_sizes(rig, station):
    """The offer keeps the rules of all pages, on a small screen too."""
    for lang, size, px_per_mm, text in (("zh_CN", "1024x600", 6.6, "130"), ("en", "1024x600", 6.6, "130"), ("en", "1280x800", 5.9, "160")):
        screen = Screen(rig, station, "--lang", lang, "--px-per-mm", str(px_per_mm), "--text", text, size=size)
        measurer = import_module("test-measures").Measurer(screen, px_per_mm, rig)
        for number in (3, 4):
            open_notice(screen, number)
            measurer.page(f"{lang} {size} notice {number}")
        open_card(screen)
        measurer.page(f"{lang} {size} card")
        screen.close()
        check(not measurer.faults, "\n".join(measurer.faults))


def main():
    need_tools("Xvfb", "xdotool", "convert")
    with Rig(sys.argv[1]) as rig:
        hub = rig.hub("county")
        hub.run("init", "--region", "990101", "--name", "示例县农业农村局", "--place", "示例县")
        hub.run("import", "regions", os.path.join(SOURCE, "assets/demo/regions.csv"))
        folder = rig.path("notices")
        os.makedirs(folder)
        paths = [write(folder, number, *notice) for number, notice in enumerate(NOTICES, 1)]
        hub.run("import", "notices", *paths, "--report", rig.path("report.csv"))
        wrong = write(folder, 9, "客家", "通知", "明天停电。")
        report = rig.path("wrong.csv")
        hub.run("import", "notices", wrong, "--report", report, expect=5)
        check("客家" in open(report, encoding="utf-8").read(), "a language that is none is not reported")
        card = rig.path("straw.md")
        with open(os.path.join(SOURCE, "assets/demo/policies/straw.md"), encoding="utf-8") as text, open(card, "w", encoding="utf-8") as out:
            out.write(text.read().replace("lang: zh-CN", "lang: hak"))
        hub.run("import", "policies", card, "--report", rig.path("card.csv"))
        station = make_station(rig, hub)
        screen = Screen(rig, station, "--lang", "zh_CN", sound="hurried:20")
        test_voice(screen, 1, "yue")
        test_voice(screen, 2, "en")
        test_no_voice(screen)
        test_no_script(screen)
        test_card(screen)
        screen.close()
        test_sizes(rig, station)
    print("ok")


if __name__ == "__main__":
    main()
