#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""uploads.py BUILD [CASE…]: what a village says, the whole road up and the receipt back, through the real programs."""
import datetime
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rig import run_cases  # noqa: E402

COUNTY = "990101"
VILLAGE = "990101001001"
LISTING = {"side": 1, "quantity_g": 1000000, "price": 1600, "village": VILLAGE, "text": "土豆两千斤", "name": "王大山",
           "phone": "13800000000", "contact_level": 1}
QUESTION = {"slip": "苹果公鸡", "question": "土豆烂心怎么办", "asked_day": "2026-11-22"}
# The smallest picture that says what it is.
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def office(rig, name="county"):
    hub = rig.hub(name)
    hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局")
    hub.run("publish")
    return hub


def enrolled(rig, hub, address, name):
    ticket = rig.path(name + ".ticket")
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", name, "--depot", address)
    station = rig.station(name)
    words = station.run("enrol", ticket).stdout
    station.fingerprint = words.split("Station key: ")[1][:8]
    return station


def post(rig, station, kind, fields, expect=0):
    return rig.run("sync", "--home", station.home, "post", kind, "-", stdin=json.dumps(fields), expect=expect)


def items(station):
    return {item["id"]: item for item in json.loads(station.run("outbox", "--json").stdout)["items"]}


def states(station):
    return [item["state"] for item in items(station).values()]


def collect(hub, *where, expect=0):
    return json.loads(hub.run("collect", "--json", *where, expect=expect).stdout)


def queue(hub):
    return {entry["kind"]: entry for entry in json.loads(hub.run("queue", "--json").stdout)["queue"]}


def uploads(folder):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(os.path.join(folder, "uploads")) for name in names)


def curl(*arguments):
    done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *arguments], capture_output=True, text=True, timeout=30,
                          check=True)
    return int(done.stdout)


def check_recipe(url, name):
    """The shipped recipe writes each name once and hands nothing out."""
    assert curl("-X", "PUT", "--data-binary", "other", url + name) == 412
    assert curl("-X", "PUT", "--data-binary", "x", url + "v1/c/990101/head") in (403, 405)
    assert curl("-X", "PUT", "--data-binary", "x", url + "uploads/../v1/c/990101/head") in (403, 405)
    for method in ("GET", "DELETE", "PROPFIND", "MOVE", "COPY", "MKCOL"):
        for path in (name, "uploads/", "uploads/990101/"):
            assert curl("-X", method, url + path) in (403, 405), (method, path)
    assert curl("-X", "PUT", "--data-binary", "@/dev/null", "-H", "Content-Length: 3000000", url + "uploads/990101/aaaaaaaa/1-ff") == 413


