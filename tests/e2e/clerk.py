#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clerk.py BUILD [CASE…]: the command lines of a clerk and of an operator, as somebody types them who knows names and no numbers."""
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rig import run_cases  # noqa: E402

COUNTY = "990101"
VILLAGE = "990101001001"
TABLES = {
    "regions": "code,name\n990101,示例县\n990101001001,柳河村\n",
    "markets": "市场编号,地区,市场名称,类型\nM1,990101,东关市场,批发\n",
    "products": "编号,类别,名称,单位,别名\nP1,菜,白菜,公斤,大白菜|结球白菜\nP2,菜,土豆,公斤,山货\nP3,肉蛋,鸡蛋,个,山货\n",
    "quotes": "日期,市场,产品,类型,平均价,单位\n2025-03-04,东关市场,白菜,收购,0.45,元/斤\n",
}


def write(rig, name, text):
    path = rig.path(name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def take(rig, hub, kind, text, *more, expect=0):
    return hub.run("import", kind, write(rig, kind + ".csv", text), *more, expect=expect)


def office(rig, *more):
    hub = rig.hub("county")
    hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局", *more)
    for kind, text in TABLES.items():
        take(rig, hub, kind, text)
    hub.run("publish")
    return hub


def village(rig, hub):
    ticket = rig.path("ticket")
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", "柳河村站", "--depot", "file://" + hub.depot)
    station = rig.station("village")
    station.fingerprint = station.run("enrol", ticket).stdout.split("Station key: ")[1][:8]
    station.run("once")
    hub.run("collect")
    hub.run("stations", "approve", station.fingerprint)
    return station


def content(station, sql):
    with sqlite3.connect(os.path.join(station.home, "content", "current")) as db:
        return db.execute(sql).fetchall()


def brought(hub, station):
    station.run("once")
    hub.run("collect")
    return {entry["kind"]: entry for entry in json.loads(hub.run("queue", "--json").stdout)["queue"]}


def said_by_name(rig):
    """The operator writes names and units, the clerk reads them, the station shows the price."""
    hub = office(rig)
    station = village(rig, hub)
    station.run("post", "quote", "product=结球白菜", "market=东关市场", "day=2025-03-05", "kind=收购", "low=0.45元/斤", "mid=0.5", "high=¥1.10／公斤",
                "unit=元/斤", "grade=1")
    station.run("post", "listing", "side=出售", "product=鸡蛋", "quantity=300个", "price=0.8元/个", "village=柳河村", "contact_level=公开", "text=土鸡蛋",
                "phone=13800000000")
    rig.run("sync", "--home", station.home, "post", "listing", "-",
            stdin=json.dumps({"side": "求购", "product": "土豆", "quantity": "1.5吨", "price": "0.8", "unit": "元/斤", "village": VILLAGE}))
    assert "  price  waiting to be sent  白菜\n" in station.run("outbox").stdout
    waiting = brought(hub, station)
    said = waiting["quote"]["said"]
    assert (said["low"], said["mid"], said["high"], said["grade"], said["kind"]) == (900, 1000, 1100, 2, 1), said
    wanted = waiting["listing"]["said"]
    assert (wanted["side"], wanted["quantity_g"], wanted["price"]) == (2, 1500000, 1600), wanted
    entry = waiting["quote"]
    assert (entry["village"], entry["village_name"], entry["station_name"], entry["doubts"]) == (VILLAGE, "柳河村", "柳河村站", ""), entry
    shown = hub.run("queue").stdout
    for words in ("price", "柳河村 · 柳河村站", " min ago", "白菜", "东关市场", "2025-03-05", "lowest 0.45 元/斤", "middle 0.50 元/斤", "highest 0.55 元/斤",
                  "grade-1", "purchase", "offer or request", "sale", "鸡蛋", "300 个", "0.80 元/个", "3000 斤", "telephone 13800000000",
                  f"next: accept uploads {entry['id']}, or return {entry['id']} --reason TEXT", "Messages that wait: 3."):
        assert words in shown, (words, shown)
    assert "990101000000001" not in shown, shown
    assert "柳河村" in hub.run("stations", "list").stdout
    hub.run("accept", "uploads", *[str(e["id"]) for e in json.loads(hub.run("queue", "--json").stdout)["queue"]])
    assert "Nothing waits." in hub.run("queue").stdout
    hub.run("publish")
    station.run("once")
    assert content(station, "SELECT mid FROM quote WHERE grade = 2") == [(1000,)]
    assert content(station, "SELECT quantity_g, price, phone FROM listing WHERE side = 1") == [(300, 800, "13800000000")]
    # A deal is counted as what it is about.
    eggs = content(station, "SELECT id FROM listing WHERE side = 1")[0][0]
    station.run("post", "match-outcome", f"listing_a={eggs}", "quantity=120个", "price=0.8元/个")
    brought(hub, station)
    shown = hub.run("queue").stdout
    assert "120 个" in shown and "0.80 元/个" in shown, shown


def refused_words(rig):
    hub = office(rig)
    station = village(rig, hub)
    good = ["product=白菜", "market=东关市场", "day=2025-03-05", "kind=收购", "mid=0.45元/斤"]

    def refused(kind, *fields):
        return station.run("post", kind, *fields, expect=1).stderr

    assert "Near it: 白菜" in refused("quote", "product=白采", *good[1:])
    told = refused("quote", "product=山货", *good[1:])
    assert "Several" in told and "土豆" in told and "鸡蛋" in told and "白菜" not in told, told
    assert "Near it: 东关市场" in refused("quote", good[0], "market=东关", *good[2:])
    assert "Near it: 柳河村" in refused("listing", "side=出售", "village=柳河")
    assert "Near it" not in refused("quote", "product=拖拉机", *good[1:])
    assert "0.45元/斤" in refused("quote", *good[:4], "mid=0.45")
    assert "元/筐" in refused("quote", *good[:4], "mid=3元/筐")
    assert "个" in refused("quote", "product=鸡蛋", *good[1:])
    assert "斤" in refused("quote", *good[:4], "mid=3元/个")
    assert "收购" in refused("quote", *good[:3], "kind=团购", good[4])
    assert "2026-11-22" in refused("quote", *good[:2], "day=昨天", *good[3:])
    assert "twice" in refused("quote", *good, "mid=0.5元/斤")
    assert "market" in refused("quote", "shop=东关市场")
    assert "2000斤" in refused("listing", "side=出售", "quantity=很多")
    assert "2000斤" in refused("listing", "side=出售", "product=土豆", "quantity=3斤", "unit=元/斤")
    assert "twice" in refused("listing", "side=出售", "product=土豆", "quantity=3斤", "quantity_g=1500")
    assert "yuan" in refused("quote", *good[:4], "mid=￥0.45/斤", "currency=TWD")
    rig.run("sync", "--home", station.home, "post", "quote", "-", stdin=json.dumps({"product": "白菜", "mid": 0.45}), expect=1)
    assert [item["kind"] for item in json.loads(station.run("outbox", "--json").stdout)["items"]] == ["admission"]
    assert "post quote product=白菜" in rig.run("sync", "--help").stdout
    # Before the first fetch nothing is known by name, and that is said.
    empty = rig.station("empty")
    assert "Fetch first" in empty.run("post", "quote", *good, expect=1).stderr


def doubtful(rig):
    """A village's price is measured as a file's is, and is not taken by the way."""
    hub = office(rig)
    station = village(rig, hub)
    station.run("post", "quote", "product=白菜", "market=东关市场", "day=2025-03-05", "kind=收购", "mid=0.95元/斤", "currency=CNY")
    station.run("post", "question", "question=白菜黄叶怎么办")
    waiting = brought(hub, station)
    number = str(waiting["quote"]["id"])
    assert waiting["quote"]["doubts"] == "step" and waiting["question"]["doubts"] == ""
    shown = hub.run("queue").stdout
    assert "doubtful: 0.95 against 0.45 on 2025-03-04 per 斤: a step of +111 %" in shown and f"accept uploads {number} --sure" in shown, shown
    assert f"answer {waiting['question']['id']} TEXT" in shown
    told = hub.run("accept", "uploads", number, expect=1).stderr
    assert "+111 %" in told and "--sure" in told, told
    assert "quote" in {e["kind"] for e in json.loads(hub.run("queue", "--json").stdout)["queue"]}, "it waits on"
    # The import says the same of the same price, by the same words.
    report = rig.path("report.csv")
    take(rig, hub, "quotes", TABLES["quotes"].replace("03-04", "03-05").replace("0.45", "0.95"), "--report", report, expect=5)
    with open(report, encoding="utf-8") as lines:
        assert "0.95 against 0.45 on 2025-03-04 per 斤: a step of +111 %" in lines.read()
    assert "held" in hub.run("accept", "quotes", "--all", "--sure", expect=2).stderr
    hub.run("drop", "quotes", "--all")
    hub.run("accept", "uploads", number, "--sure")
    assert "--sure" in hub.run("log").stdout
    hub.run("publish")
    station.run("once")
    assert content(station, "SELECT mid FROM quote WHERE mid > 1000") == [(1900,)]
    # What cannot be a price is not advised to be accepted.
    station.run("post", "quote", "product=白菜", "market=东关市场", "day=2099-03-05", "kind=收购", "mid=0.5元/斤")
    entry = brought(hub, station)["quote"]
    shown = hub.run("queue").stdout
    assert "ahead" in entry["refusal"] and "cannot be accepted: Its day lies ahead" in shown and f"accept uploads {entry['id']}" not in shown, shown
    hub.run("return", str(entry["id"]), "--reason", "日子不对")
    # Another price for a day that is there already would correct what was published.
    station.run("post", "quote", "product=白菜", "market=东关市场", "day=2025-03-04", "kind=收购", "mid=0.5元/斤")
    entry = brought(hub, station)["quote"]
    assert entry["doubts"] == "duplicate", entry
    assert "same day" in hub.run("accept", "uploads", str(entry["id"]), expect=1).stderr
    assert "--reason" in hub.run("accept", "--help").stdout and "--sure" in hub.run("accept", "uploads", "--help").stdout
    hub.run("accept", "uploads", "--all", expect=2)
    hub.run("accept", "uploads", "one", expect=1)


def lists_of_others(rig):
    """Headers as offices write them; what is not read is said."""
    hub = office(rig)
    text = "报价日期,市场名称,品种,产地,最低价格,批发价,最高价格,计量单位,规格\n2025-03-06,东关市场,土豆,本地,￥0.70,¥0.80,￥ 0.90,元/斤,大袋\n"
    told = take(rig, hub, "quotes", text).stdout
    assert "1 new" in told and "Columns not read: 产地, 规格." in told, told
    both = "日期,市场,产品,零售价,批发价,收购价,最低价,单位\n2025-03-07,东关市场,土豆,1.5,0.8,,0.7,元/斤\n2025-03-08,东关市场,土豆,,,,,元/斤\n"
    told = json.loads(take(rig, hub, "quotes", both, "--json", expect=5).stdout)
    assert (told["added"], told["passed"], told["not_taken"], told["not_read"], told["unread_columns"]) == (2, 1, 1, "最低价", 1), told
    hub.run("publish")
    station = village(rig, hub)
    product = content(station, "SELECT id FROM product WHERE name = '土豆'")[0][0]
    rows = content(station, f"SELECT kind, low, mid, high FROM quote WHERE product = {product} ORDER BY day, kind")
    assert rows == [(2, 1400, 1600, 1800), (2, 0, 1600, 0), (3, 0, 3000, 0)], rows
    # With a column of kinds a price says nothing of its own about the kind.
    told = take(rig, hub, "quotes", "日期,市场,产品,类型,均价,批发价,单位\n2025-03-09,东关市场,土豆,零售,1.5,0.8,元/斤\n").stdout
    assert "1 new" in told and "not read: 批发价" in told, told
    told = take(rig, hub, "quotes", "日期,市场,产品,类型,批发价,单位\n2025-03-09,东关市场,土豆,零售,1.5,元/斤\n", expect=1).stderr
    assert "missing: mid" in told, told
    # The unit in the header; two that differ are none.
    told = take(rig, hub, "quotes", "日期,市场,产品,最低价（元/公斤）,批发价(元/公斤),最高价(元/公斤)\n2025-03-11,东关市场,土豆,1.4,1.6,1.8\n").stdout
    assert "1 new" in told, told
    hub.run("publish")
    station.run("once")
    assert content(station, f"SELECT low, mid, high FROM quote WHERE product = {product} ORDER BY day DESC LIMIT 1") == [(1400, 1600, 1800)]
    told = take(rig, hub, "quotes", "日期,市场,产品,类型,均价(元/斤),最高价(元/公斤)\n2025-03-12,东关市场,土豆,零售,1.4,1.6\n", expect=1).stderr
    assert "missing: unit" in told, told
    # A unit beside the price's own: an empty one is filled, one that says otherwise is not believed.
    told = json.loads(take(rig, hub, "quotes", "日期,市场,产品,类型,均价(元/斤),单位\n2025-03-12,东关市场,土豆,零售,1.4,\n2025-03-13,东关市场,土豆,零售,1.4,斤\n"
                           "2025-03-14,东关市场,土豆,零售,1.4,公斤\n", "--json", expect=5).stdout)
    assert (told["added"], told["not_taken"]) == (2, 1), told
    report = rig.path("report.csv")
    take(rig, hub, "quotes", "日期,市场,产品,类型,均价,币种,单位\n2025-03-10,东关市场,土豆,零售,￥1.5,TWD,元/斤\n", "--report", report, expect=5)
    with open(report, encoding="utf-8") as lines:
        assert "currency" in lines.read()


def renamed(rig):
    """Tomorrow's file still has the old name; so has the operator's habit."""
    hub = office(rig)
    station = village(rig, hub)
    told = hub.run("correct", "products", "白菜", "--set", "name=黄芽白", "--reason", "本地叫法").stdout
    assert "old name" in told, told
    told = take(rig, hub, "quotes", TABLES["quotes"].replace("03-04", "03-05")).stdout
    assert "1 new" in told, told
    take(rig, hub, "products", TABLES["products"])
    hub.run("publish")
    station.run("once")
    assert content(station, "SELECT name, aliases FROM product WHERE source_code = 'P1'") == [("黄芽白", "大白菜\n结球白菜\n白菜")]
    assert content(station, "SELECT count(*), count(DISTINCT product) FROM quote") == [(2, 1)]
    station.run("post", "quote", "product=白菜", "market=M1", "day=2025-03-06", "kind=收购", "mid=0.45元/斤")
    assert "黄芽白" in station.run("outbox").stdout
    hub.run("correct", "products", "黄芽白", "--set", "name=白菜", "--reason", "改回来")
    # In two steps, and the first one about another field: the office's own list is still what was corrected.
    hub.run("correct", "products", "土豆", "--set", "aliases=洋芋", "--reason", "本地叫法")
    hub.run("publish")
    hub.run("correct", "products", "土豆", "--set", "name=马铃薯", "--reason", "学名")
    hub.run("publish")
    take(rig, hub, "products", TABLES["products"])
    hub.run("publish")
    station.run("once")
    assert content(station, "SELECT name, aliases FROM product WHERE source_code = 'P2'") == [("马铃薯", "洋芋\n土豆")]
    hub.run("correct", "products", "白菜", "--set", "name=黄芽菜", "--set", "aliases=" + "很长的别名" * 26 + "很长", "--reason", "x", expect=1)
    hub.run("correct", "markets", "东关市场", "--set", "name=东关大市场", "--reason", "换牌子")
    assert "1 new" in take(rig, hub, "quotes", TABLES["quotes"].replace("03-04", "03-07")).stdout


def reachable(rig):
    """A ticket for a folder of the office's own computer is a slip, unless it is written as one that is meant."""
    hub = office(rig)
    stick = rig.path("stick")
    os.mkdir(stick)

    def said(depot, *verb):
        return hub.run(*verb, "--village", VILLAGE, "--name", "柳河村站", "--depot", depot).stderr

    for verb in (("ticket", rig.path("t")), ("enrol-station", "--stick", stick), ("enrol-station", "--zip", rig.path("z"))):
        told = said(hub.depot, *verb)
        assert "cannot reach" in told and "file://" + hub.depot in told, told
        for meant in ("file://" + hub.depot, "http://127.0.0.1:9/", "https://depot.example/cz"):
            assert said(meant, *verb) == "", meant
    station = rig.station("village")
    said("file://" + hub.depot, "ticket", rig.path("t"))
    station.run("enrol", rig.path("t"))
    station.run("once")
    assert content(station, "SELECT count(*) FROM product") == [(3,)]


def placed(rig):
    """The county beside the station's name: as given, else as its region is called; init says what will be missing."""
    hub = rig.hub("county")
    assert "No --place" in hub.run("init", "--region", COUNTY, "--name", "示例县农业农村局").stdout
    hub.run("publish")
    station = village(rig, hub)
    assert content(station, "SELECT place FROM publisher") == [("",)]
    take(rig, hub, "regions", TABLES["regions"])
    hub.run("publish")
    station.run("once")
    assert content(station, "SELECT place FROM publisher") == [("示例县",)]
    take(rig, hub, "regions", TABLES["regions"])
    assert "Nothing new" in hub.run("publish").stdout
    named = rig.hub("named")
    assert "--place" not in named.run("init", "--region", COUNTY, "--name", "x", "--place", "示例县（虚构）").stdout
    take(rig, named, "regions", TABLES["regions"])
    with sqlite3.connect(os.path.join(named.home, "hub.db")) as db:
        assert db.execute("SELECT place FROM publisher").fetchall() == [("示例县（虚构）",)]


CASES = [said_by_name, refused_words, doubtful, lists_of_others, renamed, reachable, placed]


if __name__ == "__main__":
    run_cases(sys.argv[1], CASES, sys.argv[2:])
