#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an empty home, the office's two files and a stick to home by touch; then the technician's page: wrong PINs, the right one, a damaged
content.db named by sentence and code, and the way back by itself."""
import os
import re
import sys

from heard import check_all_heard
from screen import Rig, Screen, check, make_county, need_tools, wait_until

need_tools("Xvfb", "xdotool")

TECHNICIAN, OPERATOR = "482915", "206931"
# Keys, and what stands on them: a key says itself when it is touched.
PIN_KEYS = r"\d|●*|○*|退一个"
CLOCK_KEYS = r"[-+−]|\d+[年月日时点分]?|.*\d.*|设好"
CODES = {"content": "2102", "agent": "3101"}


def papers(rig, hub):
    """What a technician's stick holds: both files and the depot beside them."""
    folder = rig.path("papers")
    os.mkdir(folder)
    hub.run("enrol-station", "--village", "990101001201", "--name", "柳河村站", "--depot", "http://127.0.0.1:9/", "--content", "--stick", folder)
    set_up = rig.path("set-up")
    os.mkdir(set_up)
    for name in ("network", "screen"):
        with open(os.path.join(set_up, name), "w", encoding="utf-8") as word:
            word.write("done\n")
    return set_up, folder


def enter(screen, pin):
    for digit in pin:
        screen.tap("pin-" + digit)


def test_says_that_the_card_is_broken(screen, station):
    """What lies in the image below the data partition is seen where that is not mounted."""
    below = os.path.join(station.home, "no-data")
    os.makedirs(station.home, exist_ok=True)
    with open(below, "wb"):
        pass
    screen.window.wait(lambda e: e["event"] == "setup" and "卡坏了" in e["stage"], "the card is broken")
    check(not screen.has("setup-next"), "nothing is to be entered")
    os.unlink(below)
    screen.window.wait(lambda e: e["event"] == "setup" and "插上技术员的U盘" in e["stage"], "the stick again")


def test_first_boot(rig, screen, station, set_up, folder):
    check("插上技术员的U盘" in " ".join(screen.texts()), "an empty home asks for the stick")
    screen.tap("bar-home")
    screen.wait_event("page", page="setup")
    check(not screen.has("tile-"), "home is not there before the station is set up")
    station.run("--set-up", set_up, "first-boot", folder)
    screen.window.wait(lambda e: e["event"] == "setup" and "技术员" in e["stage"], "the question for the technician's PIN")
    wait_until(lambda: sum(t.endswith("：好了") for t in screen.texts()) == 6, "six ticks")
    texts = screen.texts()
    fingerprint = [t for t in texts if re.fullmatch(r"[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4}", t)]
    check(len(fingerprint) == 1, f"eight characters in {texts}")
    screen.tap("bar-again")
    said = screen.said()
    check("，".join(fingerprint[0].replace(" ", "")) in said, f"the fingerprint one by one: {said}")
    screen.go("setup-next", "pin")
    enter(screen, TECHNICIAN)
    screen.wait_event("pin", question="再按一遍一样的")
    enter(screen, OPERATOR)
    screen.wait_event("pin", question="两遍不一样。从头来。")
    return fingerprint[0]


def test_goes_on_after_a_cut(screen):
    """Opened again it asks for what is missing, and no more."""
    check(any("技术员定六个数字" in t for t in screen.texts()), "still asks for the technician's PIN")
    for pin, after in ((TECHNICIAN, "站长"), (OPERATOR, "站开好了")):
        screen.go("setup-next", "pin")
        enter(screen, pin)
        screen.wait_event("pin", question="再按一遍一样的")
        enter(screen, pin)
        screen.wait_event("page", page="setup")
        wait_until(lambda: any(after in t for t in screen.texts()), after)  # noqa: B023
    # By itself, without a tap.
    screen.window.wait(lambda e: e["event"] == "page" and e["page"] == "home", "home by itself", 40)
    check(screen.has("tile-prices"), "tiles")
    check(any("柳河村站" in t for t in screen.texts()), "the station's name, which came while the screen was on")


def to_the_pin(screen):
    for _ in range(5):
        screen.window.tap(40, 25)
    screen.wait_event("page", page="pin")


def test_wrong_and_right(screen):
    to_the_pin(screen)
    enter(screen, "135790")
    screen.wait_event("pin", question="不对。再来一遍。")
    check(check_all_heard(screen, "pin", quiet=PIN_KEYS) == "不对。再来一遍。", "the question is said")
    enter(screen, TECHNICIAN)
    screen.wait_event("page", page="technician")
    screen.wait_event("tested")
    for part, code in CODES.items():
        screen.go("part-" + part, "part")
        texts = screen.texts()
        check("编号" + code in texts, f"{code} in {texts}")
        check("内容坏了。重新开机，站里会自己再取。要是常这样，就是卡快坏了。" in texts or part != "content", texts)
        said = check_all_heard(screen, "part-" + part)
        check("编号" + code in said, said)
        screen.go("bar-back", "technician")