def over_nginx(rig):
    hub = office(rig)
    url = rig.nginx(hub.depot)
    station = enrolled(rig, hub, url, "village")
    picture = rig.path("potatoes.png")
    with open(picture, "wb") as out:
        out.write(PNG)
    post(rig, station, "listing", dict(LISTING, photo=picture))
    post(rig, station, "question", QUESTION)
    post(rig, station, "unsold", {"quantity_g": 5000000, "village": VILLAGE, "text": "白菜没人收\x1b[31m"})
    post(rig, station, "counters", {"day": "2026-11-22", "lines": "open.price=17\nmissing.生姜=6\n"})
    assert states(station) == ["waiting"] * 5  # asking admission was the first
    station.run("once")
    assert states(station) == ["carried"] * 5, states(station)
    lying = uploads(hub.depot)
    assert len(lying) == 5, lying
    for path in lying:  # nothing in clear, the name is the hash
        with open(path, "rb") as file:
            data = file.read()
        assert "土豆".encode() not in data and b"13800000000" not in data and b"PNG" not in data
        assert path.endswith(hashlib.blake2b(data, digest_size=32).hexdigest())
    check_recipe(url, os.path.relpath(lying[0], hub.depot))

    first = collect(hub)
    assert first["asked"] == 1 and first["filed"] == 1 and first["waiting"] == 4, first
    stations = json.loads(hub.run("stations", "list", "--json").stdout)["stations"]
    assert [s["fingerprint"] for s in stations] == [station.fingerprint] and stations[0]["state"] == "asks", stations
    hub.run("stations", "approve", station.fingerprint.lower())
    second = collect(hub)
    assert second["filed"] == 4 and second["waiting"] == 0 and uploads(hub.depot) == [], second
    assert collect(hub) == {"filed": 0, "repeated": 0, "asked": 0, "waiting": 0, "set_aside": 0}

    waiting = queue(hub)
    assert sorted(waiting) == ["listing", "question", "unsold"], waiting
    saved = rig.path("saved")
    shown = hub.run("queue", "--save", saved).stdout
    assert "\x1b" not in shown and "没人收·[31m" in shown, "a station's words do not steer the clerk's terminal"
    assert os.listdir(saved) == [f"{waiting['listing']['id']}-1.png"] and os.stat(saved).st_mode & 0o777 == 0o700
    with open(os.path.join(saved, os.listdir(saved)[0]), "rb") as file:
        assert file.read() == PNG
    hub.run("queue", "--json", "--save", saved, expect=2)
    assert waiting["listing"]["said"]["text"] == LISTING["text"]
    hub.run("publish")
    station.run("once")
    assert states(station) == ["received"] * 5, states(station)

    hub.run("accept", "uploads", str(waiting["listing"]["id"]))
    hub.run("accept", "uploads", str(waiting["question"]["id"]), expect=1)
    hub.run("answer", str(waiting["question"]["id"]), "切开晾一天再种", "--by", "李农技", "--public")
    hub.run("return", str(waiting["unsold"]["id"]), expect=2)
    hub.run("return", str(waiting["unsold"]["id"]), "--reason", "没有写明地点")
    hub.run("return", str(waiting["unsold"]["id"]), "--reason", "没有写明地点", expect=1)
    hub.run("publish")
    station.run("once")
    told = {item["kind"]: item for item in items(station).values()}
    assert told["listing"]["state"] == "published" and told["listing"]["became"] == 990101000000001, told["listing"]
    assert told["question"]["state"] == "published" and told["unsold"]["state"] == "returned", told
    assert told["unsold"]["reason"] == "没有写明地点" and told["counters"]["state"] == "received"
    row = station.channel(COUNTY)["rows"]
    assert row["listing"] == 1 and row["question"] == 1, row
    published = b"".join(open(os.path.join(path, name), "rb").read() for path, _, names in os.walk(os.path.join(station.home, "content"))
                         for name in names)
    assert b"13800000000" not in published, "a number that was not released went out"


def replays(rig):
    """What comes twice, from nobody, broken, too large or misplaced."""
    hub = office(rig)
    station = enrolled(rig, hub, hub.depot, "village")
    station.run("once")  # by folder
    collect(hub)
    hub.run("stations", "approve", station.fingerprint)
    post(rig, station, "listing", LISTING)
    station.run("once")
    envelope = uploads(hub.depot)[0]
    with open(envelope, "rb") as file:
        data = file.read()
    assert collect(hub)["filed"] == 1

    def lay(path, content):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content)

    def named(content, counter, folder=station.fingerprint.lower()):
        return os.path.join(hub.depot, "uploads", COUNTY, folder, f"{counter}-{hashlib.blake2b(content, digest_size=32).hexdigest()}")

    lay(envelope, data)  # again, as it was
    assert collect(hub)["repeated"] == 1 and not os.path.exists(envelope)
    flipped = data[:100] + bytes([data[100] ^ 1]) + data[101:]
    huge = b"\0" * (2 << 20)
    lay(named(flipped, 7), flipped)
    lay(named(data, 8), data)  # under another number
    lay(named(data, 9, "22222222"), data)  # in another's folder
    lay(envelope, flipped)  # under a name that is not its hash
    lay(named(huge, 10), huge)
    lay(named(b"", 11), b"")
    lay(os.path.join(hub.depot, "uploads", COUNTY, station.fingerprint.lower(), "README.txt"), b"odd")
    os.symlink("/etc/passwd", named(b"link", 12))
    report = collect(hub, expect=5)
    assert report["set_aside"] == 6 and report["filed"] == 0, report
    assert [os.path.basename(path) for path in uploads(hub.depot) if "README" not in path and not os.path.islink(path)] == []
    assert len(os.listdir(os.path.join(hub.home, "aside"))) == 5  # the huge one is only told

    # A stick whose folder leads elsewhere: collecting removes what it took.
    lay(envelope, data)
    stick = rig.path("stick-of-links")
    os.mkdir(stick)
    os.symlink(os.path.join(hub.depot, "uploads"), os.path.join(stick, "uploads"))
    assert "link" in hub.run("collect", stick, expect=1).stderr
    assert os.path.exists(envelope) and collect(hub)["repeated"] == 1

    # A station nobody has heard of, and one that is suspended.
    stranger = enrolled(rig, hub, hub.depot, "stranger")
    post(rig, stranger, "listing", LISTING)
    stranger.run("once")
    hub.run("stations", "suspend", station.fingerprint)
    post(rig, station, "listing", LISTING)
    station.run("once")
    report = collect(hub, expect=5)
    assert report["asked"] == 1 and report["set_aside"] == 1, report
    # A new board takes the place of the old one.
    hub.run("stations", "replace", station.fingerprint, stranger.fingerprint)
    assert collect(hub)["filed"] == 1
    names = {s["fingerprint"]: s for s in json.loads(hub.run("stations", "list", "--json").stdout)["stations"]}
    assert names[station.fingerprint]["state"] == "replaced" and names[stranger.fingerprint]["name"] == "village", names


