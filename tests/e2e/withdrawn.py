#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""withdrawn.py BUILD: the city withdraws what it signed for the county. The farmer is told so at home, in letters and aloud, what was there
stays; when the county comes back with new keys the warning goes by itself."""
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import county  # noqa: E402
from rig import Rig, wait_until  # noqa: E402

SEED = int(os.environ.get("CUNZHAN_SEED", random.SystemRandom().randrange(1 << 31)))
AGAIN, HOME = (640, 725), (130, 725)
WARNING = "卖之前先问一问"


def code_in(text):
    return re.search(r"^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$", text, re.MULTILINE).group()


def sign(city, office, request, answer, page):
    root = code_in(city.run("delegate", request, "--confirm", code_in(page), "--out", answer).stdout)
    office.run("adopt", answer, "--confirm", root)


def offices(rig):
    depot, request, answer = rig.path("depot"), rig.path("request"), rig.path("answer")
    city, office = rig.hub("city"), rig.hub("county")
    city.run("init", "--region", "990100", "--name", "试验市", "--depot", depot)
    office.run("init", "--region", county.CODE, "--name", "试验县农业农村局", "--depot", depot)
    sign(city, office, request, answer, office.run("request", request).stdout)
    typed = county.County(rig.path("typed"), SEED)
    for kind, path in typed.places():
        office.run("import", kind, path)
    office.run("import", "quotes", typed.quotes())
    city.run("publish")
    office.run("publish")
    return city, office


def say_home(window):
    """What 再说一遍 says on the first page."""
    window.tap(*HOME)
    window.wait(lambda e: e["event"] == "page" and e["page"] == "home", "home")
    before = len(window.events())
    window.tap(*AGAIN)
    said = wait_until(lambda: [e["text"] for e in window.events()[before:] if e["event"] == "say"], "the first page is said")
    return "".join(said)


def main():
    print(f"# seed {SEED}", file=sys.stderr)
    with Rig(sys.argv[1]) as rig:
        city, office = offices(rig)
        station, ticket = rig.station("station"), rig.path("ticket")
        url = rig.nginx(rig.path("depot"))
        office.run("ticket", ticket, "--village", county.VILLAGE, "--name", "柳树村", "--depot", url)
        station.run("enrol", ticket)
        station.run("once")
        bus = rig.bus()
        rig.agent(station, bus, url)
        window = rig.kiosk(station, "--lang", "zh_CN", "--sound", "none", bus=bus)
        assert WARNING not in say_home(window)

        city.run("revoke", county.CODE, "--reason", "电脑被偷")
        rig.run_dbus(bus, "SyncNow")
        wait_until(lambda: station.channel(county.CODE)["revoked"], "the agent to hear of it")
        wait_until(lambda: WARNING in say_home(window), "the warning aloud")
        assert station.channel(county.CODE)["rows"]["quote"] > 0, "what was there stays"

        page = office.run("rotate", "content", "head", "delegate", "box", "--out", rig.path("again")).stdout
        sign(city, office, rig.path("again"), rig.path("answer-2"), page)
        office.run("publish")
        rig.run_dbus(bus, "SyncNow")
        wait_until(lambda: not station.channel(county.CODE)["revoked"], "the county to be back")
        wait_until(lambda: WARNING not in say_home(window), "the warning to go")


main()
