#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py BUILD [SECONDS]: one nginx worker with the shipped site under stations that poll, fetch and put; bytes of one poll; signing a head.

In a network namespace of its own. Its loopback counts every byte with 14 of a link that a wire would not have; they are taken off."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(TOP, "tests/support"))
import own_network  # noqa: E402
from rig import Rig, wait_until  # noqa: E402

SITE = os.path.join(TOP, "sync/depot/cunzhan-depot.conf")
DEPOT = "/srv/cunzhan/depot"
COUNTY, VILLAGE = "990101", "990101001201"
POLL_MUST = 700  # bytes
DAY_BYTES = 18600  # of news: study/sync.md §3.7
STATIONS, POLLS, UPLOADS = 600000, 8, 5
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
CONNECTIONS = 200
TICK = os.sysconf("SC_CLK_TCK")


def on_the_wire():
    with open("/proc/self/net/dev", encoding="ascii") as lines:
        words = next(line for line in lines if line.split(":")[0].strip() == "lo").split(":")[1].split()
    return int(words[0]) - 14 * int(words[1]), int(words[1])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICK


def measure_poll(rig, hub):
    """A round of the real agent that finds nothing new: what it takes on the wire, its connection with it."""
    ticket, station = rig.path("ticket"), rig.station("village")
    hub.run("ticket", ticket, "--village", VILLAGE, "--name", "示例村", "--depot", "http://127.0.0.1/")
    station.run("enrol", ticket)
    bus = rig.bus()
    rig.start("agent", [rig.program("sync"), "--home", station.home, "run", "--bus", bus, "--on-demand"])

    def one_round():
        before = on_the_wire()
        rig.run_dbus(bus, "SyncNow")
        wait_until(lambda: on_the_wire() != before, "a round")
        last = None
        while last != on_the_wire():
            last = on_the_wire()
            time.sleep(0.5)
        return [after - b for after, b in zip(last, before)]

    one_round()
    one_round()
    for timestamps in "1", "0":
        with open("/proc/sys/net/ipv4/tcp_timestamps", "w", encoding="ascii") as out:
            out.write(timestamps)
        size, packets = one_round()
        print(f"one poll of cunzhan-sync, with TCP and IP from first to last packet: {size} bytes in {packets} packets (must: {POLL_MUST}), "
              f"TCP timestamps {'on' if timestamps == '1' else 'off'}")
    with open("/proc/sys/net/ipv4/tcp_timestamps", "w", encoding="ascii") as out:
        out.write("1")


def run_load(rig, kind, seconds, worker, paths):
    before = cpu_seconds(worker)
    words = [os.path.join(rig.build, "tests/bench/load/load"), "80", str(seconds), str(CONNECTIONS), kind, *paths]
    done = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    cpu = cpu_seconds(worker) - before
    assert done["failed"] == 0, done
    each_us = 1e6 * cpu / done["done"]
    print(f"{kind:7} {done['done'] / done['seconds']:7.0f} a second, {each_us:4.0f} µs of nginx each, "
          f"median {done['median_ms']:.1f} ms, 99 of 100 within {done['p99_ms']:.1f} ms with {CONNECTIONS} at a time")
    return each_us


def measure_beat(hub):
    took = []
    for _ in range(20):
        begin = time.monotonic()
        hub.run("beat")
        took.append(time.monotonic() - begin)
    print(f"signing a head anew (cunzhan-hub beat, from start to end): {1000 * statistics.median(took):.0f} ms")


def start_nginx(rig):
    conf = rig.path("nginx.conf")
    user = "www-data" if own_network.is_root() else "root"
    with open(conf, "w", encoding="utf-8") as out:
        out.write(f"daemon off; user {user}; worker_processes 1; pid {rig.dir}/pid; error_log {rig.dir}/error.log; worker_rlimit_nofile 4096;\n"
                  f"events {{ worker_connections 2048; }}\nhttp {{ include {SITE}; sendfile on; }}\n")
    os.makedirs(DEPOT + "/uploads")
    os.chmod(DEPOT + "/uploads", 0o2777)
    process = rig.start("nginx", [NGINX, "-p", rig.dir, "-c", conf, "-e", rig.path("error.log")])
    wait_until(lambda: process.poll() is None and rig.answers(80), "nginx")
    children = subprocess.run(["ps", "--ppid", str(process.pid), "-o", "pid="], check=True, capture_output=True, text=True).stdout.split()
    return int(children[0])


def inside(seconds):
    with Rig(sys.argv[1]) as rig:
        hub = rig.hub("county")
        hub.run("init", "--region", COUNTY, "--name", "bench", "--depot", DEPOT)
        hub.run("publish")
        worker = start_nginx(rig)
        measure_poll(rig, hub)
        measure_beat(hub)
        # A month of bundles: what they say does not matter to a web server.
        segment = f"v1/c/{COUNTY}/seg/209901"
        with open(f"{DEPOT}/{segment}", "wb") as out:
            out.write(os.urandom(30 * DAY_BYTES))
        head = subprocess.run(["curl", "-sI", f"http://127.0.0.1/v1/c/{COUNTY}/head"], check=True, capture_output=True, text=True).stdout
        mark = next(line.split(": ", 1)[1] for line in head.splitlines() if line.lower().startswith("etag"))
        paths = [f"v1/c/{COUNTY}/head", mark, f"v1/c/{COUNTY}/idx", segment, str(29 * DAY_BYTES), str(30 * DAY_BYTES - 1)]
        cost = {kind: run_load(rig, kind, seconds, worker, paths) for kind in ("poll", "news", "upload", "day")}
    day_s = STATIONS * (POLLS * cost["poll"] + cost["news"] + UPLOADS * cost["upload"]) / 1e6
    print(f"a day of {STATIONS} stations, {POLLS} polls, one fetch and {UPLOADS} uploads each: {day_s:.0f} s of one core, "
          f"{100 * day_s / 86400:.1f} % of it")


def main():
    if own_network.is_inside():
        own_network.settle()
        inside(float(sys.argv[2]) if len(sys.argv) > 2 else 5.0)
        return 0
    if NGINX is None or not own_network.is_possible():
        print("no nginx, or no namespaces of one's own here: left out")
        return 0
    return own_network.run_again()


if __name__ == "__main__":
    sys.exit(main())