def by_stick(rig):
    """One stick for a route: what two villages say goes out on it, their receipts come back."""
    hub = office(rig)
    nowhere = rig.path("no-depot")
    first, second = (enrolled(rig, hub, nowhere, name) for name in ("first", "second"))
    stick = rig.path("stick")
    shutil.copytree(hub.depot, stick)
    for station in (first, second):
        post(rig, station, "listing", LISTING)
        post(rig, station, "quote", {"day": "2026-11-22", "market": 990101000000001, "product": 990101000000001, "kind": 1, "low": 900, "mid": 1000,
                                     "high": 1100, "currency": "CNY"})
        assert states(station) == ["waiting"] * 3
        station.run("export-stick", stick)
        assert states(station) == ["carried"] * 3, states(station)
    assert len(uploads(stick)) == 6
    for path in uploads(stick):
        with open(path, "rb") as file:
            data = file.read()
        assert b"13800000000" not in data and "土豆".encode() not in data

    lost = rig.path("lost")
    shutil.copytree(stick, lost)
    assert collect(hub, stick)["asked"] == 2
    hub.run("stations", "approve", first.fingerprint, second.fingerprint)
    report = collect(hub, stick)
    assert report["filed"] == 4 and uploads(stick) == [], report
    ids = [str(e["id"]) for e in json.loads(hub.run("queue", "--json", "listing").stdout)["queue"]]
    hub.run("accept", "uploads", *ids)
    hub.run("publish")
    shutil.copytree(hub.depot, stick, dirs_exist_ok=True)
    for station in (first, second):
        station.run("import-stick", stick)
        assert sorted(states(station)) == ["published", "received", "received"], states(station)
    assert collect(hub, lost) == {"filed": 0, "repeated": 6, "asked": 0, "waiting": 0, "set_aside": 0}

    # The second village, which has a road, passes on what the first gave along.
    post(rig, first, "unsold", {"quantity_g": 1, "village": VILLAGE, "text": "卖不出去"})
    first.run("export-stick", stick)
    second.run("export-stick", stick)
    second.run("once", "--from", hub.depot)
    report = collect(hub)
    assert report["filed"] == 1 and report["repeated"] == 0, report  # what it had taken along earlier has its receipts, and is let go
    assert uploads(os.path.join(second.home, "kept")) == []
    assert collect(hub, stick)["repeated"] == 1


def private(rig):
    """What is not for all does not go to all: a question answered to one village alone, a number taken back before its listing is accepted."""
    hub = office(rig)
    picture = rig.path("leaf.png")
    with open(picture, "wb") as out:
        out.write(PNG)
    station = enrolled(rig, hub, hub.depot, "village")
    station.run("once")
    collect(hub)
    hub.run("stations", "approve", station.fingerprint)
    post(rig, station, "question", dict(QUESTION, picture=picture, name="李二妹"))
    post(rig, station, "listing", dict(LISTING, contact_level=2))
    station.run("once")
    collect(hub)
    counter = [item["counter"] for item in items(station).values() if item["kind"] == "listing"][0]
    post(rig, station, "consent", {"is_release": 0, "of_counter": counter, "day": "2026-11-22"})
    station.run("once")
    collect(hub)
    waiting = queue(hub)
    hub.run("answer", str(waiting["question"]["id"]), "切开晾一天再种")
    hub.run("accept", "uploads", str(waiting["consent"]["id"]))
    hub.run("accept", "uploads", str(waiting["listing"]["id"]))
    hub.run("publish")
    station.run("once")
    with sqlite3.connect(os.path.join(station.home, "content", "current")) as db:
        assert db.execute("SELECT question, answer, length (question_audio), is_public FROM question").fetchall() == [("", "切开晾一天再种", 0, 0)]
        assert db.execute("SELECT phone, contact_level FROM listing").fetchall() == [("", 1)]
    assert not os.path.isdir(os.path.join(hub.depot, "v1", "m")) or os.listdir(os.path.join(hub.depot, "v1", "m")) == []
    assert sorted(states(station)) == ["published"] * 3 + ["received"], items(station)