def to_part(screen, part):
    while not screen.has("part-" + part):
        screen.tap("page-next")
    screen.go("part-" + part, "part")


def test_repeat(screen):
    """再说一遍 on the pages for setting: the notes they show are said, all of them."""
    for part, key, page, own, quiet in (
            ("touch", "do-dots", "touch", "请一个一个点五个点。", r"\d"),
            ("clock", "do-clock", "clock", "", CLOCK_KEYS),
            ("system", "do-systems", "systems", "", "找新系统|换另一个")):
        to_part(screen, part)
        screen.go(key, page)
        check_all_heard(screen, page, own, quiet)
        screen.go("bar-back", "part")
        screen.go("bar-back", "technician")


def test_systems(screen, board):
    """The board's side is played by its files: what is asked for, and its words. Real systems: tests/board/image."""
    to_part(screen, "system")
    ask = os.path.join(board, "ask")
    screen.tap("do-logs")
    wait_until(lambda: os.listdir(ask) == ["logs"], "the request for notes")
    check("把U盘插上" in " ".join(screen.texts()), screen.texts())
    os.unlink(os.path.join(ask, "logs"))
    screen.go("do-systems", "systems")
    screen.tap("do-update")
    wait_until(lambda: os.listdir(ask) == ["update"], "the request")
    os.unlink(os.path.join(ask, "update"))
    for word, words in (("installing", "正在写新系统，要几分钟。"), ("refused", "县里给的没收：坏了，或者没有造系统的人的签名。"), ("\0" * 4096, "卡上有两个系统")):
        with open(os.path.join(board, "update"), "w", encoding="utf-8") as file:
            file.write(word + "\n")
        screen.window.wait(lambda e: e["event"] == "systems" and words in e["note"], words)  # noqa: B023
    screen.tap("do-back")
    check("再点一下" in screen.wait_event("systems")["note"], "asks once more")
    check(os.listdir(ask) == [], "one tap starts nothing")
    screen.tap("do-back")
    wait_until(lambda: os.listdir(ask) == ["roll-back"], "the other system is asked for")
    check("没有人应" in screen.window.wait(lambda e: e["event"] == "systems" and "没有人应" in e["note"], "no answer")["note"], "nobody answers")


def test_locks_itself(screen):
    screen.wait_event("technician-idle")
    screen.wait_event("page", page="home")
    to_the_pin(screen)
    for _ in range(4):
        enter(screen, "135790")
        screen.wait_event("pin", question="不对。再来一遍。")
    enter(screen, "135790")
    screen.wait_event("pin", question="不对。等5分钟再试。")
    enter(screen, TECHNICIAN)
    screen.wait_event("pin", question="不对。等5分钟再试。")
    heard = wait_until(lambda: [s["spoken"] for s in screen.spoken() if "分钟" in s["spoken"]], "the wait is said")
    check(not re.search(r"[0-9]", "".join(heard)), heard)


def damage(station):
    """One page in the body of the file, as a failing card does it: home still opens, a reading from end to end does not."""
    path = os.path.realpath(os.path.join(station.home, "content", "current"))
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) * 3 // 4 // 4096 * 4096)
        file.write(b"\xa5" * 4096)


def main():
    with Rig(sys.argv[1]) as rig:
        hub, _ = make_county(rig)
        set_up, folder = papers(rig, hub)
        station = rig.station("board")
        screen = Screen(rig, station, "--lang", "zh_CN")
        test_says_that_the_card_is_broken(screen, station)
        test_first_boot(rig, screen, station, set_up, folder)
        screen.close()
        print("ok first boot")
        screen = Screen(rig, station, "--lang", "zh_CN")
        test_goes_on_after_a_cut(screen)
        screen.close()
        print("ok after a cut")
        board = rig.path("word")
        os.makedirs(os.path.join(board, "ask"))
        screen = Screen(rig, station, "--lang", "zh_CN", "--board", board, "--technician-idle", "15", size="1024x600", sound="hurried:8")
        damage(station)
        test_wrong_and_right(screen)
        print("ok wrong and right")
        test_repeat(screen)
        print("ok repeat")
        test_systems(screen, board)
        print("ok systems")
        test_locks_itself(screen)
        print("ok locks itself")
        screen.close()


if __name__ == "__main__":
    main()
