#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk against the least GTK 4 program, in one run, interleaved: first frame, CPU until then, memory; then the work of
its frames while pages are switched and lists turned, and whether it draws when idle. 1024×600, cairo.

    tests/bench/kiosk/bench-kiosk.py build [ROUNDS]
"""
import json
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "ui"))
from screen import Rig, Screen, make_county, wait_until  # noqa: E402


def cpu_ms(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as stat:
                total += int(stat.read().split()[0])
        except OSError:
            pass
    return total / 1e6


def rss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
    return 0


def first_frame(path):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n") and '"frame"' in line:
                    return json.loads(line)
    return None


def start(command, path, environment):
    if os.path.exists(path):
        os.remove(path)
    began = time.monotonic()
    with open(path, "w", encoding="utf-8") as out:
        process = subprocess.Popen(command, env=environment, stdout=out if command[0].endswith("hello") else subprocess.DEVNULL)
    frame = wait_until(lambda: first_frame(path), "the first frame")
    spent = cpu_ms(process.pid)
    took = frame["ms"] - began * 1000 % 2147483647
    # The voice opens after the first frame; memory is looked at with everything there.
    if not command[0].endswith("hello"):
        wait_until(lambda: '"voice"' in open(path, encoding="utf-8").read(), "the voice")
    time.sleep(0.5)
    memory = rss_mb(process.pid)
    process.terminate()
    process.wait()
    return took, spent, memory


def frames_after(screen, action):
    before = len(screen.window.events())
    action()
    screen.layout()
    return [int(e["work_us"]) / 1000 for e in screen.window.events()[before:] if e["event"] == "frame"]


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def main():
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with Rig(build) as rig:
        _, station = make_county(rig)
        display = rig.xvfb("1024x600")
        environment = dict(os.environ, DISPLAY=display, GDK_BACKEND="x11", LC_ALL="C.UTF-8", GTK_A11Y="none", DBUS_SESSION_BUS_ADDRESS="disabled:")
        environment.pop("WAYLAND_DISPLAY", None)
        log = rig.path("bench.jsonl")
        kiosk = [os.path.join(build, "ui/cunzhan"), "--home", station.home, "--size", "1024x600", "--px-per-mm", "6.6", "--sound", "none",
                 "--log", log, "--log-frames", "--lang", "zh_CN"]
        hello = [os.path.join(build, "tests/bench/kiosk/bench-hello")]
        results = {"hello": [], "kiosk": []}
        for number in range(rounds + 1):
            for name, command, path in (("hello", hello, rig.path("hello.out")), ("kiosk", kiosk, log)):
                result = start(command, path, environment)
                if number > 0:
                    results[name].append(result)
        medians = {name: [statistics.median(r[i] for r in rows) for i in range(3)] for name, rows in results.items()}
        for name, (took, spent, memory) in medians.items():
            print(f"{name:6} first frame {took:6.1f} ms  CPU {spent:6.1f} ms  RSS {memory:5.1f} MB  (median of {rounds})")
        ratio = [a / b for a, b in zip(medians["kiosk"], medians["hello"])]
        print(f"ratio  first frame {ratio[0]:.2f} (≤ 2.0)  CPU {ratio[1]:.2f} (≤ 2.0)  RSS {medians['kiosk'][2]:.1f} MB (≤ 45)")

        screen = Screen(rig, station, "--lang", "zh_CN", "--log-frames", "--px-per-mm", "6.6", size="1024x600")
        switches, turns, by_page = [], [], {}
        for _ in range(20):
            for key, page in (("tile-prices", "prices"), ("product-", "product"), ("product-markets", "markets"), ("bar-back", "product"),
                              ("bar-home", "home")):
                frames = frames_after(screen, lambda k=key, p=page: screen.go(k, p))
                switches += frames
                by_page.setdefault(key.rstrip("-") + " → " + page, []).append(max(frames, default=0))
        screen.go("tile-policies", "policies")
        for _ in range(80):
            turns += frames_after(screen, lambda: screen.tap("page-next"))
        print(f"page switch work p50 {quantile(switches, 0.5):.1f} p99 {quantile(switches, 0.99):.1f} max {max(switches):.1f} ms (≤ 16), {len(switches)} frames")
        for name, worst in by_page.items():
            print(f"  {name}: worst frame of each switch p50 {quantile(worst, 0.5):.1f} max {max(worst):.1f} ms, the first {worst[0]:.1f}")
        print(f"list paging work p50 {quantile(turns, 0.5):.1f} p99 {quantile(turns, 0.99):.1f} max {max(turns):.1f} ms (≤ 5), {len(turns)} frames")
        screen.go("bar-home", "home")
        wait_until(lambda: any(e["event"] == "said" for e in screen.window.events()[-6:]), "the end of speech")
        screen.layout()
        before = sum(1 for e in screen.window.events() if e["event"] == "frame")
        spent = cpu_ms(screen.window.process.pid)
        time.sleep(5)
        after = sum(1 for e in screen.window.events() if e["event"] == "frame")
        print(f"idle 5 s: {after - before} frames, CPU {(cpu_ms(screen.window.process.pid) - spent) / 50:.2f} %; RSS after the tour {rss_mb(screen.window.process.pid):.1f} MB")
        screen.close()


if __name__ == "__main__":
    main()
