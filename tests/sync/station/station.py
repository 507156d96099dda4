#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""station.py BUILD [CASE…]: cunzhan-sync itself over real servers on loopback."""
import contextlib
import os
import pty
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from rig import Rig, free_port, wait_until  # noqa: E402

CHANNEL = "990101"


class Office:
    """The publisher of make-depot.c."""

    def __init__(self, rig):
        self.rig = rig
        self.depot = rig.path("depot")
        self.process = subprocess.Popen([os.path.join(rig.build, "tests/sync/station/make-depot"), rig.dir],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        rig.processes.append(self.process)

    def tell(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n", f"make-depot failed at {words}"

    def segment(self):
        folder = os.path.join(self.depot, "v1/c", CHANNEL, "seg")
        names = os.listdir(folder)
        assert len(names) == 1, names
        return os.path.join(folder, names[0])


class Proxy(threading.Thread):
    """Passes connections on and cuts answers off: each after a random number of bytes while cuts are left."""

    def __init__(self, port, cuts=0, seed=0, shortest=1, longest=1 << 62):
        super().__init__(daemon=True)
        self.upstream = port
        self.cuts = cuts
        self.random = random.Random(seed)
        self.span = (shortest, longest)
        self.passed = 0
        self.requests = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/"
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                self.serve(client)

    def serve(self, client):
        with socket.create_connection(("127.0.0.1", self.upstream)) as up:
            request = b""
            while b"\r\n\r\n" not in request:
                data = client.recv(65536)
                if not data:
                    return
                request += data
            # One answer a connection, so that a cut is a cut.
            up.sendall(request.replace(b"\r\nHost:", b"\r\nConnection: close\r\nHost:", 1))
            self.requests += 1
            allowance = None
            if self.cuts > 0 and b"/seg/" in request.split(b"\r\n", 1)[0]:
                self.cuts -= 1
                allowance = self.random.randint(*self.span)
            self.pass_on(up, client, allowance)

    def pass_on(self, up, client, allowance):
        """allowance: bytes before the cut, None without one."""
        while allowance is None or allowance > 0:
            data = up.recv(65536 if allowance is None else min(65536, allowance))
            if not data:
                return
            try:
                client.sendall(data)
            except OSError:
                return
            self.passed += len(data)
            if allowance is not None:
                allowance -= len(data)

    def stop(self):
        self.server.close()


def port_of(url):
    return int(url.rstrip("/").rsplit(":", 1)[1])


def enrolled(rig, office, address, name="village"):
    ticket = rig.path(name + ".ticket")
    office.tell("ticket", ticket, address)
    station = rig.station(name)
    station.run("enrol", ticket)
    return station


def held(station):
    channel = station.channel(CHANNEL)
    return channel["seq"], channel["rows"]["quote"], channel["state"]


def received(result):
    """Bytes and requests of the line `once` ends with."""
    words = [line for line in result.stdout.splitlines() if line.startswith("received:")][0].split()
    return int(words[1]), int(words[4])


def case_roads(build):
    """nginx, a server without ranges, a folder and file:// lead to the same state; a day costs the day."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 20, 4, 50)
        first = os.path.getsize(office.segment())
        addresses = {"nginx": rig.nginx(office.depot), "plain": rig.plain_server(office.depot), "folder": office.depot,
                     "file": "file://" + office.depot}
        stations = {name: enrolled(rig, office, address, name) for name, address in addresses.items()}
        for station in stations.values():
            station.run("once")
        assert {held(station)[:2] for station in stations.values()} == {(20, 4000)}
        office.tell("publish", 1, 4, 50)
        day = os.path.getsize(office.segment()) - first
        got = {name: received(station.run("once")) for name, station in stations.items()}
        assert len({held(station) for station in stations.values()}) == 1
        assert held(stations["nginx"])[0] == 21
        assert got["nginx"][1] <= 3, got
        # Head and index come along; a server without ranges sends all of the segment again.
        assert got["nginx"][0] <= day + 2048, (got, day)
        assert got["plain"][0] >= first, got
        # Nothing new: one request.
        assert received(stations["nginx"].run("once"))[1] == 1
        status = stations["nginx"].status()
        assert status["enrolled"] and status["village"] == "990101001201" and len(status["fingerprint"]) == 8
        assert status["channels"][0]["complete"] is True
        assert os.stat(os.path.join(stations["nginx"].home, "agent")).st_mode & 0o777 == 0o700


def case_stick(build):
    """What one station kept goes by a stick to another that no network reaches; a hostile stick changes nothing."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 5, 4, 50)
        office.tell("media", 20000, 1)
        station = enrolled(rig, office, office.depot)
        station.run("once")
        stick = rig.path("stick")
        assert "the stick in" in station.run("export-stick", stick, expect=3).stderr
        os.mkdir(stick)
        result = station.run("export-stick", stick)
        assert "1 channels" in result.stdout, result.stdout
        far = enrolled(rig, office, f"http://127.0.0.1:{free_port()}/", "far")
        far.run("import-stick", stick)
        assert held(far) == held(station) and far.status()["media_objects"] == 1
        # Nothing is written twice, and the stick's newer news is taken before anything is written to it.
        assert " 0 files written" in station.run("export-stick", stick).stdout
        office.tell("publish", 1, 4, 50)
        shutil.copytree(office.depot, stick, dirs_exist_ok=True)
        station.run("export-stick", stick)
        assert held(station)[0] == 7
        far.run("import-stick", stick)
        assert held(far) == held(station)
        # A channel's folder that is a link, a head of the wrong size: told, and nothing changes.
        before = held(far)
        hostile = rig.path("hostile")
        os.makedirs(os.path.join(hostile, "v1"))
        os.symlink(os.path.join(station.home, "agent"), os.path.join(hostile, "v1", "c"))
        far.run("import-stick", hostile, expect=1)
        far.run("export-stick", hostile, expect=4)
        assert os.listdir(os.path.join(hostile, "v1")) == ["c"]
        os.remove(os.path.join(hostile, "v1", "c"))
        os.makedirs(os.path.join(hostile, "v1", "c", "990101"))
        with open(os.path.join(hostile, "v1", "c", "990101", "head"), "wb") as head:
            head.truncate(1 << 40)
        far.run("import-stick", hostile, expect=1)
        assert held(far) == before


def case_no_road(build):
    """No depot answers: status 3, nothing lost; a second depot of the ticket is tried."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 2, 2, 10)
        dead = f"http://127.0.0.1:{free_port()}/"
        station = enrolled(rig, office, dead)
        result = station.run("once", expect=3)
        assert "no depot can be reached" in result.stderr
        assert held(station)[0] == 0
        ticket = rig.path("two.ticket")
        office.tell("ticket", ticket, dead + ";" + rig.nginx(office.depot))
        with open(ticket, encoding="utf-8") as text:
            both = text.read().replace("\\;", ";")
        with open(ticket, "w", encoding="utf-8") as out:
            out.write(both)
        station.run("enrol", ticket, expect=1)
        station.run("enrol", "--replace", ticket)
        station.run("once")
        assert held(station)[0] == 2


def case_cuts(build):
    """Cuts at random places (40; with CZ_TEST_LONG 200): the first sync ends, with at most 1.05 times the bytes."""
    n, bundles = (200, 20) if os.environ.get("CZ_TEST_LONG") else (40, 6)
    with Rig(build) as rig:
        seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
        print(f"# seed {seed}")
        office = Office(rig)
        office.tell("publish", bundles, 20, 1000)
        size = os.path.getsize(office.segment())
        proxy = Proxy(port_of(rig.nginx(office.depot)), cuts=n, seed=seed, shortest=1, longest=2 * size // (n + n // 10))
        station = enrolled(rig, office, proxy.url)
        rounds = 0
        while station.run("once", expect=None).returncode != 0:
            rounds += 1
            assert rounds < n, "no end"
        print(f"# segment {size} bytes, {proxy.passed} over the link in {proxy.requests} requests, {rounds + 1} rounds, {n - proxy.cuts} cuts")
        assert held(station)[:2] == (bundles, bundles * 20000)
        assert proxy.cuts == 0, f"only {n - proxy.cuts} cuts happened"
        assert proxy.passed <= 1.05 * size + 4096, (proxy.passed, size)
        whole = enrolled(rig, office, office.depot, "whole")
        whole.run("once")
        assert held(whole)[2] == held(station)[2]
        proxy.stop()


def case_killed(build):
    """The agent is killed at random moments of a first sync: what is held is always whole, and it ends right."""
    with Rig(build) as rig:
        seed = int(os.environ.get("CUNZHAN_SEED", random.randrange(1 << 30)))
        print(f"# seed {seed}")
        chance = random.Random(seed)
        bundles = 40 if os.environ.get("CZ_TEST_LONG") else 12
        office = Office(rig)
        office.tell("publish", bundles, 10, 200)
        station = enrolled(rig, office, rig.nginx(office.depot))
        kills = 0
        for _ in range(25):
            process = subprocess.Popen([rig.program("sync"), "--home", station.home, "once"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            try:
                process.wait(chance.uniform(0.005, 0.12))
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
            process.wait()
            seq, quotes, _ = held(station)
            assert quotes == seq * 2000, (seq, quotes)
        station.run("once")
        assert held(station)[:2] == (bundles, bundles * 2000)
        print(f"# {kills} kills")


def case_full_disk(build):
    """A disk that is full at any point of the round: status 4, what was held stays, and with room again it goes on."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 1, 10, 200)
        station = enrolled(rig, office, office.depot)
        station.run("once")
        before = held(station)
        office.tell("publish", 6, 20, 1000)
        statuses = set()
        for room in (0, 1 << 12, 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21):

            def little_room(room=room):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

            result = subprocess.run([rig.program("sync"), "--home", station.home, "once"], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True, preexec_fn=little_room, check=False)
            statuses.add(result.returncode)
            assert result.returncode in (0, 4), (room, result.returncode, result.stderr)
            seq, quotes, _ = held(station)
            assert quotes == 2000 + (seq - 1) * 20000 and seq >= before[0], (room, seq, quotes)
            before = held(station)
        assert 4 in statuses, statuses
        station.run("once")
        assert held(station)[0] == 7


CHANGING = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,chmod,fchmod,symlink"


def can_inject():
    """strace may trace here and can stop and fault calls."""
    probe = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:error=EIO:when=9999", "true"]
    return shutil.which("strace") is not None and subprocess.run(probe, check=False, capture_output=True).returncode == 0


def traced(rig, station, *options):
    return subprocess.run(["strace", "-f", "-qq", *options, rig.program("sync"), "--home", station.home, "once"], capture_output=True,
                          text=True, check=False)


def copy_of(rig, template):
    station = rig.station("copy")
    subprocess.run(["cp", "-a", template.home, station.home], check=True)
    return station


def count_calls(rig, template):
    """How often a round makes each call that changes the disk."""
    station, log, counts = copy_of(rig, template), rig.path("calls"), {}
    traced(rig, station, "-o", log, "-e", "trace=" + CHANGING).check_returncode()
    shutil.rmtree(station.home)
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name = re.match(r"\d+ +(\w+)\(", line)
            if name:
                counts[name[1]] = counts.get(name[1], 0) + 1
    return counts


def enumerate_calls(build, effect, allowed):
    """Does `effect` to each single call of a round that changes the disk, each time in a fresh copy of the same station, and
    looks at what is left; then a round without it must lead to the same end."""
    before, tempfile.tempdir = tempfile.tempdir, "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    try:
        with Rig(build) as rig:
            office = Office(rig)
            office.tell("publish", 1, 4, 50)
            template = enrolled(rig, office, office.depot, "template")
            template.run("once")
            office.tell("publish", 2, 4, 50)
            office.tell("media", 30000, 1)
            whole = enrolled(rig, office, office.depot, "whole")
            whole.run("once")
            wanted, endings = held(whole), {}
            counts = count_calls(rig, template)
            for name, count in counts.items():
                for number in range(1, count + 1):
                    what = f"{effect} at {name} {number}"
                    station = copy_of(rig, template)
                    result = traced(rig, station, "-o", "/dev/null", "-e", "trace=" + name, "-e", f"inject={name}:{effect}:when={number}")
                    endings[result.returncode] = endings.get(result.returncode, 0) + 1
                    assert result.returncode in allowed, f"{what}: ended with {result.returncode}: {result.stdout}{result.stderr}"
                    seq, quotes, _ = held(station)
                    assert 1 <= seq <= 4 and quotes == 200 * min(seq, 3), f"{what}: {seq}, {quotes}"
                    station.run("once")
                    assert held(station) == wanted and station.status()["media_objects"] == 1, what
                    shutil.rmtree(station.home)
            print(f"# {effect}: {sum(counts.values())} calls ({counts}), endings {endings}", flush=True)
    finally:
        tempfile.tempdir = before


def case_every_stop(build):
    """The program is killed at every single call that changes the disk: nothing torn, nothing lost."""
    if not can_inject():
        print("strace cannot trace here: this case is passed over")
        return
    enumerate_calls(build, "signal=KILL", (0, -9, 137))


def case_every_fault(build):
    """Every single call that changes the disk fails in turn, with a full disk and with a broken one."""
    if not can_inject():
        print("strace cannot trace here: this case is passed over")
        return
    for error in ("ENOSPC", "EIO"):
        enumerate_calls(build, "error=" + error, (0, 4))


def make_certificate(rig, name, start, days):
    """A certificate for 127.0.0.1 that signs itself."""
    key, certificate = rig.path(name + ".key"), rig.path(name + ".pem")
    config = rig.path(name + ".cnf")
    with open(config, "w", encoding="utf-8") as out:
        out.write("[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=%s\ndatabase=%s\nserial=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n"
                  "[req]\ndistinguished_name=n\nprompt=no\n[n]\nCN=127.0.0.1\n[x]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:TRUE\n"
                  % (rig.dir, rig.path(name + ".db"), rig.path(name + ".serial")))
    open(rig.path(name + ".db"), "w", encoding="utf-8").close()
    with open(rig.path(name + ".serial"), "w", encoding="utf-8") as out:
        out.write("01\n")
    run = lambda *words: subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", rig.path(name + ".csr"), "-config", config)
    run("ca", "-batch", "-selfsign", "-in", rig.path(name + ".csr"), "-keyfile", key, "-out", certificate, "-config", config, "-extensions", "x",
        "-startdate", start, "-enddate", f"{int(start[:4]) + days // 365}{start[4:]}")
    return key, certificate


def https_server(rig, depot, key, certificate):
    port = free_port()
    code = ("import functools,http.server,ssl\n"
            f"h=functools.partial(http.server.SimpleHTTPRequestHandler,directory={depot!r})\n"
            f"s=http.server.ThreadingHTTPServer(('127.0.0.1',{port}),h)\n"
            f"c=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain({certificate!r},{key!r})\n"
            "s.socket=c.wrap_socket(s.socket,server_side=True); s.serve_forever()\n")
    rig.start("https", [sys.executable, "-c", code])
    wait_until(lambda: rig.answers(port), "the https server")
    return f"https://127.0.0.1:{port}/"


def case_certificates(build):
    """HTTPS: a good certificate, one whose time alone is at fault, one of nobody we know."""
    if not shutil.which("openssl"):
        print("openssl is not installed: this case is passed over")
        return
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 1, 2, 10)
        good = make_certificate(rig, "good", "20200101000000Z", 365 * 60)
        old = make_certificate(rig, "old", "20010101000000Z", 365 * 3)
        early = make_certificate(rig, "early", "20900101000000Z", 365 * 3)
        for name, made in (("good", good), ("old", old), ("early", early)):
            station = enrolled(rig, office, https_server(rig, office.depot, *made), name)
            # Somebody else's: never.
            result = station.run("once", expect=3)
            assert held(station)[0] == 0, name
            result = station.run("once", "--ca-file", made[1])
            assert held(station)[0] == 1
            assert ("certificate's date was passed over" in result.stdout) == (name != "good"), (name, result.stdout)
        # A clock that signed news has confirmed is a witness: the old certificate is refused now.
        station = rig.station("old")
        station.run("once", "--ca-file", old[1], expect=3)


def endless_server(rig, status):
    """Answers everything with a status and a body that never ends."""
    port = free_port()
    code = ("import http.server\n"
            "class H(http.server.BaseHTTPRequestHandler):\n"
            "  def do_GET(s):\n"
            f"    s.send_response({status}); s.send_header('Location','/x'); s.end_headers()\n"
            "    try:\n"
            "      while True: s.wfile.write(b'x'*65536)\n"
            "    except OSError: pass\n"
            "  def log_message(s,*a): pass\n"
            f"http.server.ThreadingHTTPServer(('127.0.0.1',{port}),H).serve_forever()\n")
    rig.start(f"endless-{status}", [sys.executable, "-c", code])
    wait_until(lambda: rig.answers(port), "the endless server")
    return f"http://127.0.0.1:{port}/"


def case_endless_words(build):
    """An error page or a redirect without end is cut off after a while, whatever its speed."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 1, 2, 10)
        station = enrolled(rig, office, office.depot)
        for status, exits in ((404, 0), (503, 3), (302, 3)):
            result = subprocess.run([rig.program("sync"), "--home", station.home, "once", "--from", endless_server(rig, status)],
                                    capture_output=True, text=True, timeout=60, check=False)
            assert result.returncode == exits, (status, result.returncode, result.stderr)
            assert received(result)[0] < 1 << 20, (status, result.stdout)


def quotes_shown(station):
    """What a kiosk would find, whatever the channel."""
    with contextlib.closing(sqlite3.connect(os.path.join(station.home, "content/current"))) as db:
        return db.execute("SELECT count(*) FROM quote").fetchone()[0]


def case_another_line(build):
    """A ticket for other channels, or of another root: nothing of the old line is shown any more, and the new one is followed."""
    with Rig(build) as rig, Rig(build) as elsewhere:
        office, other = Office(rig), Office(elsewhere)
        office.tell("publish", 3, 2, 10)
        other.tell("publish", 1, 2, 10)
        station = enrolled(rig, office, office.depot)
        station.run("once")
        assert quotes_shown(station) == 60
        with open(rig.path("village.ticket"), encoding="utf-8") as held_ticket:
            text = held_ticket.read()
        moved = rig.path("moved.ticket")
        with open(moved, "w", encoding="utf-8") as out:
            out.write(text.replace("line=990101", "line=990102"))
        station.run("enrol", moved, expect=1)
        assert quotes_shown(station) == 60
        station.run("enrol", "--replace", moved)
        assert quotes_shown(station) == 0
        # Back again, then another root whose sequence is lower: the old floor must not stand in its way.
        station.run("enrol", "--replace", rig.path("village.ticket"))
        station.run("once")
        assert held(station)[0] == 3
        ticket = elsewhere.path("other.ticket")
        other.tell("ticket", ticket, other.depot)
        station.run("enrol", "--replace", ticket)
        assert quotes_shown(station) == 0
        station.run("once")
        assert held(station)[0] == 1


def case_budget(build):
    """A byte budget for the day: what fits comes, the rest waits, and nothing is fetched twice."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 12, 10, 200)
        size = os.path.getsize(office.segment())
        station = enrolled(rig, office, rig.nginx(office.depot))
        part = size // 2 // 1024
        result = station.run("once", "--day-budget-kib", str(part), expect=3)
        assert "budget" in result.stdout
        seq = held(station)[0]
        assert 0 < seq < 12, seq
        got = received(result)[0]
        assert got <= part * 1024 + 2048, (got, part)
        station.run("once", "--day-budget-kib", str(part), expect=3)
        assert held(station)[0] == seq
        assert received(station.run("once"))[0] <= size - got + 4096
        assert held(station)[0] == 12


def case_round_budget(build):
    """A byte budget for one round: each brings its part, head and index counted, the next goes on where it stopped."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 12, 10, 200)
        size = os.path.getsize(office.segment())
        station = enrolled(rig, office, rig.nginx(office.depot))
        part_kib = size // 5 // 1024
        came, rounds, seq = 0, 0, 0
        while seq < 12 and rounds < 12:
            result = station.run("once", "--round-kib", str(part_kib), expect=None)
            got = received(result)[0]
            assert got <= part_kib * 1024 + 2048, (got, part_kib)
            assert held(station)[0] >= seq
            came, rounds, seq = came + got, rounds + 1, held(station)[0]
            assert result.returncode == (0 if seq == 12 else 3) and ("budget" in result.stdout) == (seq < 12), (result.stdout, seq)
        assert seq == 12 and 5 <= rounds <= 8, rounds
        assert came <= size + rounds * 4096, (came, size, rounds)


def case_media(build):
    """Pictures come after the news, within their own budget, and are resumed in the next round."""
    with Rig(build) as rig:
        office = Office(rig)
        for _ in range(3):
            office.tell("media", 40000, 1)
        station = enrolled(rig, office, rig.nginx(office.depot))
        station.run("once", "--media-kib", "50")
        assert station.status()["media_objects"] == 1
        station.run("once", "--media-kib", "50")
        assert station.status()["media_objects"] == 2
        station.run("once")
        assert station.status()["media_bytes"] == 120000
        shutil.rmtree(os.path.join(office.depot, "v1/m"))
        station.run("once")


def case_media_order(build):
    """The most wanted first; one that a budget cut in its middle goes on from there."""
    with Rig(build) as rig:
        office = Office(rig)
        for size, priority in ((40000, 3), (30000, 1), (20000, 2)):
            office.tell("media", size, priority)
        station = enrolled(rig, office, rig.nginx(office.depot))
        folder = os.path.join(station.home, "media")

        def sizes():
            return sorted(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))

        station.run("once", "--media-kib", "30")
        assert sizes() == [30000], sizes()
        parts = [os.path.getsize(os.path.join(station.home, "part", name)) for name in os.listdir(os.path.join(station.home, "part"))]
        assert parts == [30 * 1024 - 30000], parts
        got = received(station.run("once", "--media-kib", "19"))[0]
        assert sizes() == [20000, 30000] and got < 20000, (sizes(), got)
        station.run("once")
        assert sizes() == [20000, 30000, 40000], sizes()


def case_progress(build):
    """On a terminal: verified bytes that grow up to the size of what is fetched; elsewhere nothing of it."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 20, 10, 100)
        size = os.path.getsize(office.segment())
        station = enrolled(rig, office, rig.nginx(office.depot))
        ours, theirs = pty.openpty()
        # No terminal, so no word of it.
        assert "KiB" not in station.run("once", "--round-kib", "8", expect=3).stderr
        subprocess.run([rig.program("sync"), "--home", station.home, "once"], stdout=subprocess.DEVNULL, stderr=theirs, check=True)
        os.close(theirs)
        told = b""
        with contextlib.suppress(OSError): # the end of a terminal
            while piece := os.read(ours, 65536):
                told += piece
        os.close(ours)
        steps = [(int(done), int(total)) for done, total in re.findall(r"\r990101  (\d+) / (\d+) KiB", told.decode())]
        assert steps and steps == sorted(steps), steps
        assert steps[-1][0] == steps[-1][1] and len({total for _, total in steps}) == 1, steps
        assert 0 <= size // 1024 - steps[-1][1] <= 9, (size, steps[-1])


def case_redirects(build):
    """A redirect to another scheme or a file is not followed, one within http is."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 1, 2, 10)
        target = rig.nginx(office.depot)
        for location, expect in ((target, 0), ("file://" + office.depot + "/", 3), ("https://127.0.0.1:1/", 3), ("ftp://127.0.0.1/", 3)):
            port = free_port()
            code = ("import http.server,sys\n"
                    "class H(http.server.BaseHTTPRequestHandler):\n"
                    "  def do_GET(s):\n"
                    f"    s.send_response(302); s.send_header('Location', {location!r}+s.path[1:]); s.send_header('Content-Length','0'); s.end_headers()\n"
                    f"http.server.HTTPServer(('127.0.0.1',{port}),H).serve_forever()\n")
            rig.start("redirect", [sys.executable, "-c", code])
            wait_until(lambda: rig.answers(port), "the redirecting server")
            station = enrolled(rig, office, f"http://127.0.0.1:{port}/", f"village-{port}")
            station.run("once", expect=expect)
            assert held(station)[0] == (1 if expect == 0 else 0)


def case_endless(build):
    """A server that never stops sending is refused at the limit."""
    with Rig(build) as rig:
        office = Office(rig)
        office.tell("publish", 1, 2, 10)
        port = free_port()
        code = ("import socket\n"
                f"s=socket.create_server(('127.0.0.1',{port}))\n"
                "while True:\n"
                "  c,_=s.accept(); c.recv(9999)\n"
                "  try:\n"
                "    c.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n')\n"
                "    while True: c.sendall(b'x'*65536)\n"
                "  except OSError: pass\n")
        rig.start("endless", [sys.executable, "-c", code])
        wait_until(lambda: rig.answers(port), "the endless server")
        station = enrolled(rig, office, f"http://127.0.0.1:{port}/")
        result = station.run("once", expect=1)
        assert "(limit)" in result.stderr, result.stderr
        assert received(result)[0] < 1 << 20


def main():
    build = sys.argv[1]
    if not shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
        print("nginx is not installed: skipped")
        return 77
    cases = {name[5:]: function for name, function in globals().items() if name.startswith("case_")}
    # The enumerations take minutes and are tests of their own.
    for name in sys.argv[2:] or [name for name in cases if not name.startswith("every_")]:
        print(f"{name}: {cases[name].__doc__}", flush=True)
        cases[name](build)
    return 0


if __name__ == "__main__":
    sys.exit(main())
