#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_image.py SOURCE BUILD IMAGE KEYS: the image as a technician flashes it, started in QEMU's virt under UEFI: the home screen, a tap, the voice,
news from a depot on this machine and from a stick, an empty card flashed and set up, updates good and bad, and the plug pulled at random moments. KEYS: folder
of board/update-keys whose certificate is in the image. CZ_PICTURES: a folder for what the screen showed; CZ_TEST_SEED repeats one; CZ_CUTS: how many moments,
50 if not said; CZ_STARTS: how many of them are started, 2 if not said; CZ_GUEST_CPUS: 2 if not said; 1 starts sooner where this machine has no two cores to spare.
CUNZHAN_CACHE: the cache that IMAGE was built from, else the one beside it.

Prints what it measured. Slow: minutes for each start."""
import contextlib
import glob
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE, BUILD, IMAGE, KEYS = (sys.argv.pop(1) for _ in range(4))
for folder in ("tests/support", "tests/e2e", "tests/ui", "tests/board", "tests/board/image"):
    sys.path.insert(0, os.path.join(SOURCE, folder))
import county  # noqa: E402
from cuts import Broken, Looker, hash_of, lost  # noqa: E402
from hand import Hand  # noqa: E402
from loops import loop, need, run  # noqa: E402
from machine import HEIGHT, WIDTH, Machine  # noqa: E402
from pieces import kind_of  # noqa: E402
from plan import Plan, box_of, share_that_differs  # noqa: E402
from rig import Rig  # noqa: E402
from systems import Systems, partition_bytes, read_in_slot  # noqa: E402
from writes import Writes  # noqa: E402

need("qemu-system-aarch64", "nginx", "sqlite3", "debugfs", "rauc", "casync", "mcopy", "Xvfb", "xdotool", "import")
SEED = int(os.environ.get("CZ_TEST_SEED", random.randrange(1 << 32)))
CUTS, STARTS = int(os.environ.get("CZ_CUTS", "50")), int(os.environ.get("CZ_STARTS", "2"))
CARD_BYTES = 3 << 29
START_LIMIT_S, NEWS_LIMIT_S, INSTALL_LIMIT_S, STICK_LIMIT_S, VOICE_LIMIT_S = 900, 120, 1500, 300, 40
MIB = 1 << 20
NEVER = r"(?!)"
GOOD = r"cunzhan: slot (\w) good, build (\d+), up ([\d.]+) s, memory (\d+) of (\d+) MB, stores (\w+), failed units: ([^\r\n]*)\r?\n"
TECHNICIAN, OPERATOR = "482915", "206931"
STEPS = 6
FIRST_TILE, HOME = (WIDTH * 230 // 1280, HEIGHT * 360 // 800), (WIDTH * 130 // 1280, HEIGHT * 725 // 800)
HOST_AS_SEEN_FROM_THE_GUEST = "10.0.2.2"


def is_bright(picture):
    """A page of ours has a light ground; firmware, console and the compositor alone are black."""
    grey = picture.convert("L").resize((64, 38))
    return sum(grey.getdata()) / (64 * 38) > 90


def lines_of_text(picture):
    """How many stretches of rows have something light, with dark rows between."""
    grey = picture.convert("L")
    rows = [max(grey.crop((0, y, WIDTH, y + 1)).getdata()) > 120 for y in range(HEIGHT)]
    return sum(1 for before, now in zip([False] + rows, rows) if now and not before)


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"# seed {SEED}; load of this machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
        cls.random = random.Random(SEED)
        cls.rig = Rig(BUILD).__enter__()
        cls.county = county.County(cls.rig.path("typed"), SEED)
        cls.hub = cls.rig.hub("hub")
        cls.hub.run("init", "--region", county.CODE, "--name", "试验县农业农村局", "--place", county.PLACE)
        for kind, path in cls.county.places():
            cls.hub.run("import", kind, path)
        cls.hub.run("import", "policies", cls.county.policy())
        cls.hub.run("import", "quotes", cls.county.write("first.csv", f"day,market,product,grade,kind,low,mid,high,unit,sources\n{cls.county.today},2,1,,批发,,0.90,,元/斤,3\n"))
        cls.hub.run("publish")
        cls.depot = cls.rig.path("web")
        cls.mirror()
        cls.web_log = cls.rig.path("web.log")
        url = cls.rig.nginx(cls.depot, cls.web_log)
        cls.url = url.replace("127.0.0.1", HOST_AS_SEEN_FROM_THE_GUEST)
        ticket = cls.rig.path("ticket")
        cls.hub.run("ticket", ticket, "--village", county.VILLAGE, "--name", "柳树村", "--depot", cls.url)
        cls.station = cls.rig.station("station")
        cls.station.run("enrol", ticket)
        cls.station.run("once", "--from", url)
        # Newer than what the card has.
        cls.hub.run("import", "quotes", cls.county.quotes())
        cls.hub.run("publish")
        cls.mirror()
        cls.systems = Systems(SOURCE, IMAGE, KEYS, cls.rig.path("systems"), os.environ.get("CUNZHAN_CACHE") or os.path.join(os.path.dirname(os.path.abspath(IMAGE)), "cache"))
        cls.disk = cls.rig.path("card.img")
        shutil.copyfile(IMAGE, cls.disk)
        os.truncate(cls.disk, CARD_BYTES)
        cls.move_in()

    @classmethod
    def tearDownClass(cls):
        cls.rig.__exit__(None, None, None)

    @classmethod
    def mirror(cls):
        """What the office published so far, where the station's network leads."""
        shutil.copytree(cls.hub.depot, cls.depot, dirs_exist_ok=True)

    @classmethod
    def user_ids(cls):
        """The slot's own numbers: name → (user, group)."""
        text = read_in_slot(cls.disk, "/etc/passwd")
        return {fields[0]: (int(fields[2]), int(fields[3])) for fields in (line.split(":") for line in text.splitlines())}

    @classmethod
    def with_data(cls, use, disk=None):
        """use(folder) with the data partition mounted; what it returns. disk: another card than the one that was moved into."""
        disk = disk or cls.disk
        start, size = partition_bytes(disk, 4)
        folder = tempfile.mkdtemp(dir=cls.rig.dir)
        subprocess.run(["mount", "-o", f"loop,offset={start},sizelimit={size}", disk, folder], check=True)
        try:
            return use(folder)
        finally:
            subprocess.run(["umount", folder], check=True)
            os.rmdir(folder)

    @classmethod
    def move_in(cls):
        """The card belongs to a station that was enrolled and has its first news."""
        users = cls.user_ids()
        kiosk, agent = users["cunzhan"], users["cunzhan-sync"]

        def use(data):
            home = os.path.join(data, "cunzhan")
            # With its links: a copy of the store in force has no log beside it, and the kiosk, which may not write there, could not open it.
            shutil.copytree(cls.station.home, home, symlinks=True, dirs_exist_ok=True)
            for name in os.listdir(home):
                user, group, mode = {"station": (*kiosk, 0o2770), "agent": (*agent, 0o700), "part": (*agent, 0o700), "kept": (*agent, 0o700)}.get(name, (agent[0], kiosk[1], 0o2750))
                for place, folders, files in os.walk(os.path.join(home, name)):
                    for entry in (place, *(os.path.join(place, one) for one in folders + files)):
                        os.chown(entry, user, group)
                        os.chmod(entry, mode if os.path.isdir(entry) else 0o660 if name == "station" else 0o600 if mode == 0o700 else 0o640)

        cls.with_data(use)

    def start(self):
        return Machine(self.disk, self.rig.dir)

    def good(self, machine, *failed):
        found = machine.wait_for(GOOD, START_LIMIT_S)
        self.assertTrue(found, f"no good start within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
        print(f"# slot {found[1]} good after {machine.seconds():.0f} s, {machine.work_seconds():.0f} s of processor (guest's own clock {found[3]} s), memory {found[4]} of {found[5]} MB, "
              f"load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self.assertIn(found[7], failed or ("none",), "units that failed")
        self.assertEqual("good", found[6], "the stores can be used")
        machine.log = machine.log[found.end():]
        return found

    def copy_of(self, store):
        """With its log: whoever is the last to close a store on the card takes that away, and the kiosk, which may not write there, cannot open it
        at the next start."""
        path, folder = os.path.realpath(store), tempfile.mkdtemp(dir=self.rig.dir)
        for file in glob.glob(f"{glob.escape(path)}*"):
            shutil.copy(file, folder)
        return os.path.join(folder, os.path.basename(path))

    def check_stores(self):
        """The file system and every database on it are whole."""

        def use(data):
            stores = [os.path.join(place, name) for place, _, names in os.walk(os.path.join(data, "cunzhan")) for name in names if name.endswith(".db")]
            self.assertLess({"station.db", "trust.db"}, {os.path.basename(path) for path in stores})
            for path in stores:
                answer = subprocess.run(["sqlite3", self.copy_of(path), "pragma integrity_check"], capture_output=True, text=True, check=False)
                self.assertEqual("ok", answer.stdout.strip(), f"{path}: {answer.stderr}")

        # Not by e2fsck's own offset: after the journal is replayed it looks for the file system at the beginning of the file.
        start, size = partition_bytes(self.disk, 4)
        device = subprocess.run(["losetup", "--find", "--show", "--offset", str(start), "--sizelimit", str(size), self.disk], check=True,
                                capture_output=True, text=True).stdout.strip()
        try:
            done = subprocess.run(["e2fsck", "-fy", device], capture_output=True, text=True, check=False)
        finally:
            subprocess.run(["losetup", "-d", device], check=True)
        # 1: something was put right, as after any cut.
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        self.with_data(use, self.disk)

    def newest_prices(self, data):
        """How many products of markets have a price in the store that is in force; never none, so that a loss shows."""
        current = os.path.join(data, "cunzhan/content/current")
        prices = int(subprocess.run(["sqlite3", self.copy_of(current), "select count(*) from quote_latest"], check=True, capture_output=True, text=True).stdout)
        self.assertGreater(prices, 0)
        return prices

    def test_1_home_a_tap_the_voice_and_news(self):
        plan = Plan(self.rig, self.station, "--lang", "zh_CN")
        own_home = plan.picture()
        plan.close()
        machine = self.start()
        self.addCleanup(machine.cut)
        home, seconds = machine.wait_for_screen(is_bright, START_LIMIT_S)
        self.assertIsNotNone(seconds, f"no home screen within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
        print(f"# first page after {seconds:.0f} s, {machine.work_seconds():.0f} s of processor, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self.assertLess(share_that_differs(home, own_home), 0.02, "this station's home, with what it received")
        self.assertEqual("A", self.good(machine)[1])
        self.assertLess(machine.loud_seconds(), 0.1, "a station is silent until somebody touches it")
        home = machine.screen()
        machine.touch(*FIRST_TILE)
        # A tile that is pressed is a fifth of the screen.
        page, _ = machine.wait_for_screen(lambda now: share_that_differs(now, home) > 0.3, 90)
        self.assertGreater(share_that_differs(page, home), 0.3, "a tap on a tile opens its page")
        machine.wait_for(NEVER, VOICE_LIMIT_S)
        loud = machine.loud_seconds()
        print(f"# the voice was to be heard for {loud:.1f} s", file=sys.stderr)
        self.assertGreater(loud, 1, "the page says what it is")
        machine.touch(*HOME)
        again, _ = machine.wait_for_screen(lambda now: share_that_differs(now, home) < 0.05, 90)
        self.assertLess(share_that_differs(again, home), 0.05, "the house in the corner leads back")
        machine.wait_for(NEVER, NEWS_LIMIT_S)
        self.hub.run("import", "quotes", self.county.write("more.csv", f"day,market,product,grade,kind,low,mid,high,unit,sources\n{self.county.today},2,2,,批发,,0.80,,元/斤,3\n"))
        self.hub.run("publish")
        # Not mirrored: only the stick has it.
        machine.plug(self.systems.stick("news", self.hub.depot))
        taken = machine.wait_for(r"\buu (\d+) (\d+)", STICK_LIMIT_S)
        self.assertTrue(taken, f"the stick is read; the serial port said:\n{machine.log[-3000:]}")
        self.assertEqual("0", taken[2], "nothing on it is refused")
        machine.unplug()
        machine.cut()
        self.check_stores()
        self.assertEqual(4, self.with_data(self.newest_prices), "two prices from the depot beside the one that the card had, one more from the stick")

    # --- an empty card, and the plug ---

    def flash(self, papers):
        """A card with the image and the station's papers on BOOT, as a technician writes it."""
        card = self.rig.path("fresh.img")
        with open(card, "wb") as file:
            file.truncate(CARD_BYTES)
        image = IMAGE + ".zst" if os.path.exists(IMAGE + ".zst") else IMAGE
        with loop(card) as device:
            done = run(os.path.join(SOURCE, "board/flash"), image, device, "--loop", "--yes", "--provision", papers)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return card

    def plan_of_first_boot(self, papers):
        """The same on this machine: what the ticks look like, where the keys are, and how the technician comes to the other system."""
        set_up, board = self.rig.path("plan-set-up"), self.rig.path("plan-board")
        os.mkdir(set_up)
        os.makedirs(os.path.join(board, "ask"))
        for name, word in (("network", "absent"), ("screen", "done")):
            with open(os.path.join(set_up, name), "w", encoding="utf-8") as file:
                file.write(word + "\n")
        station = self.rig.station("plan")
        plan = Plan(self.rig, station, "--lang", "zh_CN", "--board", board)
        station.run("--set-up", set_up, "first-boot", papers)
        plan.screen.window.wait(lambda e: e["event"] == "setup" and "技术员" in e["stage"], "the question for the technician's PIN")
        time.sleep(3) # it looks once a second
        done = plan.picture()
        icons = [widget for widget in plan.screen.layout() if widget["type"] == "CzIcon"][:STEPS]
        ticks = [(box_of(icon), done.crop(box_of(icon))) for icon in icons]
        places = {"next": plan.key("setup-next")}
        for pin in (TECHNICIAN, OPERATOR):
            plan.screen.go("setup-next", "pin")
            places.update(plan.keys("pin-"))
            places["dots"] = box_of(next(widget for widget in plan.screen.layout() if "○" in widget.get("text", "")))
            plan.enter(pin)
            plan.screen.wait_event("pin", question="再按一遍一样的")
            plan.enter(pin)
            plan.screen.wait_event("page", page="setup")
        plan.screen.window.wait(lambda e: e["event"] == "page" and e["page"] == "home", "home by itself", 60)
        way = plan.way_to_the_systems(TECHNICIAN)
        plan.close()
        return ticks, places, way

    @staticmethod
    def ticked(picture, ticks):
        return sum(1 for box, tick in ticks if share_that_differs(picture.crop(box), tick) < 0.02)

    def first_boot(self, machine, ticks, places):
        """Six ticks on the screen, both PINs by touch, home by itself."""
        seen = []

        def all_done(picture):
            seen.append(self.ticked(picture, ticks))
            return seen[-1] == STEPS

        _, seconds = machine.wait_for_screen(all_done, START_LIMIT_S)
        print(f"# ticks seen: {sorted(set(seen))}; all after {seconds or 0:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self.assertIsNotNone(seconds, f"{max(seen)} ticks; the serial port said:\n{machine.log[-3000:]}")
        self.good(machine)
        hand = Hand(machine)
        for pin in (TECHNICIAN, OPERATOR):
            hand.tap(places["next"], 0.05)
            hand.enter(places, pin)
            machine.wait_for(NEVER, 2)
            hand.enter(places, pin)
            machine.wait_for(NEVER, 5)
        set_up = machine.screen()
        _, seconds = machine.wait_for_screen(lambda picture: is_bright(picture) and share_that_differs(picture, set_up) > 0.3, 120)
        self.assertIsNotNone(seconds, "home by itself")

    def back_by_touch(self, machine, places, way):
        """The technician's page, its part with the systems, the key for the other one twice."""
        hand = Hand(machine)
        hand.five_taps()
        machine.wait_for(NEVER, 5)
        hand.enter(places, TECHNICIAN)
        machine.wait_for(NEVER, 20)
        for _ in range(way.pages):
            if place := way.find(machine.screen()):
                break
            hand.tap(way.next_page, 0.01)
            machine.wait_for(NEVER, 2)
        self.assertIsNotNone(place, "the part with the systems")
        for one in (place, way.systems, way.back, way.back):
            hand.tap(one, 0.002)
            machine.wait_for(NEVER, 2)

    def test_2_an_empty_card_and_the_plug_pulled_at_any_moment(self):
        papers, base = self.rig.path("papers"), self.systems.build
        os.mkdir(papers)
        self.hub.run("enrol-station", "--village", county.VILLAGE, "--name", "柳树村", "--depot", self.url, "--screen", f"{WIDTH}x{HEIGHT}", "--content", "--stick", papers)
        altered = self.systems.altered(base + 2, {})
        hashes = {"B": {hash_of(altered, *partition_bytes(altered, 2))}}
        newer = self.systems.bundle(altered)
        self.disk = self.flash(papers)
        fresh, log = self.rig.path("before.img"), self.rig.path("writes.log")
        subprocess.run(["cp", "--sparse=always", self.disk, fresh], check=True)
        # Not the image's: what the map leaves out is not written.
        hashes["A"] = {hash_of(fresh, *partition_bytes(fresh, 2))}
        self.hub.run("import", "quotes", self.county.write("later.csv", f"day,market,product,grade,kind,low,mid,high,unit,sources\n{self.county.today},2,2,,批发,,0.80,,元/斤,3\n"))
        self.hub.run("publish")
        self.mirror()
        ticks, places, way = self.plan_of_first_boot(papers)
        machine = Machine(self.disk, self.rig.dir, log=log)
        self.addCleanup(machine.cut)
        phases = []

        def ends(name):
            phases.append((name, os.path.getsize(log)))

        self.first_boot(machine, ticks, places)
        ends("first boot")
        machine.wait_for(NEVER, NEWS_LIMIT_S / 2)
        ends("news")
        self.from_stick(machine, "newer", newer, "ready")
        ends("update")
        machine.log = ""
        machine.start_anew()
        self.stays(machine, "B", base + 2)
        machine.wait_for(NEVER, 10)
        ends("new system")
        machine.log = ""
        self.back_by_touch(machine, places, way)
        self.stays(machine, "A", base)
        machine.wait_for(NEVER, 10)
        machine.cut()
        ends("back by touch")
        self.check_stores()
        self.pull(fresh, Writes(log), phases, Looker(self.rig.dir, hashes))

    def pull(self, fresh, writes, phases, looker):
        """CUTS moments of that run spread over its phases, and every moment before and after a write to BOOT; at half of the first the card has
        forgotten some of what it was not yet told to keep."""
        spans, moments, begin = [], {}, 0
        for name, size in phases:
            end = writes.moment(size)
            if end > begin:
                spans.append((name, begin, end))
            begin = end
        for number, (name, begin, end) in enumerate(spans):
            share = CUTS // len(spans) + (number < CUTS % len(spans))
            for count, moment in enumerate(self.random.sample(range(begin + 1, end + 1), min(share, end - begin))):
                moments[moment, count % 2 == 1] = name
            print(f"# {name}: {end - begin} writes, {share} cuts", file=sys.stderr)
        at_random = sorted(moments)
        for moment in writes.touching(*partition_bytes(fresh, 1)):
            moments.setdefault((moment, False), "a write to BOOT")
        started = set(self.random.sample(at_random, min(STARTS, len(at_random))))
        told, before, played, forgotten = [], [], 0, random.Random(SEED)
        with open(fresh, "r+b") as card:
            for moment, forgets in sorted(moments):
                kept = writes.last_flush(moment) if forgets else moment
                writes.play(card, played, max(kept, played))
                played = max(kept, played)
                if forgets:
                    writes.play(card, played, moment, lambda: forgotten.random() < 0.5)
                card.flush()
                try:
                    slot, stores = looker.look(fresh)
                    # Nothing that a card had been told to keep is gone.
                    gone = [word for was_played, was in before if was_played <= kept for word in lost(was, stores)]
                    if gone:
                        raise Broken(str(gone))
                    if not forgets:
                        before.append((moment, stores))
                    if (moment, forgets) in started:
                        self.starts_from(fresh, moment, slot)
                except Broken as broken:
                    told.append(f"{moments[moment, forgets]}, write {moment} of {writes.count}{', some forgotten' if forgets else ''}: {broken}")
        print(f"# {len(at_random)} cuts at random moments and {len(moments) - len(at_random)} around writes to BOOT, {len(started)} of them started, {len(told)} not survived", file=sys.stderr)
        self.assertEqual([], told)

    def starts_from(self, card, moment, slot):
        """The card as it was then, in a machine: it comes up by itself and is whole."""
        self.disk = self.rig.path("cut.img")
        subprocess.run(["cp", "--sparse=always", card, self.disk], check=True)
        machine = self.start()
        try:
            found = self.good(machine)
            self.assertEqual(slot, found[1])
        finally:
            machine.cut()
        self.check_stores()
        os.unlink(self.disk)
        print(f"# started from write {moment}: slot {slot}", file=sys.stderr)

    # --- updates ---

    def from_stick(self, machine, name, folder, word):
        """Plugs a stick with a system in; word: what the board must come to."""
        machine.log = ""
        machine.plug(self.systems.stick(name, folder))
        found = machine.wait_for(r"cunzhan: update: (?!looking|installing)([\w-]+): ([^\r\n]*)\r?\n", INSTALL_LIMIT_S)
        self.assertTrue(found, f"{name}: nothing became of it; the serial port said:\n{machine.log[-3000:]}")
        print(f"# {name}: {found[1]}: {found[2]}", file=sys.stderr)
        self.assertEqual(word, found[1], f"{name}: {found[2]}")
        machine.wait_for(NEVER, 20)
        machine.unplug()

    def starts_into(self, slot, build):
        machine = self.start()
        self.addCleanup(machine.cut)
        self.stays(machine, slot, build)
        return machine

    def stays(self, machine, slot, build):
        found = self.good(machine)
        self.assertEqual((slot, str(build)), (found[1], found[2]))

    @contextlib.contextmanager
    def noise(self, number):
        """A slot that the card lost: its first 8 MiB."""
        start, _ = partition_bytes(self.disk, number)
        with open(self.disk, "r+b") as card:
            card.seek(start)
            whole = card.read(8 * MIB)
            card.seek(start)
            card.write(self.random.randbytes(8 * MIB))
        yield
        with open(self.disk, "r+b") as card:
            card.seek(start)
            card.write(whole)

    def fetched_systems(self):
        """What the web server gave out of systems: {path below the depot: bytes}."""
        with open(self.web_log, encoding="utf-8") as log:
            asked = [line.split('"') for line in log if "/system/" in line]
        return {fields[1].split()[1].lstrip("/"): int(fields[2].split()[1]) for fields in asked if fields[2].split()[0] in ("200", "206")}

    def kinds(self, pieces):
        """How each of these pieces of the depot is packed."""
        kinds = []
        for piece in pieces:
            with open(os.path.join(self.depot, piece), "rb") as file:
                kinds.append(kind_of(file.read(6)))
        self.assertNotIn(None, kinds)
        return kinds

    def test_3_updates_good_and_bad(self):
        systems, base = self.systems, self.systems.build
        soon = "[Timer]\nOnCalendar=\nOnBootSec=10s\nRandomizedDelaySec=0\n"
        by_day = "[Service]\nExecCondition=\n"
        newer = systems.bundle(systems.altered(base + 2, {"/etc/systemd/system/cunzhan-update.timer.d/soon.conf": soon,
                                                          "/etc/systemd/system/cunzhan-update.service.d/by-day.conf": by_day}))
        older = systems.bundle(systems.altered(base - 1, {}))
        sick = systems.bundle(systems.altered(base + 4, {}, {"/usr/bin/cunzhan": "/bin/false"}))
        print(f"# a whole update has {os.path.getsize(systems.file_in(newer)) / 1e6:.1f} MB", file=sys.stderr)

        machine = self.starts_into("A", base)
        self.from_stick(machine, "stranger", systems.signed_by_a_stranger(newer), "refused")
        self.from_stick(machine, "half", systems.half(newer), "refused")
        self.from_stick(machine, "older", older, "older")
        self.from_stick(machine, "newer", newer, "ready")
        machine.cut()
        with self.noise(3):
            self.starts_into("A", base).cut()
        self.check_stores()

        # What the depot has is small, comes at night and starts by itself; night is ten seconds after the start in this system. The depot had this card's first
        # system before; what is new in it is packed tighter.
        systems.bundle(systems.copy(), small=True, depot=self.depot)
        later = systems.later(base + 3)
        wanted = hash_of(later, *partition_bytes(later, 2))
        systems.bundle(later, small=True, depot=self.depot)
        machine = self.starts_into("B", base + 2)
        found = machine.wait_for(r"cunzhan: update: (?!looking|installing)([\w-]+): ([^\r\n]*)\r?\n", INSTALL_LIMIT_S)
        self.assertTrue(found, machine.log[-3000:])
        self.assertEqual("ready", found[1], found[2])
        fetched = self.fetched_systems()
        pieces = [path for path in fetched if path.endswith(".cacnk")]
        kinds = self.kinds(pieces)
        print(f"# our programs from the depot: {sum(fetched.values())} bytes in {len(fetched)} requests, the list {fetched['system/arm64.raucb']}; pieces: "
              f"{kinds.count('xz')} by xz, {kinds.count('zstd')} by zstd; load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self.assertLess(sum(fetched.values()), MIB, "a change of our programs costs little")
        self.assertEqual({"xz", "zstd"}, set(kinds), "a station takes pieces of either kind")
        machine.log = ""
        self.stays(machine, "A", base + 3)
        self.assertEqual(wanted, hash_of(self.disk, *partition_bytes(self.disk, 2)), "to the byte what was published")

        # A program that does not come up: once, then the one before by itself, and never again.
        self.from_stick(machine, "sick", sick, "ready")
        machine.cut()
        machine = self.start()
        self.addCleanup(machine.cut)
        self.assertTrue(machine.wait_for(r"cunzhan: slot B given up", START_LIMIT_S), machine.log[-3000:])
        machine.log = ""
        self.stays(machine, "A", base + 3)
        self.from_stick(machine, "sick again", sick, "tried")
        machine.cut()
        self.check_stores()

    # --- nothing left to start ---

    def boot_file(self, name, change=None, card=None):
        """grub/NAME on BOOT as a local file; changed and put back if change is given. card: another than self.disk."""
        card = card or self.disk
        start, _ = partition_bytes(card, 1)
        local = self.rig.path(name)
        where = ["-i", f"{card}@@{start}"]
        subprocess.run(["mcopy", "-o", *where, f"::/grub/{name}", local], check=True)
        if change:
            change(local)
            subprocess.run(["mcopy", "-o", *where, local, f"::/grub/{name}"], check=True)
        return local

    def boot_loader_says(self):
        text = subprocess.run(["grub-editenv", self.boot_file("grubenv"), "list"], check=True, capture_output=True, text=True).stdout
        return dict(line.split("=", 1) for line in text.splitlines())

    def test_4_both_slots_sick(self):
        self.boot_file("grubenv", lambda path: subprocess.run(["grub-editenv", path, "set", "A_TRY=3", "B_TRY=3", "A_OK=1", "B_OK=1"], check=True))
        machine = self.start()
        self.addCleanup(machine.cut)
        # Light letters on a black ground, in more lines than the firmware writes.
        picture, seconds = machine.wait_for_screen(lambda now: lines_of_text(now) >= 10, START_LIMIT_S)
        self.assertIsNotNone(seconds, "the page that says so")
        print(f"# repair page after {seconds:.0f} s", file=sys.stderr)
        machine.wait_for(NEVER, 20)
        self.assertLess(share_that_differs(machine.screen(), picture), 0.01, "it stays")
        machine.cut()
        said = self.boot_loader_says()
        self.assertEqual(("0", "0"), (said["A_TRY"], said["B_TRY"]), "after the plug was pulled both are tried anew")

    # --- a system that starts and is sick ---

    def lay_into_b(self, image):
        """As RAUC leaves a system that it has just written."""
        source, size = partition_bytes(image, 2)
        target, _ = partition_bytes(self.disk, 3)
        subprocess.run(["dd", f"if={image}", f"of={self.disk}", "bs=1M", "iflag=skip_bytes,count_bytes", "oflag=seek_bytes", f"skip={source}", f"count={size}", f"seek={target}",
                        "conv=notrunc", "status=none"], check=True)
        self.boot_file("grubenv", lambda path: subprocess.run(["grub-editenv", path, "set", "ORDER=B A", "A_OK=1", "B_OK=1", "A_TRY=0", "B_TRY=0"], check=True))

    def falls_back(self, why, **change):
        image = self.systems.altered(self.systems.build + 6, {}, **change)
        self.lay_into_b(image)
        os.unlink(image)
        # An earlier part may have updated slot A.
        build = int(read_in_slot(self.disk, "/etc/cunzhan-build"))
        before = self.with_data(self.newest_prices)
        machine = self.start()
        self.addCleanup(machine.cut)
        found = machine.wait_for(rf"cunzhan: sick: ({why})[^\r\n]*\r?\n(?:.*\r?\n)*?.*cunzhan: slot B given up", START_LIMIT_S)
        self.assertTrue(found, machine.log[-3000:])
        print(f"# {found[1]}: given up after {machine.seconds():.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        machine.log = ""
        self.stays(machine, "A", build)
        machine.cut()
        said = self.boot_loader_says()
        self.assertEqual(("0", "1"), (said["B_OK"], said["A_OK"]))
        self.check_stores()
        # More where the agent looked into the depot meanwhile.
        self.assertLessEqual(before, self.with_data(self.newest_prices), "nothing is lost")

    def test_5_a_sick_kiosk_falls_back(self):
        self.falls_back("kiosk (?!active)[^,]*", links={"/usr/bin/cunzhan": "/bin/false"})

    def test_6_a_sick_agent_falls_back(self):
        self.falls_back("kiosk active, agent (?!active).*", links={"/usr/bin/cunzhan-sync": "/bin/false"})

    def test_7_stores_that_it_cannot_use_make_it_fall_back(self):
        self.falls_back("the stores cannot be used",
                        wrappers={"/usr/bin/cunzhan-sync": '#!/bin/sh\nfor word; do [ "$word" != confirm ] || exit 1; done\nexec /usr/bin/cunzhan-sync.real "$@"\n'})

    # --- a data partition that cannot be mounted ---

    def test_8_a_damaged_data_partition_is_put_right(self):
        before = self.with_data(self.newest_prices)
        start, _ = partition_bytes(self.disk, 4)
        with open(self.disk, "r+b") as card:
            card.seek(start)
            card.write(bytes(4096))
        machine = self.start()
        self.addCleanup(machine.cut)
        found = machine.wait_for(r"cunzhan: the data partition (was put right|cannot be put right)", START_LIMIT_S)
        self.assertTrue(found and found[1] == "was put right", machine.log[-3000:])
        print(f"# data put right after {machine.seconds():.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        machine.log = ""
        self.stays(machine, "A", self.systems.build)
        machine.cut()
        self.check_stores()
        self.assertLessEqual(before, self.with_data(self.newest_prices), "nothing is lost")

    def test_9_a_card_that_is_broken_is_told_and_tried_anew(self):
        with open(os.path.join(SOURCE, "board/image/overlay/usr/lib/cunzhan/confirm-slot"), encoding="utf-8") as file:
            confirm = file.read()
        self.assertIn("BROKEN_CARD_S=600", confirm)
        # Ten minutes of a page that stands show nothing more than one.
        image = self.systems.altered(self.systems.build + 6, {}, wrappers={"/usr/lib/cunzhan/confirm-slot": confirm.replace("BROKEN_CARD_S=600", "BROKEN_CARD_S=60")})
        self.lay_into_b(image)
        os.unlink(image)
        with open(self.disk, "r+b") as card:
            card.seek(446 + 3 * 16) # the fourth partition is not there any more
            card.write(bytes(16))
        bare = self.rig.station("bare")
        os.makedirs(bare.home, exist_ok=True)
        with open(os.path.join(bare.home, "no-data"), "w", encoding="utf-8"):
            pass
        plan = Plan(self.rig, bare, "--lang", "zh_CN")
        below_the_strip = (0, HEIGHT // 8, WIDTH, HEIGHT)
        told = plan.picture().crop(below_the_strip)
        plan.close()
        machine = self.start()
        self.addCleanup(machine.cut)
        found = machine.wait_for(r"cunzhan: the data partition (was put right|cannot be put right)", 2 * START_LIMIT_S)
        self.assertTrue(found and found[1] == "cannot be put right", machine.log[-3000:])
        self.assertRegex(machine.log, r"cunzhan: slot B not confirmed, .* stores absent")
        print(f"# a broken card told after {machine.seconds():.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        picture, _ = machine.wait_for_screen(lambda now: share_that_differs(now.crop(below_the_strip), told) < 0.03, 20)
        self.assertLess(share_that_differs(picture.crop(below_the_strip), told), 0.03, "the page that says so")
        machine.log = ""
        self.assertTrue(machine.wait_for(r"UEFI firmware|BdsDxe", 300), "it starts anew")
        machine.wait_for(NEVER, 60)
        machine.cut()
        said = self.boot_loader_says()
        self.assertEqual(("B A", "2"), (said["ORDER"], said["B_TRY"]), "counted: after the third the other slot has its turn")

    # --- a stick that bears the card's signature ---

    def test_10_a_stick_with_an_image_takes_nothing_from_the_card(self):
        stick, before = self.rig.path("flashed.stick"), self.with_data(self.newest_prices)
        subprocess.run(["cp", "--sparse=always", IMAGE, stick], check=True)
        # Not its BOOT: as on any stick, the post of this station is left there.
        parts = [(0, 512), *(partition_bytes(stick, number) for number in (2, 3, 4))]
        whole = [hash_of(stick, *part) for part in parts]
        with open(self.boot_file("grubenv", card=stick), "rb") as file:
            block = file.read()
        machine = Machine(self.disk, self.rig.dir, stick=stick)
        self.addCleanup(machine.cut)
        self.stays(machine, "A", self.systems.build)
        machine.wait_for(NEVER, 30)
        machine.cut()
        self.check_stores()
        changed = [name for name, part, was in zip(("table", "slot A", "slot B", "data"), parts, whole) if hash_of(stick, *part) != was]
        self.assertEqual([], changed, "nothing was written there on the stick")
        with open(self.boot_file("grubenv", card=stick), "rb") as file:
            self.assertEqual(block, file.read(), "the boot loader's block is the card's")
        self.assertLessEqual(before, self.with_data(self.newest_prices))
        self.with_data(lambda data: self.assertTrue(os.path.exists(os.path.join(data, "rauc/confirmed")), "it was the card's data that was in use"))

    # --- the second compositor ---

    @staticmethod
    def stat_in(slot, path):
        return subprocess.run(["debugfs", "-R", f"stat {path}", slot], check=True, capture_output=True, text=True).stdout

    def set_screen(self, turned, compositor="weston", missing=None, blind=False):
        """This station's card, its screen turned by so many quarters. missing: a program that slot A lacks, which shows what drew the page. blind: a weston
        that runs and has every screen switched off."""
        card = self.rig.path("second.img")
        subprocess.run(["cp", "--sparse=always", self.disk, card], check=True)
        start, _ = partition_bytes(card, 2)
        slot = f"{card}?offset={start}"
        if missing:
            self.assertIn("Inode:", self.stat_in(slot, missing), f"{missing} was there")
            subprocess.run(["debugfs", "-w", "-R", f"rm {missing}", slot], check=True, capture_output=True)
            self.assertNotIn("Inode:", self.stat_in(slot, missing), f"{missing} is gone")
        if blind:
            self.switch_the_screens_off(slot)

        def use(data):
            os.makedirs(os.path.join(data, "cunzhan/board"), exist_ok=True)
            with open(os.path.join(data, "cunzhan/board/screen.env"), "w", encoding="utf-8") as file:
                file.write(f"CUNZHAN_ROTATE={' '.join(['-r'] * turned)}\nCUNZHAN_SIZE=\nCUNZHAN_COMPOSITOR={compositor}\n")

        self.with_data(use, card)
        return Machine(card, self.rig.dir)

    def switch_the_screens_off(self, slot):
        card, program, changed, commands = slot.split("?", maxsplit=1)[0], "/usr/lib/cunzhan/weston", self.rig.path("weston"), self.rig.path("blind.debugfs")
        text = read_in_slot(card, program)
        self.assertEqual(1, text.count("transform=%s"))
        text = text.replace("transform=%s", "mode=off\\ntransform=%s")
        with open(changed, "w", encoding="utf-8") as file:
            file.write(text)
        with open(commands, "w", encoding="utf-8") as file:
            file.write(f"cd /usr/lib/cunzhan\nrm weston\nwrite {changed} weston\nsif weston mode 0100755\n")
        subprocess.run(["debugfs", "-w", "-f", commands, slot], check=True, capture_output=True)
        self.assertEqual(text, read_in_slot(card, program))

    def test_11_the_second_compositor(self):
        plan = Plan(self.rig, self.station, "--lang", "zh_CN")
        own_home = plan.picture()
        plan.close()
        # Then a weston that has taken screen and terminal before it fails; the last runs on and draws nothing.
        for turned, missing, failed in ((2, "/usr/bin/cage", ()), (0, "/usr/bin/weston", ("cunzhan-weston.service",)),
                                        # The kiosk may have met it before it failed for the third time, and had it stopped.
                                        (0, "/usr/lib/aarch64-linux-gnu/weston/kiosk-shell.so", ("cunzhan-weston.service", "none")), (0, None, ())):
            machine = self.set_screen(turned, missing=missing, blind=missing is None)
            self.addCleanup(machine.cut)
            home, seconds = machine.wait_for_screen(is_bright, START_LIMIT_S)
            self.assertIsNotNone(seconds, f"without {missing or 'a screen of weston'} no home screen within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
            print(f"# without {missing or 'a screen of weston'} first page after {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            self.assertLess(share_that_differs(home.rotate(90 * turned), own_home), 0.02, "this station's home, turned")
            self.assertEqual("A", self.good(machine, *failed)[1])
            machine.wait_for(NEVER, 30)
            self.assertLess(share_that_differs(machine.screen().rotate(90 * turned), own_home), 0.02, "it stays")
            home, (x, y) = machine.screen(), FIRST_TILE
            machine.touch(*((WIDTH - x, HEIGHT - y) if turned else (x, y)))
            page, _ = machine.wait_for_screen(lambda now, before=home: share_that_differs(now, before) > 0.3, 90)
            self.assertGreater(share_that_differs(page, home), 0.3, "a tap on a tile opens its page")
            machine.cut()

    def test_12_a_quarter_turn_is_the_same_below_both(self):
        pages = []
        for compositor in ("cage", "weston"):
            machine = self.set_screen(1, compositor)
            self.addCleanup(machine.cut)
            _, seconds = machine.wait_for_screen(is_bright, START_LIMIT_S)
            self.assertIsNotNone(seconds, f"below {compositor} no home screen within {START_LIMIT_S} s; the serial port said:\n{machine.log[-3000:]}")
            self.good(machine)
            home = machine.screen()
            machine.touch(WIDTH // 2, HEIGHT // 2)
            page, _ = machine.wait_for_screen(lambda now, before=home: share_that_differs(now, before) > 0.3, 90)
            machine.wait_for(NEVER, 5)
            pages.append((home, machine.screen()))
            self.assertGreater(share_that_differs(page, home), 0.3, f"below {compositor} a tap in the middle opens a page")
            machine.cut()
        for below_cage, below_weston in zip(*pages):
            self.assertLess(share_that_differs(below_cage, below_weston), 0.02, "the same page, turned the same way")


if __name__ == "__main__":
    unittest.main()