def another_office(rig):
    """What the old office never acknowledged goes to the new one, which has another root."""
    old, new = office(rig), office(rig, "other")
    station = enrolled(rig, old, old.depot, "village")
    station.run("once")
    post(rig, station, "listing", LISTING)
    station.run("once")
    assert states(station) == ["carried", "carried"]
    ticket = rig.path("other.ticket")
    new.run("ticket", ticket, "--village", VILLAGE, "--name", "village", "--depot", new.depot)
    station.run("enrol", "--replace", ticket)
    assert states(station) == ["waiting"] * 3, states(station)  # the old admission too: it says the same
    station.run("once")
    assert collect(new)["asked"] == 1
    new.run("stations", "approve", station.fingerprint)
    assert collect(new)["filed"] >= 1 and "listing" in queue(new)
    new.run("accept", "uploads", str(queue(new)["listing"]["id"]))
    new.run("publish")
    station.run("once")
    assert [item["state"] for item in items(station).values() if item["kind"] == "listing"] == ["published"], items(station)


def restored(rig):
    """An office that came back from a backup asks again for what it had acknowledged since."""
    hub = office(rig)
    depot, secret, backup = rig.path("depot"), rig.path("secret"), rig.path("backup")
    os.rename(hub.depot, depot)
    os.symlink(depot, hub.depot)
    with open(secret, "w", encoding="utf-8") as out:
        out.write("两岸猿声啼不住\n")
    station = enrolled(rig, hub, depot, "village")
    post(rig, station, "listing", dict(LISTING, text="早先的"))
    station.run("once")
    collect(hub)
    hub.run("stations", "approve", station.fingerprint)
    collect(hub)
    hub.run("publish")
    hub.run("backup", backup, "--passphrase-file", secret)
    post(rig, station, "listing", dict(LISTING, text="后来的"))
    station.run("once")
    assert collect(hub)["filed"] == 1
    hub.run("publish")
    station.run("once")
    assert states(station) == ["received"] * 3
    shutil.rmtree(hub.home)
    words = hub.run("restore", backup, "--passphrase-file", secret, "--depot", depot, expect=None)
    assert "1 messages of villages" in words.stdout, words
    hub.run("publish")
    station.run("once")
    assert states(station) == ["received", "received", "returned"], items(station)
    post(rig, station, "listing", dict(LISTING, text="再发的"))
    station.run("once")
    assert json.loads(hub.run("collect", "--json", depot).stdout)["filed"] == 1
    hub.run("publish")
    station.run("once")
    assert states(station)[-1] == "received"


def checked(rig):
    """What names nothing that is here, or lies ahead, does not become a row of the county's."""
    hub = office(rig)
    station = enrolled(rig, hub, hub.depot, "village")
    station.run("once")
    collect(hub)
    hub.run("stations", "approve", station.fingerprint)
    markets, products = rig.path("markets.csv"), rig.path("products.csv")
    with open(markets, "w", encoding="utf-8") as out:
        out.write("market,region,name,kind\nM1,990101,东关市场,批发\n")
    with open(products, "w", encoding="utf-8") as out:
        out.write("product,class,name,unit\nP1,菜,白菜,公斤\n")
    regions = rig.path("regions.csv")
    with open(regions, "w", encoding="utf-8") as out:
        out.write("code,name\n990101,示例县\n")
    hub.run("import", "regions", regions)
    hub.run("import", "products", products)
    hub.run("import", "markets", markets)
    good = {"day": "2026-11-22", "market": 990101000000001, "product": 990101000000001, "kind": 1, "low": 900, "mid": 1000, "high": 1100}
    wrong = [("quote", dict(good, market=5)), ("quote", dict(good, product=777)), ("quote", dict(good, day=(datetime.date.today() + datetime.timedelta(30)).isoformat())),
             ("quote", dict(good, low=5000)), ("quote", dict(good, low=0, mid=0, high=0)), ("listing", dict(LISTING, side=9)),
             ("listing", dict(LISTING, from_day="2026-11-22", to_day="2026-11-01")), ("listing", dict(LISTING, village="110101001001"))]
    for kind, fields in wrong + [("quote", good)]:
        post(rig, station, kind, fields)
    station.run("once")
    assert collect(hub)["filed"] == len(wrong) + 1
    ids = [str(entry["id"]) for entry in json.loads(hub.run("queue", "--json").stdout)["queue"]]
    assert len(ids) == len(wrong) + 1, ids
    for number in ids[:-1]:
        assert "Return it" in hub.run("accept", "uploads", number, expect=1).stderr
    hub.run("accept", "uploads", ids[-1])
    assert len(json.loads(hub.run("queue", "--json").stdout)["queue"]) == len(wrong)


