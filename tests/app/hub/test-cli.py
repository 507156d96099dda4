#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-cli.py BUILD: cunzhan-hub as a clerk types it: verbs, sentences, exit statuses, two clerks."""
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import sys
import unittest
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import offices  # noqa: E402
from offices import BUSY, DONE, PARTLY, REFUSED, STORAGE, USAGE  # noqa: E402

offices.BUILD = sys.argv.pop(1)
QUOTES = """day,market,product,grade,kind,low,mid,high,unit
2026-11-20,东关市场,白菜,统货,批发,0.40,0.45,0.50,元/斤
2026-11-21,东关市场,白菜,统货,批发,0.41,0.46,0.51,元/斤
2026-11-22,东关市场,白菜,统货,批发,0.90,0.95,0.99,元/斤
"""


class Cli(offices.Offices):
    def rows(self, sql):
        with sqlite3.connect(os.path.join(self.hub.home, "replica", "current")) as db:
            return db.execute(sql).fetchall()

    def test_init_makes_private_files_and_only_once(self):
        self.init()
        for name in ("root", "content", "head", "delegate", "box"):
            mode = stat.S_IMODE(os.stat(os.path.join(self.hub.home, "keys", name)).st_mode)
            self.assertEqual(mode, 0o600, name)
        self.assertFalse(os.path.exists(self.hub.depot), "init publishes nothing")
        again = self.hub.run("init", "--region", "990101", "--name", "x", expect=REFUSED)
        self.assertIn("already", again.stderr)

    def test_usage(self):
        self.assertIn("verb", self.hub.run(expect=USAGE).stderr)
        self.assertIn("frob", self.hub.run("frob", expect=USAGE).stderr)
        self.hub.run("init", "--region", "990101", expect=USAGE)
        self.hub.run("init", "--region", "99", "--name", "x", expect=REFUSED)
        self.assertIn("no hub", self.hub.run("status", expect=REFUSED).stderr)
        self.init()
        self.assertIn("fishes", self.hub.run("accept", "fishes", "--all", expect=USAGE).stderr)
        self.hub.run("accept", "quotes", expect=USAGE)
        self.hub.run("accept", "quotes", "1", "--all", expect=USAGE)
        self.hub.run("accept", "quotes", "one", expect=USAGE)
        self.hub.run("accept", "quotes", "1", expect=REFUSED)
        self.hub.run("withdraw", "quotes", "x", expect=USAGE)
        self.hub.run("correct", "products", "1", "--set", "name=x", expect=USAGE)
        self.hub.run("correct", "products", "1", "--set", "name=x", "--reason", "y", expect=REFUSED)
        self.assertIn("fish", self.hub.run("correct", "products", "fish", "--set", "name=x", "--reason", "y", expect=REFUSED).stderr)
        self.hub.run("publish", "--next", "-3", expect=USAGE)

    def test_every_verb_explains_itself(self):
        text = self.rig.run("hub", "--help").stdout
        verbs = ["init", "import", "held", "accept", "drop", "correct", "withdraw", "publish", "beat", "ticket", "enrol-station", "keys", "request", "delegate", "adopt", "rotate", "revoke", "backup", "restore", "recover", "status", "log"]
        for verb in verbs:
            self.assertIn(f"\n  {verb} ", text)
            help_text = self.rig.run("hub", verb, "--help").stdout
            self.assertIn(verb, help_text)
            if "--json" in help_text:
                self.assertIn("JSON", help_text, verb)
        self.assertRegex(self.rig.run("hub", "--version").stdout, r"^cunzhan-hub \d+\.\d+\.\d+\n$")

    # --- offices above and below ---

    def test_four_tiers_and_a_station_that_follows_them_all(self):
        """Centre, province, city and county publish into one depot behind nginx; one ticket, one root, four channels."""
        depot, ticket = self.rig.path("depot"), self.rig.path("ticket")
        codes = {"centre": "000000", "province": "990000", "city": "990100", "county": "990101"}
        offices = {name: self.rig.hub(name) for name in codes}
        for name, code in codes.items():
            offices[name].run("init", "--region", code, "--name", name, "--depot", depot)
        self.place_below(offices["centre"], offices["province"], "--rows-per-day", "5000")
        self.place_below(offices["province"], offices["city"], "--rows-per-day", "9000")
        self.place_below(offices["city"], offices["county"])
        page = self.hub.run("keys").stdout
        self.assertIn("5000", page, "nobody gives more than he was given")
        self.assertNotIn("9000", page)
        for office in offices.values():
            office.run("publish")
        line = ",".join(reversed(codes.values()))
        self.hub.run("ticket", ticket, "--village", "990101001201", "--name", "柳河村站", "--depot", self.rig.nginx(depot), "--line", line)
        station = self.rig.station("station")
        station.run("enrol", ticket)
        station.run("once")
        following = {code: (station.channel(code)["seq"], station.channel(code)["rows"]["publisher"]) for code in codes.values()}
        self.assertEqual(following, {code: (1, 1) for code in codes.values()})
        for name in ("centre", "city"):
            offices[name].run("import", "regions", self.write("regions.csv", f"code,name,parent,level\n{codes[name]},{name},,县\n"), expect=None)
        told = [office.status()["waiting"].get("region", 0) for office in offices.values()]
        for office in offices.values():
            office.run("publish")
        station.run("once")
        moved = [station.channel(code)["seq"] for code in codes.values()]
        self.assertEqual(moved, [1 + (waiting > 0) for waiting in told])
        self.assertGreater(sum(told), 0)

    def test_renewed_delegation_reaches_stations_with_the_next_beat(self):
        city = self.two_offices()
        self.place_below(city, self.hub)
        self.hub.run("publish")
        before = self.chains()
        ticket, station = self.rig.path("ticket"), self.rig.station("station")
        self.hub.run("ticket", ticket, "--village", "990101001201", "--name", "柳河村站", "--depot", self.hub.depot)
        station.run("enrol", ticket)
        station.run("once")
        first = self.rig.path("first")
        shutil.copy(self.rig.path("answer"), first)
        request, answer = self.rig.path("request"), self.rig.path("answer")
        code = self.code_in(self.hub.run("request", request).stdout)
        city.run("delegate", request, "--confirm", code, "--out", answer, "--days", "400")
        self.hub.run("adopt", answer)
        self.hub.run("beat")
        self.assertEqual(len(self.chains() - before), 1, "the new chain is in the depot before the head names it")
        station.run("once")
        self.assertIn("older", self.hub.run("adopt", first, expect=REFUSED).stderr)
        self.hub.run("adopt", answer)

    def test_tables_that_were_not_given_are_not_published(self):
        city = self.two_offices()
        self.place_below(city, self.hub, "--tables", "publisher, region,product")
        self.assertIn("May publish only: region, publisher, product\n", self.hub.run("keys").stdout)
        self.hub.run("import", "products", self.write("products.csv", "product,class,name,unit\nP1,菜,白菜,公斤\n"))
        self.hub.run("publish")
        self.assertEqual(self.hub.status()["sequence"], 1)
        self.hub.run("import", "markets", self.write("markets.csv", "market,region,name,kind\nM1,990101,东关市场,批发\n"))
        told = self.hub.run("publish", expect=REFUSED).stderr
        self.assertIn("market", told)
        status = self.hub.status()
        self.assertEqual((status["sequence"], status["waiting"]["market"], status["interrupted"]), (1, 1, False))
        request = self.rig.path("request")
        code = self.code_in(self.hub.run("request", request).stdout)
        self.assertIn("--tables", city.run("delegate", request, "--confirm", code, "--out", self.rig.path("answer"), "--tables", "prices", expect=2).stderr)
        # More is given: what waited goes out.
        self.place_below(city, self.hub)
        self.assertNotIn("May publish only", self.hub.run("keys").stdout)
        self.hub.run("publish")
        self.assertEqual(self.hub.status()["sequence"], 2)

    def test_wrapped_keys_ask_and_answer_only_with_the_passphrase(self):
        secret = ("--passphrase-file", self.write("passphrase", "春眠不觉晓\n"))
        request, answer = self.rig.path("request"), self.rig.path("answer")
        self.init(*secret)
        city = self.rig.hub("city")
        city.run("init", "--region", "990100", "--name", "示例市", *secret)
        self.assertIn("passphrase", self.hub.run("request", request, expect=REFUSED).stderr)
        self.assertFalse(os.path.exists(request))
        code = self.code_in(self.hub.run("request", request, *secret).stdout)
        asked = ("delegate", request, "--confirm", code, "--out", answer)
        self.assertIn("passphrase", city.run(*asked, expect=REFUSED).stderr)
        self.assertFalse(os.path.exists(answer))
        root = self.code_in(city.run(*asked, *secret).stdout)
        self.assertIn("passphrase", self.hub.run("adopt", answer, "--confirm", root, expect=REFUSED).stderr)
        self.hub.run("adopt", answer, "--confirm", root, *secret)
        self.assertIn(root, self.hub.run("keys").stdout)

    def test_what_stations_would_refuse_for_its_size_is_not_published(self):
        city = self.two_offices()
        products = self.write("products.csv", "product,class,name,unit\nP1,菜,白菜,公斤\nP2,菜,萝卜,公斤\nP3,菜,菠菜,公斤\n")
        self.place_below(city, self.hub, "--rows-per-day", "2")
        self.hub.run("publish")
        self.hub.run("import", "products", products)
        self.assertIn("higher limit", self.hub.run("publish", expect=REFUSED).stderr)
        status = self.hub.status()
        self.assertEqual((status["sequence"], status["waiting"]["product"], status["interrupted"]), (1, 3, False))
        self.place_below(city, self.hub, "--rows-per-day", "3", "--bytes-per-day", "10")
        self.assertIn("10 bytes", self.hub.run("publish", expect=REFUSED).stderr)
        self.place_below(city, self.hub, "--rows-per-day", "3")
        self.hub.run("publish")
        self.assertEqual(self.hub.status()["sequence"], 2)
        # What was published today counts: two bundles are not two days.
        self.clerk_adds(self.hub, "P4")
        self.assertIn("higher limit", self.hub.run("publish", expect=REFUSED).stderr)
        self.assertEqual(self.hub.status()["sequence"], 2)

    def test_what_is_not_signed_or_adopted(self):
        city = self.two_offices()
        request, answer = self.rig.path("request"), self.rig.path("answer")
        code = self.code_in(self.hub.run("request", request).stdout)
        with open(request, "rb") as file:
            honest = file.read()
        self.assertIn("Nothing has been signed", city.run("delegate", request).stdout)
        wrong = ("3" if code[0] == "2" else "2") + code[1:]
        self.assertIn("Nothing has been signed", city.run("delegate", request, "--confirm", wrong, "--out", answer, expect=REFUSED).stderr)
        for byte in (0, 13, 70, 110, 150, 190, len(honest) - 1):
            with open(request, "wb") as file:
                file.write(honest[:byte] + bytes([honest[byte] ^ 1]) + honest[byte + 1:])
            city.run("delegate", request, "--confirm", code, "--out", answer, expect=REFUSED)
        with open(request, "wb") as file:
            file.write(honest)
        self.assertFalse(os.path.exists(answer))
        stranger = self.rig.hub("stranger")
        stranger.run("init", "--region", "980100", "--name", "别处")
        self.assertIn("990101", stranger.run("delegate", request, "--confirm", code, "--out", answer, expect=REFUSED).stderr)
        root = self.code_in(city.run("delegate", request, "--confirm", code, "--out", answer).stdout)
        page = self.hub.run("keys").stdout
        self.assertIn("Nothing has changed", self.hub.run("adopt", answer).stdout)
        self.hub.run("adopt", answer, "--confirm", code, expect=REFUSED)
        self.hub.run("adopt", request, "--confirm", root, expect=REFUSED)
        twin = self.rig.hub("twin")
        twin.run("init", "--region", "990101", "--name", "冒名")
        self.assertIn("other keys", twin.run("adopt", answer, "--confirm", root, expect=REFUSED).stderr)
        self.assertEqual(self.hub.run("keys").stdout, page)
        self.hub.run("publish")
        self.assertIn("its own root", self.hub.run("adopt", answer, "--confirm", root, expect=REFUSED).stderr)

    def test_a_stop_between_the_two_files_of_an_adoption(self):
        city = self.two_offices()
        public = os.path.join(self.hub.home, "public")
        shutil.copy(os.path.join(public, "chain"), self.rig.path("old-chain"))
        answer = self.place_below(city, self.hub)
        shutil.copy(self.rig.path("old-chain"), os.path.join(public, "chain"))
        self.hub.run("publish", expect=None)
        self.assertFalse(self.chains(), "nothing is signed under half an adoption")
        self.hub.run("adopt", answer)
        self.hub.run("publish")
        self.assertEqual(len(self.chains()), 1)

    def test_second_clerk_is_told_who_is_at_work(self):
        self.init()
        with open(os.path.join(self.hub.home, "lock"), "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate(0)
            lock.write("王芳\t4711\tdesk-2\t2026-11-23 08:12\n")
            lock.flush()
            for verb in (["publish"], ["beat"], ["accept", "quotes", "--all"], ["import", "quotes", "/dev/null"]):
                told = self.hub.run(*verb, expect=BUSY).stderr
                for word in ("王芳", "4711", "desk-2", "08:12"):
                    self.assertIn(word, told)
            self.assertEqual(self.hub.status()["channel"], "990101", "looking needs no lock")
        self.hub.run("publish")

    def test_day_of_a_clerk(self):
        self.fill()
        report = self.rig.path("report.csv")
        quotes = self.write("quotes.csv", QUOTES)
        self.hub.run("import", "quotes", quotes, "--report", report, expect=PARTLY)
        status = self.hub.status()
        self.assertEqual((status["rows"]["quote"], status["held"]["quote"], status["sequence"]), (2, 1, 0))
        held = json.loads(self.hub.run("held", "quotes", "--json").stdout)["held"]
        self.assertEqual((held[0]["line"], held[0]["table"], held[0]["row"]["mid"]), (4, "quote", 1900))
        self.assertIn("quotes.csv", held[0]["file"])
        told = self.hub.run("held", "quotes").stdout
        self.assertIn("2026-11-22, 东关市场, 白菜, wholesale, lowest 0.90 元/斤, middle 0.95 元/斤, highest 0.99 元/斤", told, "what a clerk knows the row by")
        self.assertIn("0.95 against 0.46 on 2026-11-21 per 斤", told)
        self.assertNotIn("?", told.splitlines()[1])
        self.hub.run("import", "quotes", quotes, "--report", report)
        self.assertEqual(self.hub.status()["held"]["quote"], 1, "the same file twice changes nothing")
        first = json.loads(self.hub.run("publish", "--json").stdout)
        self.assertEqual((first["from_sequence"], first["sequence"], first["tables"]["quote"]["new"]), (0, 1, 2))

        self.hub.run("accept", "quotes", str(held[0]["id"]))
        second = json.loads(self.hub.run("publish", "--json").stdout)
        self.assertEqual((second["sequence"], second["tables"]), (2, {"quote": dict(second["tables"]["quote"], new=1, changed=0, removed=0)}))
        nothing = self.hub.run("publish")
        self.assertIn("Nothing new", nothing.stdout)
        self.assertEqual(self.hub.status()["sequence"], 2)

        name = "2026-11-22,东关市场,白菜,统货,批发"
        # A price without a unit, or by the wrong one, would go out halved.
        self.assertIn("--unit", self.hub.run("correct", "quotes", name, "--mid", "0.48", "--reason", "y", expect=USAGE).stderr)
        self.assertIn("--mid", self.hub.run("correct", "quotes", name, "--set", "mid=0.48", "--reason", "y", expect=USAGE).stderr)
        self.hub.run("correct", "quotes", name, "--mid", "0.48", "--unit", "元/寸", "--reason", "y", expect=USAGE)
        self.assertIn("unit", self.hub.run("correct", "quotes", name, "--mid", "0.48", "--unit", "元/头", "--reason", "y", expect=REFUSED).stderr)
        self.assertIn("name", self.hub.run("correct", "products", "白菜", "--set", "name=", "--reason", "y", expect=REFUSED).stderr)
        self.assertEqual(self.rows("SELECT count(*) FROM quote_correction"), [(0,)])
        self.hub.run("--as", "王芳", "correct", "quotes", name, "--low", "0.45", "--mid", "0.48", "--high", "0.50", "--unit", "元/斤", "--reason", "看错行")
        self.hub.run("withdraw", "quotes", "2026-11-20,东关市场,白菜,统货,批发", "--reason", "重复")
        self.assertIn("quote              0 new, 1 changed, 1 removed\n", self.hub.run("publish", "--dry-run").stdout)
        self.assertEqual(self.hub.status()["sequence"], 2, "a dry run signs nothing")
        third = json.loads(self.hub.run("publish", "--json").stdout)
        self.assertEqual((third["tables"]["quote"]["changed"], third["tables"]["quote"]["removed"]), (1, 1))
        self.assertEqual(self.rows("SELECT old_mid, new_mid, who, reason FROM quote_correction WHERE new_mid <> 0"), [(1900, 960, "王芳", "看错行")])
        self.assertEqual(self.rows("SELECT old_mid, new_mid, reason FROM quote_correction WHERE new_mid = 0"), [(900, 0, "重复")])
        # The office's file once more: neither the corrected nor the withdrawn price comes back.
        self.hub.run("import", "quotes", quotes, "--report", report, expect=None)
        self.assertIn("Nothing new", self.hub.run("publish").stdout)
        self.assertEqual(self.rows("SELECT mid FROM quote ORDER BY day"), [(920,), (960,)])
        log = json.loads(self.hub.run("log", "--json").stdout)["log"]
        self.assertEqual([line["verb"] for line in log if line["verb"] not in ("import", "publish")], ["init", "accept", "correct", "withdraw"])
        correction = [line for line in log if line["verb"] == "correct"][0]
        self.assertEqual((correction["who"], correction["what"], correction["reason"]), ("王芳", name, "看错行"))
        self.assertEqual(self.hub.run("log", "--lines", "1").stdout.count("\n"), 1)

    def test_an_old_file_does_not_undo_a_correction(self):
        self.fill()
        self.hub.run("publish")
        self.hub.run("correct", "products", "白菜", "--set", "name=大白菜", "--reason", "本地叫法")
        self.hub.run("publish")
        self.hub.run("import", "products", self.rig.path("products.csv"))
        self.assertIn("Nothing new", self.hub.run("publish").stdout)
        self.assertIn(("大白菜",), self.rows("SELECT name FROM product"))

    def test_dropped_rows_are_not_asked_about_again(self):
        self.fill()
        quotes = self.write("quotes.csv", QUOTES)
        report = self.rig.path("report.csv")
        self.hub.run("import", "quotes", quotes, "--report", report, expect=PARTLY)
        self.hub.run("drop", "quotes", "--all", "--reason", "typing error")
        self.hub.run("import", "quotes", quotes, "--report", report, expect=None)
        self.assertEqual(self.hub.status()["held"], {})
        self.assertEqual(self.hub.status()["rows"]["quote"], 2)

    def test_passphrase(self):
        secret = self.write("secret", "three dry mountains\nsecond line\n")
        self.init("--passphrase-file", secret)
        self.assertIn("passphrase", self.hub.run("publish", expect=REFUSED).stderr)
        self.hub.run("publish", "--passphrase-file", self.write("wrong", "two\n"), expect=REFUSED)
        self.assertIn("passphrase", self.hub.run("publish", "--passphrase-file", self.write("empty", "\n"), expect=REFUSED).stderr)
        self.hub.run("publish", "--passphrase-file", secret)
        self.hub.run("beat")

    def test_depot_that_cannot_be_written(self):
        blocked = self.write("blocked", "")
        self.init("--depot", os.path.join(blocked, "depot"))
        self.assertIn("blocked", self.hub.run("publish", expect=STORAGE).stderr)
        self.assertEqual(self.hub.status()["sequence"], 0)
        os.unlink(blocked)
        self.assertIn("sequence 1", self.hub.run("publish").stdout)

    def test_recover(self):
        self.init()
        self.assertIn("head", self.hub.run("recover", expect=STORAGE).stderr, "nothing was published yet")
        self.hub.run("publish")
        shutil.rmtree(os.path.join(self.hub.home, "replica"))
        shutil.rmtree(os.path.join(self.hub.home, "publish"))
        self.assertIn("recover", self.hub.run("publish", expect=REFUSED).stderr)
        self.assertIn("sequence 1", self.hub.run("recover").stdout)
        self.assertIn("Nothing new", self.hub.run("publish").stdout)

    def test_keys_that_others_may_read_are_refused(self):
        self.init()
        os.chmod(os.path.join(self.hub.home, "keys", "content"), 0o644)
        self.assertIn("content", self.hub.run("publish", expect=REFUSED).stderr)

    def test_ticket(self):
        self.init()
        path = self.rig.path("ticket")
        self.hub.run("ticket", path, "--village", "990101001201", "--name", "柳河村站", "--depot", "http://127.0.0.1/", "--depot", self.hub.depot)
        with open(path, encoding="utf-8") as ticket:
            text = ticket.read()
        self.assertIn("柳河村站", text)
        self.hub.run("ticket", path, "--village", "990101001201", "--name", "x", expect=USAGE)
        self.hub.run("ticket", path, "--village", "9901", "--name", "x", "--depot", "http://y/", expect=USAGE)
        self.hub.run("ticket", path, "--village", "990201001201", "--name", "x", "--depot", "http://y/", expect=REFUSED)
        for wrong in ("ftp://depot.example/", "http:///", "http//depot.example/", "depot.example/cz", "https://clerk:secret@depot.example/",
                      "https://depot.example/cz?key=1", "https://…/", "", self.rig.path("nothing-there/depot")):
            refused = self.hub.run("ticket", self.rig.path("wrong"), "--village", "990101001201", "--name", "x", "--depot", wrong, expect=REFUSED)
            self.assertIn("http", refused.stderr)
            self.assertFalse(os.path.exists(self.rig.path("wrong")))
        self.hub.run("ticket", "/nowhere/ticket", "--village", "990101001201", "--name", "x", "--depot", "http://y/", expect=STORAGE)

    def enrol_station(self, *more, expect=DONE):
        return self.hub.run("enrol-station", "--village", "990101001201", "--name", "柳河村站", "--depot", "http://127.0.0.1:9/", *more, expect=expect)

    def first_boot(self, papers):
        set_up = self.rig.path("set-up")
        os.makedirs(set_up, exist_ok=True)
        for name in ("network", "screen"):
            self.write(os.path.join(set_up, name), "done\n")
        return self.rig.station("station-" + os.path.basename(papers)).run("--set-up", set_up, "first-boot", papers).stdout

    def test_papers_of_a_station_are_what_a_first_boot_takes(self):
        self.fill()
        self.hub.run("import", "quotes", self.write("quotes.csv", QUOTES), expect=PARTLY)
        self.hub.run("publish")
        stick, unpacked = self.rig.path("stick"), self.rig.path("unpacked")
        os.mkdir(stick)
        password = self.write("password", "12 34;56789\n")
        wanted = ["--content", "--wifi-name", "村;站", "--wifi-password-file", password, "--rotation", "90", "--language", "en"]
        self.assertIn("柳河村站", self.enrol_station(*wanted, "--stick", stick).stdout)
        zipped = self.rig.path("papers.zip")
        self.enrol_station(*wanted, "--zip", zipped)
        self.assertEqual(stat.S_IMODE(os.stat(zipped).st_mode), 0o600)
        with zipfile.ZipFile(zipped) as archive:
            self.assertEqual(archive.namelist()[-1], "cunzhan.conf")
            archive.extractall(unpacked)
        for folder in (stick, unpacked):
            with open(os.path.join(folder, "cunzhan.conf"), encoding="utf-8") as conf:
                self.assertIn("wifi-password=12 34;56789\n", conf.read())
            self.assertRegex(self.first_boot(folder), r"content  done     1\n")

    def test_papers_are_refused_with_a_reason(self):
        self.init()
        stick = self.rig.path("stick")
        self.enrol_station(expect=USAGE)
        self.enrol_station("--stick", stick, "--zip", stick + ".zip", expect=USAGE)
        self.enrol_station("--stick", stick, expect=STORAGE)
        os.mkdir(stick)
        self.assertIn("rotation=", self.enrol_station("--stick", stick, "--rotation", "45", expect=REFUSED).stderr)
        self.assertIn("ublish", self.enrol_station("--stick", stick, "--content", expect=REFUSED).stderr)
        self.assertNotIn("cunzhan.conf", os.listdir(stick))
        self.enrol_station("--zip", os.path.join(stick, "a.zip"), "--content", expect=REFUSED)
        self.assertNotIn("a.zip", " ".join(os.listdir(stick)))
        self.hub.run("enrol-station", "--village", "990201001201", "--name", "x", "--depot", "http://y/", "--stick", stick, expect=REFUSED)

    def test_plain_c_locale(self):
        environment = dict(os.environ)
        os.environ["LC_ALL"] = "C"
        try:
            self.init()
        finally:
            os.environ.clear()
            os.environ.update(environment)
        self.assertEqual(self.hub.status()["name"], "示例县农业农村局")


if __name__ == "__main__":
    unittest.main()
