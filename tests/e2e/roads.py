#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""roads.py BUILD [CASE…]: each kind of message that a village can say by each road there and back, and news by another road than what is said."""
import datetime
import hashlib
import json
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rig import run_cases  # noqa: E402
from uploads import COUNTY, LISTING, PNG, QUESTION, VILLAGE, collect, enrolled, items, office, post, queue, states, uploads  # noqa: E402

# What a station can say beyond asking admission, with what its pictures and recordings are made of; {…} is filled in by every_kind.
PICTURE, VOICE = PNG, b"OggS" + b"\x00" * 64
SAID = [
    ("listing", dict(LISTING, product=990101000000001, photo="{picture}", voice="{voice}", consent_voice="{other voice}")),
    ("quote", {"day": "2026-11-22", "market": 990101000000001, "product": 990101000000001, "kind": 1, "low": 900, "mid": 1000, "high": 1100}),
    ("question", dict(QUESTION, picture="{picture}", name="李二妹", phone="13900000000")),
    ("question", {"slip": "苹果母鸡", "question_audio": "{voice}", "asked_day": "2026-11-22"}),
    ("photo", {"of_counter": "{counter}", "photo": "{other picture}", "text": "黄心土豆"}),
    ("consent", {"is_release": 1, "listing": "{listing}", "buyer": 990101000000009, "name": "王大山", "phone": "13800000000", "voice": "{voice}", "day": "2026-11-22"}),
    ("consent", {"is_release": 0, "of_counter": "{counter}", "day": "2026-11-23"}),
    ("match-outcome", {"listing_a": "{listing}", "state": 1, "quantity_g": 400000, "price": 1500, "evidence": "过磅单", "day": "2026-11-23"}),
    ("unsold", {"product": 990101000000001, "quantity_g": 5000000, "price": 200, "since_day": "2026-11-10", "village": VILLAGE, "text": "白菜没人收", "name": "王大山",
                "phone": "13800000000", "photo": "{picture}", "voice": "{voice}"}),
    ("survey", {"survey": 990101000000001, "day": "2026-11-22", "lines": "q1=3\nq2=够用\n"}),
    ("counters", {"day": "2026-11-22", "lines": "open.price=17\nmissing.生姜=6\n"}),
    ("inventory", {"day": "2026-11-22", "lines": "board=x\ndisk=512\n"}),
    ("delivery", {"day": "2026-11-22", "lines": "990101-12=1795305600\n"}),
]
FILED_ALONE = ("survey", "counters", "inventory", "delivery")
NUMBER_OF = {"survey": 9, "counters": 10, "inventory": 11, "delivery": 12}


def known_things(rig, hub):
    for kind, text in {"regions": "code,name\n990101,示例县\n990101001001,柳河村\n", "markets": "market,region,name,kind\nM1,990101,东关市场,批发\n",
                       "products": "product,class,name,unit\nP1,菜,白菜,公斤\n"}.items():
        path = rig.path(kind + ".csv")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        hub.run("import", kind, path)
    hub.run("publish")


def filled(fields, values):
    return {name: values.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value for name, value in fields.items()}


OBJECTS = ("photo", "voice", "consent_voice", "question_audio", "picture")


def is_as_said(fields, said, objects):
    """What the clerk has is what the village said: words and numbers as they are, days counted from 1970, pictures and recordings to the byte. What is 0 is not sent."""
    wanted = set()
    for name, value in fields.items():
        if name in OBJECTS:
            with open(value, "rb") as file:
                wanted.add(file.read())
            continue
        if name.endswith("day"):
            value = (datetime.date.fromisoformat(value) - datetime.date(1970, 1, 1)).days
        assert str(said.get(name, 0)) == str(value), (name, value, said)
    assert wanted == set(objects), (fields, len(objects))