def one_refused(rig):
    """A name that a depot does not take keeps none of the others here."""
    hub = office(rig)
    station = enrolled(rig, hub, hub.depot, "village")
    station.run("once")
    for text in ("第一条", "第二条"):
        post(rig, station, "listing", dict(LISTING, text=text))
    station.run("once", "--from", "http://127.0.0.1:9/", expect=3)
    with sqlite3.connect(os.path.join(station.home, "station", "station.db")) as db:
        names = [name for name, in db.execute("SELECT name FROM envelope WHERE is_carried = 0 ORDER BY counter")]
    assert len(names) == 2, names
    os.makedirs(os.path.join(hub.depot, names[0]))
    station.run("once")
    assert states(station) == ["carried", "waiting", "carried"], states(station)
    os.rmdir(os.path.join(hub.depot, names[0]))
    station.run("once")
    assert states(station) == ["carried"] * 3


def new_key(rig):
    """A station whose key is another one is a stranger to the office, and asks anew; the same papers again ask nothing."""
    hub = office(rig)
    station = enrolled(rig, hub, hub.depot, "village")
    station.run("once")
    station.run("enrol", rig.path("village.ticket"))
    assert states(station) == ["carried"]
    os.unlink(os.path.join(station.home, "agent", "station.key"))
    station.run("enrol", "--replace", rig.path("village.ticket"))
    station.run("once")
    assert [item["kind"] for item in items(station).values()] == ["admission"] * 2
    assert collect(hub)["asked"] == 2
    # The same key in another village, before anybody has decided: the registry follows.
    ticket = rig.path("moved.ticket")
    hub.run("ticket", ticket, "--village", "990101001002", "--name", "moved", "--depot", hub.depot)
    station.run("enrol", "--replace", ticket)
    station.run("once")
    collect(hub)
    assert "moved" in [known["name"] for known in json.loads(hub.run("stations", "list", "--json").stdout)["stations"]]


def refused_input(rig):
    hub = office(rig)
    station = enrolled(rig, hub, hub.depot, "village")
    big = rig.path("big.jpg")
    with open(big, "wb") as file:
        file.write(bytes(700000))
    for kind, fields in (("nonsense", {}), ("listing", {"no such": 1}), ("listing", {"price": -1}), ("listing", {"text": "x" * 3000}),
                         ("listing", {"photo": "/nonexistent"}), ("quote", {"day": "yesterday"}), ("counters", {"lines": "no equals sign"}),
                         ("listing", {"photo": big, "voice": big})):
        post(rig, station, kind, fields, expect=1)
    assert [item["kind"] for item in items(station).values()] == ["admission"]


def strangers(rig):
    """Anybody can ask: beyond so many the clerk must know whom he waits for; what a stranger sent is looked at again."""
    hub = office(rig)
    with sqlite3.connect(os.path.join(hub.home, "hub.db")) as db:
        db.executemany("INSERT INTO station (fingerprint, key, village, name, state, asked_s) VALUES (?, ?, 990101001001, 'nobody', 1, 0)",
                       [(f"FLOOD{n:03X}", n.to_bytes(32, "big")) for n in range(2000)])
    station = enrolled(rig, hub, hub.depot, "village")
    post(rig, station, "listing", LISTING)
    station.run("once")
    report = hub.run("collect", "--json", expect=5)
    assert json.loads(report.stdout)["set_aside"] == 2 and "--expect" in report.stderr, report
    kept = os.path.join(hub.home, "strangers")
    assert len(uploads(kept)) == 2 and uploads(hub.depot) == [] and os.stat(uploads(kept)[0]).st_mode & 0o777 == 0o600
    assert collect(hub)["set_aside"] == 0, "nothing is told twice"
    hub.run("stations", "approve", station.fingerprint, expect=1)
    code = station.fingerprint[:4].lower() + "-" + station.fingerprint[4:]
    report = json.loads(hub.run("collect", "--json", "--expect", code).stdout)
    assert report == {"filed": 1, "repeated": 0, "asked": 1, "waiting": 1, "set_aside": 0}, report
    hub.run("stations", "approve", station.fingerprint)
    hub.run("stations", "forget", station.fingerprint, expect=1)
    assert collect(hub)["filed"] == 1 and uploads(kept) == [] and [entry for entry in queue(hub)] == ["listing"]
    # There is room again.
    hub.run("stations", "forget", *[f"FLOOD{n:03X}" for n in range(2000)])
    other = enrolled(rig, hub, hub.depot, "other")
    other.run("once")
    assert collect(hub)["asked"] == 1
    assert len(json.loads(hub.run("stations", "list", "--json").stdout)["stations"]) == 2


