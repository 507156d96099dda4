#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-window.py BUILD: in the real window, on a card that is a file in real time: how much is still heard after a tap on a key, and how far the mark
on the screen is from the sound. Skipped where the kiosk was not built or there is no Xvfb."""
import array
import os
import shutil
import sys
import time
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "ui"))
from screen import Rig, Screen, make_county  # noqa: E402

N_STOPS = 12
RATE_HZ = 22050
QUIET = 60  # of 32,767
GAP_S = 0.3
MOST_AFTER_TAP_MS = 150
MOST_OFF_MS = 200


def newest(folder):
    return os.path.join(folder, max(name for name in os.listdir(folder) if name.endswith(".wav")))


def seconds(path):
    with wave.open(path) as sound:
        return sound.getnframes() / RATE_HZ


def open_notice(screen):
    screen.go("bar-home", "home")
    screen.go("tile-notices", "notices")
    screen.go("notice-", "notice")
    screen.said()


def first_chunk(screen):
    return screen.wait_event("chunk")["ms"]


def after_the_tap(screen, folder, number):
    """Milliseconds of sound behind a tap on 首页, in mid-sentence."""
    open_notice(screen)
    begun = first_chunk(screen)
    path = newest(folder)
    time.sleep(0.7 + 0.13 * number)
    screen.tap("bar-home")
    tapped = [e for e in screen.window.events() if e["event"] == "tap"][-1]["ms"]
    screen.said()
    return seconds(path) * 1000 - (tapped - begun)


def beginnings(path):
    """Seconds at which sound begins behind a pause."""
    with wave.open(path) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    step = RATE_HZ // 200
    quiet = 0
    found = []
    for at in range(0, len(samples), step):
        if max(map(abs, samples[at:at + step])) < QUIET:
            quiet += step
            continue
        if quiet >= GAP_S * RATE_HZ:
            found.append(at / RATE_HZ)
        quiet = 0
    return found


def marks_off(screen, folder):
    """Milliseconds from each mark but the first to the sound nearest to it that begins behind a pause."""
    open_notice(screen)
    begun = first_chunk(screen)
    path = newest(folder)
    marks = []

    def ended(event):
        if event["event"] == "chunk":
            marks.append((event["ms"] - begun) / 1000)
        return event["event"] == "said"

    screen.window.wait(ended, "the end", 120)
    time.sleep(0.3)
    sounds = beginnings(path)
    return [1000 * min((sound - mark for sound in sounds), key=abs) for mark in sorted(set(marks))]


def main():
    build = sys.argv[1]
    if not os.path.exists(os.path.join(build, "ui", "cunzhan")) or not shutil.which("Xvfb") or not shutil.which("xdotool"):
        print("window: the kiosk, Xvfb or xdotool is not here")
        return
    with Rig(build) as rig:
        _, station = make_county(rig)
        folder = rig.path("sound")
        os.makedirs(folder)
        screen = Screen(rig, station, "--lang", "zh_CN", sound="wav:" + folder)
        heard = [after_the_tap(screen, folder, number) for number in range(N_STOPS)]
        off = marks_off(screen, folder)
        screen.close()
    print(f"{'window: sound after a tap on a key':44} worst {max(heard):.0f} ms of {N_STOPS} taps (limit {MOST_AFTER_TAP_MS})")
    print(f"{'window: mark against the sound':44} worst {max(off, key=abs):+.0f} ms of {len(off)} chunks (limit {MOST_OFF_MS})")
    if max(heard) > MOST_AFTER_TAP_MS or max(map(abs, off)) > MOST_OFF_MS:
        sys.exit("bench-window: above a limit")


if __name__ == "__main__":
    main()