def every_kind(rig, hub, station, up, down):
    """up(): what waits goes to the county. down(): what the county publishes comes to the station."""
    known_things(rig, hub)
    down()
    up()
    collect(hub, *up.where)
    hub.run("stations", "approve", station.fingerprint)
    values = {}
    for name, data in (("picture", PICTURE), ("other picture", PICTURE + b"2"), ("voice", VOICE), ("other voice", VOICE + b"2")):
        values[name] = rig.path(name.replace(" ", "-"))
        with open(values[name], "wb") as out:
            out.write(data)
    # A listing that the later ones speak of.
    post(rig, station, "listing", dict(LISTING, contact_level=2))
    up()
    assert collect(hub, *up.where)["filed"] == 1
    hub.run("accept", "uploads", str(queue(hub)["listing"]["id"]))
    hub.run("publish")
    down()
    first = [item for item in items(station).values() if item["kind"] == "listing"][0]
    values.update(counter=first["counter"], listing=first["became"])
    assert first["state"] == "published" and station.channel(COUNTY)["rows"]["listing"] == 1, first
    before = set(items(station))

    for kind, fields in SAID:
        post(rig, station, kind, filled(fields, values))
    up()
    said = [item for number, item in sorted(items(station).items()) if number not in before]
    assert [item["state"] for item in said] == ["carried"] * len(SAID), said
    report = collect(hub, *up.where)
    assert report["filed"] == len(SAID) and report["set_aside"] == report["waiting"] == 0, report
    waiting = {entry["counter"]: entry for entry in json.loads(hub.run("queue", "--json").stdout)["queue"]}
    lines = set()
    with sqlite3.connect(os.path.join(hub.home, "hub.db")) as db:
        for (kind, fields), item in zip(SAID, said):
            number, = db.execute("SELECT id FROM upload WHERE station = ? AND counter = ?", (station.fingerprint, item["counter"])).fetchone()
            objects = [data for data, in db.execute("SELECT data FROM upload_object WHERE upload = ?", (number,))]
            assert (item["counter"] in waiting) == (kind not in FILED_ALONE), kind
            if kind not in FILED_ALONE:
                is_as_said(filled(fields, values), waiting[item["counter"]]["said"], objects)
            else:
                lines |= {(NUMBER_OF[kind], *line.split("=")) for line in fields["lines"].splitlines()}
        assert set(db.execute("SELECT kind, key, value FROM station_line WHERE station = ?", (station.fingerprint,))) == lines
    hub.run("publish")
    down()
    assert {items(station)[item["id"]]["state"] for item in said} == {"received"}

    for counter, entry in sorted(waiting.items()):
        if entry["kind"] == "question":
            hub.run("answer", str(entry["id"]), "切开晾一天再种", "--public")
        else:
            hub.run("accept", "uploads", str(entry["id"]))
    hub.run("publish")
    down()
    for (kind, _), item in zip(SAID, said):
        now = items(station)[item["id"]]
        assert now["state"] == ("received" if kind in FILED_ALONE else "published"), now
        assert (now["became"] > 0) == (kind in ("listing", "question", "match-outcome")), now
    told = station.run("outbox").stdout
    assert told.count("seen to by the county") == 3, told  # the goods, the number released, the number taken back
    rows = station.channel(COUNTY)["rows"]
    assert (rows["listing"], rows["quote"], rows["question"], rows["match_outcome"]) == (2, 1, 2, 1), rows
    with sqlite3.connect(os.path.join(station.home, "content", "current")) as db:
        assert db.execute("SELECT phone, contact_level, hex (photo) FROM listing WHERE id = ?", (values["listing"],)).fetchone() == \
            ("", 1, hashlib.blake2b(PICTURE + b"2", digest_size=32).hexdigest().upper())
    # Pictures and voices that rows name came with them.
    assert station.status()["media_objects"] == 3, station.status()["media_objects"]  # two pictures, the voice of the listing and of a question


def kinds_over_nginx(rig):
    """Each kind of message by PUT over the shipped recipe, and what becomes of it."""
    hub = office(rig)
    station = enrolled(rig, hub, rig.nginx(hub.depot), "village")

    def up():
        station.run("once")

    up.where = ()
    every_kind(rig, hub, station, up, lambda: station.run("once"))
    assert uploads(hub.depot) == []


def kinds_by_stick(rig):
    """The same by a stick alone."""
    hub = office(rig)
    station = enrolled(rig, hub, rig.path("no-depot"), "village")
    stick = rig.path("stick")
    os.mkdir(stick)

    def up():
        station.run("export-stick", stick)

    def down():
        shutil.copytree(hub.depot, stick, dirs_exist_ok=True)
        station.run("import-stick", stick)

    up.where = (stick,)
    every_kind(rig, hub, station, up, down)
    assert uploads(stick) == [] and not os.path.exists(rig.path("no-depot"))