def at(hub, clock, day):
    """The office on this day; its clock never goes back."""
    with open(clock, "w", encoding="utf-8") as out:
        out.write(f"{day * 86400 + 3 * 3600}\n")
    return lambda *words, **more: hub.run("--clock", clock, *words, **more)


def in_hub(hub, *words):
    """Which of these stand anywhere in the office's database, freed pages included."""
    data = b""
    for name in ("hub.db", "hub.db-wal", "hub.db.before-update"):
        path = os.path.join(hub.home, name)
        if os.path.exists(path):
            with open(path, "rb") as file:
                data += file.read()
    return [word for word in words if word.encode() in data]


def forgotten(rig):
    """Numbers, names, words and pictures go thirty days after the matter is over, receipts after half a year."""
    hub = office(rig)
    clock, picture = rig.path("clock"), rig.path("potatoes.png")
    station = enrolled(rig, hub, hub.depot, "village")
    first = int(time.time()) // 86400 + 1
    last_day = datetime.date.fromordinal(datetime.date(1970, 1, 1).toordinal() + first + 5).isoformat()
    with open(picture, "wb") as out:
        out.write(PNG)
    post(rig, station, "listing", dict(LISTING, photo=picture, contact_level=2, to_day=last_day))
    post(rig, station, "question", dict(QUESTION, name="李二妹"))
    post(rig, station, "unsold", {"quantity_g": 1, "village": VILLAGE, "text": "白菜没人收", "phone": "13900000000"})
    station.run("once")
    run = at(hub, clock, first)
    run("collect")
    run("stations", "approve", station.fingerprint)
    run("collect")
    ids = {kind: str(entry["id"]) for kind, entry in queue(hub).items()}
    run("accept", "uploads", ids["listing"])
    run("answer", ids["question"], "切开晾一天再种")
    run("publish")
    station.run("once")
    said = ("13800000000", "13900000000", "李二妹", "土豆两千斤")
    media = os.path.join(hub.depot, "v1", "m")
    assert in_hub(hub, *said) == list(said) and len(os.listdir(media)) == 1
    row = station.channel(COUNTY)["rows"]
    assert (row["listing"], row["question"]) == (1, 1), row

    run = at(hub, clock, first + 31)  # the question was answered a month ago, the listing ended 26 days ago
    run("collect")
    assert in_hub(hub, *said) == ["13800000000", "13900000000", "土豆两千斤"] and len(os.listdir(media)) == 1
    run = at(hub, clock, first + 37)
    assert "1 listings" in run("collect").stdout
    run("publish")
    station.run("once")
    assert os.listdir(media) == [] and os.listdir(os.path.join(hub.home, "media")) == []
    row = station.channel(COUNTY)["rows"]
    assert (row["listing"], row["question"]) == (0, 1), row
    run("return", ids["unsold"], "--reason", "请打电话给我们")  # what waits is not forgotten, however long
    assert in_hub(hub, *said) == ["13900000000"]
    aside = os.path.join(hub.home, "aside")
    os.mkdir(aside)
    for path in (os.path.join(aside, "AAAAAAAA-1-x"), os.path.join(hub.home, "hub.db.before-update")):
        with open(path, "w", encoding="utf-8") as out:
            out.write(said[0])
        os.utime(path, ((first + 39) * 86400, (first + 39) * 86400))
    run = at(hub, clock, first + 68)
    run("collect")
    assert len(os.listdir(aside)) == 1
    run = at(hub, clock, first + 70)
    assert "2 files" in run("collect").stdout and os.listdir(aside) == [] and in_hub(hub, *said) == []

    run("publish")
    receipts = station.run("once") and station.channel(COUNTY)["rows"]["receipt"]
    run = at(hub, clock, first + 260)
    words = run("collect").stdout
    assert "3 receipts, 1 answers" in words and in_hub(hub, "切开晾一天再种") == [], words
    run("publish")
    station.run("once")
    row = station.channel(COUNTY)["rows"]
    assert row["question"] == 0 and row["receipt"] == receipts - 3 > 0, row
    assert states(station) == ["received", "published", "published", "returned"], states(station)
    assert run("collect").stdout.count("\n") == 1, "and nothing is left to forget"


