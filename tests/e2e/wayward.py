#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wayward.py BUILD [CASE…]: what a village says, put into a store that refuses, stumbles or is none; and put again the next day."""
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from gate import Gate  # noqa: E402
from rig import run_cases  # noqa: E402
from uploads import LISTING, PNG, VILLAGE, enrolled, office, post, states, uploads  # noqa: E402


def next_day(station):
    """What has no receipt is put again, as once every day."""
    with sqlite3.connect(os.path.join(station.home, "station", "station.db")) as db:
        assert db.execute("DELETE FROM setting WHERE key = 'send.resent-day'").rowcount == 1


def bytes_sent(words):
    found = re.search(r"sent: \d+ messages, \d+ of other stations, ([\d,]+) bytes", words)
    return int(found[1].replace(",", "")) if found else 0


def wayward_servers(rig):
    """What a server holds against one name keeps none of the others here, and a page that says 200 to everything is no depot."""
    hub = office(rig)
    gate = Gate(rig.nginx(hub.depot))
    station = enrolled(rig, hub, gate.address, "village")
    station.run("once")
    carried = 1
    for status in (400, 413, 415, 409, 500, 502):
        for text in ("甲", "乙", "丙"):
            post(rig, station, "listing", dict(LISTING, text=f"{text} {status}"))
        gate.puts.clear()
        gate.answer_to = lambda name, n, status=status: status if n == 1 else None
        station.run("once")
        assert states(station) == ["carried"] * carried + ["waiting", "carried", "carried"], (status, states(station))
        gate.answer_to = lambda name, n: None
        station.run("once")
        carried += 3
        assert states(station) == ["carried"] * carried, status
    for _ in range(5):
        post(rig, station, "listing", LISTING)
    # A store that is in trouble is left alone after two names, one that sends to a page at once.
    for status, tried in ((503, 2), (200, 1), (302, 1), (429, 1)):
        gate.puts.clear()
        gate.answer_to = lambda name, n, status=status: status
        station.run("once")
        assert len(gate.puts) == tried and states(station) == ["carried"] * carried + ["waiting"] * 5, (status, gate.puts, states(station))
    # A store that anybody may put into says 200, too, and marks what it took.
    gate.marks, gate.answer_to = True, lambda name, n: 200
    station.run("once")
    assert states(station) == ["carried"] * (carried + 5)
    gate.shutdown()


def put_again_the_next_day(rig):
    """Costs no body where it lies there already, nothing beyond the day's budget, and not each round anew because one name is not wanted."""
    hub = office(rig)
    gate = Gate(rig.nginx(hub.depot), hub.depot)
    station = enrolled(rig, hub, gate.address, "village")
    picture = rig.path("potatoes.png")
    with open(picture, "wb") as out:
        out.write(PNG + os.urandom(200000))
    for _ in range(3):
        post(rig, station, "listing", dict(LISTING, photo=picture))
    first = bytes_sent(station.run("once").stdout)
    assert first > 600000 and states(station) == ["carried"] * 4, first
    assert bytes_sent(station.run("once").stdout) == 0, "once a day"
    lying = uploads(hub.depot)
    sizes = [os.path.getsize(path) for path in lying]
    os.unlink(lying[-1])
    next_day(station)
    gate.bytes_in = 0
    sent = bytes_sent(station.run("once").stdout)
    assert uploads(hub.depot) == lying and sent == gate.bytes_in == sizes[-1] + min(sizes), ("the one that was lost, and one too small to ask for", sent, gate.bytes_in, sizes)
    next_day(station)
    os.unlink(lying[-1])
    assert bytes_sent(station.run("once", "--day-budget-kib", "1").stdout) == 0 and len(uploads(hub.depot)) == len(lying) - 1
    station.run("once")
    assert uploads(hub.depot) == lying, "the next round has a budget"
    # One that this depot does not want any more.
    next_day(station)
    gate.puts.clear()
    refused = "/" + os.path.relpath(lying[1], hub.depot)
    os.unlink(lying[1])
    gate.answer_to = lambda name, n: 413 if name == refused else None
    station.run("once")
    assert len(gate.puts) == 4 and len(set(gate.puts)) == 4, gate.puts
    gate.puts.clear()
    station.run("once")
    assert gate.puts == [], "today it has been asked"
    gate.shutdown()


def another_store_takes_it(rig):
    """What one store does not want any more is put into the next one, on the same day, and nothing else is."""
    hub, second = office(rig), rig.path("second")
    os.mkdir(second)
    gate = Gate(rig.nginx(hub.depot), hub.depot)
    ticket, station = rig.path("two.ticket"), rig.station("two")
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", "two", "--depot", gate.address, "--depot", rig.nginx(second))
    station.run("enrol", ticket)
    for text in ("甲", "乙"):
        post(rig, station, "listing", dict(LISTING, text=text))
    station.run("once")
    lying = [os.path.relpath(path, hub.depot) for path in uploads(hub.depot)]
    assert states(station) == ["carried"] * 3 and uploads(second) == [], "the first has them all"
    os.unlink(os.path.join(hub.depot, lying[1]))
    next_day(station)
    gate.answer_to = lambda name, n: 413 if name == "/" + lying[1] else None
    station.run("once")
    assert [os.path.relpath(path, second) for path in uploads(second)] == [lying[1]], uploads(second)
    gate.puts.clear()
    station.run("once")
    assert gate.puts == []
    gate.shutdown()


CASES = [wayward_servers, put_again_the_next_day, another_store_takes_it]


if __name__ == "__main__":
    run_cases(sys.argv[1], CASES, sys.argv[2:])