def news_by_one_road_words_by_another(rig):
    """The county's web server is Python's http.server: no ranges, no marks, no PUT. News come from it; messages and their receipts go by a stick."""
    hub = office(rig)
    url = rig.plain_server(hub.depot)
    station = enrolled(rig, hub, url, "village")
    stick, typed, day = rig.path("stick"), rig.path("products.csv"), 0
    os.mkdir(stick)

    def a_day():
        nonlocal day
        day += 1
        with open(typed, "w", encoding="utf-8") as out:
            out.write("product,class,name,unit\n" + "".join(f"P{n},菜,菜{n},公斤\n" for n in range(day * 200)))
        hub.run("import", "products", typed)
        hub.run("publish")

    def fetched():
        result = station.run("once")
        return int([line for line in result.stdout.splitlines() if line.startswith("received:")][0].split()[1]), result

    def segment():
        folder = os.path.join(hub.depot, "v1", "c", COUNTY, "seg")
        return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))

    a_day()
    assert fetched()[0] >= segment()
    a_day()
    post(rig, station, "listing", LISTING)
    post(rig, station, "question", QUESTION)
    size, result = fetched()
    assert size >= segment() and station.channel(COUNTY)["rows"]["product"] == 400, "without ranges the whole segment comes, and only what is new is applied"
    assert "not sent yet: 3 messages" in result.stdout and states(station) == ["waiting"] * 3, (result.stdout, states(station))
    assert uploads(hub.depot) == []
    # Out by the stick.
    station.run("export-stick", stick)
    assert states(station) == ["carried"] * 3
    assert collect(hub)["asked"] == 0 and collect(hub, stick)["asked"] == 1
    hub.run("stations", "approve", station.fingerprint)
    assert collect(hub, stick)["filed"] == 2
    waiting = queue(hub)
    hub.run("accept", "uploads", str(waiting["listing"]["id"]))
    hub.run("answer", str(waiting["question"]["id"]), "切开晾一天再种", "--public")
    # Back by the stick, before the server has been asked again.
    a_day()
    shutil.copytree(hub.depot, stick, dirs_exist_ok=True)
    station.run("import-stick", stick)
    assert states(station) == ["received", "published", "published"], states(station)
    assert station.channel(COUNTY)["rows"]["product"] == 600
    # What one road brought the other goes on from; nothing is said twice and no state falls back.
    a_day()
    post(rig, station, "unsold", {"quantity_g": 1, "village": VILLAGE, "text": "卖不出去"})
    size, result = fetched()
    assert size >= segment() and "not sent yet: 1 messages" in result.stdout, result.stdout
    assert states(station) == ["received", "published", "published", "waiting"], states(station)
    station.run("export-stick", stick)
    report = collect(hub, stick)
    assert (report["filed"], report["repeated"]) == (1, 0), report
    hub.run("return", str(queue(hub)["unsold"]["id"]), "--reason", "没有写明地点")
    hub.run("publish")
    shutil.copytree(hub.depot, stick, dirs_exist_ok=True)
    station.run("import-stick", stick)
    assert states(station) == ["received", "published", "published", "returned"], states(station)
    assert fetched()[0] < 2048, "the stick has brought all there is"
    other = enrolled(rig, hub, hub.depot, "other")
    other.run("once")
    assert other.channel(COUNTY)["state"] == station.channel(COUNTY)["state"]
    with open(rig.path("plain.out"), encoding="utf-8") as file:
        log = file.read()
    assert '"PUT /uploads/' in log and '" 501 ' in log and '" 206 ' not in log, log


def signed_anew(rig):
    """The office renews its delegation and signs its head anew, without news: what stations keep for others is renewed too, for no more requests, and the newest papers
    stay the ones at hand whatever a stick holds."""
    hub = office(rig)
    known_things(rig, hub)
    log = rig.path("access")
    station = enrolled(rig, hub, rig.nginx(hub.depot, log), "village")
    station.run("once")
    stick, old = rig.path("stick"), rig.path("old-stick")
    for folder in (stick, old):
        os.mkdir(folder)
        station.run("export-stick", folder)
    head = os.path.join("v1", "c", COUNTY, "head")
    hub.run("rotate")
    hub.run("beat")
    station.run("once")
    with open(log, encoding="utf-8") as file:
        asked = [line.split('"')[1].split()[1] for line in file]
    told = station.run("export-stick", stick)
    assert " 2 files written" in told.stdout, told.stdout  # head and chain
    with open(os.path.join(stick, head), "rb") as ours, open(os.path.join(hub.depot, head), "rb") as theirs:
        assert ours.read() == theirs.read()
    far = enrolled(rig, hub, rig.path("no-depot"), "far")
    far.run("import-stick", stick)
    assert far.channel(COUNTY)["state"] == station.channel(COUNTY)["state"]
    # A stick of before is read, and brought up; the next poll asks for nothing but the head.
    station.run("export-stick", old)
    station.run("once")
    with open(log, encoding="utf-8") as file:
        more = [line.split('"')[1].split()[1] for line in file][len(asked):]
    assert [path for path in more if "/uploads/" not in path] == ["/" + head], more
    with open(os.path.join(old, head), "rb") as ours, open(os.path.join(hub.depot, head), "rb") as theirs:
        assert ours.read() == theirs.read()


if __name__ == "__main__":
    run_cases(sys.argv[1], [kinds_over_nginx, kinds_by_stick, news_by_one_road_words_by_another, signed_anew], sys.argv[2:])