def lay(rig, hub, station, counter, kind, payload="", object_type=""):
    """What a broken station, or one of another version, would put into the depot: signed and sealed with its own key."""
    maker = os.path.join(rig.build, "tests/e2e/make-envelope")
    subprocess.run([maker, os.path.join(station.home, "agent", "station.key"), os.path.join(hub.home, "keys", "box"), COUNTY, hub.depot, str(counter),
                    str(kind), payload, object_type], check=True, capture_output=True)


def receipts(station):
    with sqlite3.connect(os.path.join(station.home, "content", "current")) as db:
        return {counter: (state, reason) for counter, state, reason in db.execute("SELECT counter, state, reason FROM receipt WHERE counter > 0")}


def approved(rig, hub, name="village"):
    station = enrolled(rig, hub, hub.depot, name)
    station.run("once")
    collect(hub)
    hub.run("stations", "approve", station.fingerprint)
    return station


def unreadable(rig):
    """What an approved station has signed and the office cannot file comes back with the reason, in bounds; what nobody signed does not."""
    hub = office(rig)
    station = approved(rig, hub)
    run = at(hub, rig.path("clock"), int(time.time()) // 86400 + 1)  # the whole case on one day

    def aside():
        return json.loads(run("collect", "--json", expect=5).stdout)["set_aside"]

    post(rig, station, "counters", {"day": "2026-11-22", "lines": "open.price=17\n"})
    with sqlite3.connect(os.path.join(station.home, "station", "station.db")) as db:
        number, payload = db.execute("SELECT id, payload FROM item WHERE kind = 10").fetchone()
        db.execute("UPDATE item SET payload = ? WHERE id = ?", (payload.replace(b"price=17", b"price.17"), number))
    station.run("once")
    assert aside() == 1
    run("publish")
    station.run("once")
    told = [item for item in items(station).values() if item["kind"] == "counters"][0]
    assert told["state"] == "returned" and "读不出来" in told["reason"], told
    upto = hub.run("stations", "list", "--json").stdout
    assert json.loads(upto)["stations"][0]["upto"] == 2, "the gap is closed: what follows needs no receipt of its own"

    lay(rig, hub, station, 50, 77)  # a kind of the future
    lay(rig, hub, station, 51, 2, object_type="a b")  # inside the signature, and no object can be so called
    assert aside() == 2
    lay(rig, hub, station, 50, 77)  # sealed anew: its number is used
    assert aside() == 1
    run("publish")
    station.run("once")
    said = receipts(station)
    assert {number: state for number, (state, _) in said.items() if number >= 50} == {50: 6, 51: 6}, said
    assert "不认识" in said[50][1] and "读不出来" in said[51][1], said

    for counter in range(100, 130):
        lay(rig, hub, station, counter, 77)
    assert aside() == 30
    run("publish")
    station.run("once")
    assert len([number for number in receipts(station) if number >= 50]) == 19, "20 a day, one of them for the counters"
    run("publish")

    other = approved(rig, hub, "other")
    hub.run("stations", "suspend", other.fingerprint)
    huge = os.path.join(hub.depot, "uploads", COUNTY, station.fingerprint.lower(), "200-" + hashlib.blake2b(b"\0" * (2 << 20), digest_size=32).hexdigest())
    with open(huge, "wb") as out:
        out.write(b"\0" * (2 << 20))
    lay(rig, hub, other, 60, 77)
    assert aside() == 2
    run("publish")
    other.run("once")
    assert not {60, 200} & set(receipts(other)), "nobody is known to have signed the one, and the other's word does not count"


def seen_to(rig):
    """Goods that nobody buys and a number that its owner releases become no row; that the county has seen to it is told all the same."""
    hub = office(rig)
    station = approved(rig, hub)
    post(rig, station, "unsold", {"quantity_g": 5000000, "village": VILLAGE, "text": "白菜没人收"})
    post(rig, station, "consent", {"is_release": 1, "listing": 990101000000001, "name": "王大山", "phone": "13800000000", "day": "2026-11-22"})
    station.run("once")
    assert collect(hub)["filed"] == 2
    hub.run("publish")
    station.run("once")
    assert states(station)[1:] == ["received"] * 2, states(station)
    for entry in queue(hub).values():
        hub.run("accept", "uploads", str(entry["id"]))
    hub.run("publish")
    station.run("once")
    assert states(station)[1:] == ["published"] * 2 and station.run("outbox").stdout.count("seen to by the county") == 2, states(station)
    assert b"13800000000" not in b"".join(open(os.path.join(place, name), "rb").read() for place, _, names in os.walk(hub.depot) for name in names)


def with_an_image(rig):
    """A station that has said three things since an image of its card was made; put_back() writes the image over the card."""
    hub = office(rig)
    station = approved(rig, hub)
    image = rig.path("image")
    shutil.copytree(station.home, image, symlinks=True)
    for text in ("早先的", "也是早先的", "还是早先的"):
        post(rig, station, "listing", dict(LISTING, text=text))
    station.run("once")
    assert collect(hub)["filed"] == 3

    def put_back():
        shutil.rmtree(station.home)
        shutil.copytree(image, station.home, symlinks=True)

    return hub, station, put_back


def number_twice(rig):
    """A card put back to an old image counts from there: what it says under a used number is returned, and the next goes through."""
    hub, station, put_back = with_an_image(rig)
    put_back()
    post(rig, station, "listing", dict(LISTING, text="后来的"))
    station.run("once")
    assert collect(hub, expect=5)["set_aside"] == 1
    assert queue(hub)["listing"]["said"]["text"] == "还是早先的"
    hub.run("publish")
    station.run("once")
    told = [item for item in items(station).values() if item["kind"] == "listing"][0]
    assert told["state"] == "returned" and "编号" in told["reason"], told
    post(rig, station, "listing", dict(LISTING, text="再发的"))
    station.run("once")
    assert collect(hub)["filed"] == 1


def number_twice_unheard(rig):
    """The county has acknowledged the numbers before the card is put back, and decides about the first message under one of them: the second is never
    said to have arrived, nor to be published."""
    hub, station, put_back = with_an_image(rig)
    hub.run("publish")
    put_back()
    post(rig, station, "listing", dict(LISTING, text="后来的"))
    away = hub.depot + ".away"
    os.rename(hub.depot, away)
    station.run("once", expect=3)
    os.rename(away, hub.depot)
    later = next(item for item in items(station).values() if item["kind"] == "listing")
    station.run("once")
    assert items(station)[later["id"]]["state"] != "received", "said to have arrived, and nobody has it"
    assert collect(hub, expect=5)["set_aside"] == 1
    # The county takes what it holds under that number.
    waiting = json.loads(hub.run("queue", "--json").stdout)["queue"]
    same = [entry["id"] for entry in waiting if entry["counter"] == later["counter"]]
    assert len(same) == 1, (waiting, later)
    hub.run("accept", "uploads", str(same[0]))
    hub.run("publish")
    station.run("once")
    told = items(station)[later["id"]]
    assert told["state"] == "returned" and "编号" in told["reason"], told


def taken_back_early(rig):
    """A number taken back stays so when its listing is accepted months later, though the words of both are forgotten by then."""
    hub = office(rig)
    clock = rig.path("clock")
    station = enrolled(rig, hub, hub.depot, "village")
    post(rig, station, "listing", dict(LISTING, contact_level=2))
    station.run("once")
    counter = [item["counter"] for item in items(station).values() if item["kind"] == "listing"][0]
    post(rig, station, "consent", {"is_release": 0, "of_counter": counter, "name": "李二妹", "phone": "13900000000"})
    station.run("once")
    first = int(time.time()) // 86400 + 1
    run = at(hub, clock, first)
    run("collect")
    run("stations", "approve", station.fingerprint)
    run("collect")
    ids = {kind: str(entry["id"]) for kind, entry in queue(hub).items()}
    run("accept", "uploads", ids["consent"])
    run = at(hub, clock, first + 40)
    assert "2 messages" in run("collect").stdout and in_hub(hub, "李二妹", "13900000000", "13800000000") == ["13800000000"]
    assert run("collect").stdout.count("\n") == 1, "nothing is forgotten twice"
    run("accept", "uploads", ids["listing"])
    run("publish")
    station.run("once")
    with sqlite3.connect(os.path.join(station.home, "content", "current")) as db:
        assert db.execute("SELECT phone, contact_level FROM listing").fetchall() == [("", 1)]


CASES = [unreadable, number_twice, number_twice_unheard, taken_back_early, seen_to, over_nginx, replays, by_stick, private, another_office, restored, checked, one_refused, new_key, refused_input, strangers, forgotten]


if __name__ == "__main__":
    run_cases(sys.argv[1], CASES, sys.argv[2:])
