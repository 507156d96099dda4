#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of field study §3 measured on the live widgets of every page, in millimetres, at both sizes and the largest text:
targets, gaps, text heights, contrast, nothing cut or outside, and not one frame drawn while nothing happens."""
import os
import subprocess
import sys
import time

from screen import Failure, Rig, Screen, check, make_county, need_tools

need_tools("Xvfb", "xdotool", "import", "convert")

TARGET_MM, GAP_MM, TEXT_MM, CONTRAST = 20, 3, 6.1, 7.0
IDLE_S = 3


def luminance(rgb):
    parts = [c / 255 for c in rgb]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast_of(pixels, width, widget):
    """Between the commonest colour of the box (the ground) and the one farthest from it that covers at least 1 % (the ink)."""
    counts = {}
    for y in range(max(0, widget["y"]), widget["y"] + widget["h"]):
        row = pixels[(y * width + max(0, widget["x"])) * 3:(y * width + widget["x"] + widget["w"]) * 3]
        for i in range(0, len(row) - 2, 3):
            colour = row[i:i + 3]
            counts[colour] = counts.get(colour, 0) + 1
    if not counts:
        return 21
    total = sum(counts.values())
    ground = luminance(max(counts, key=counts.get))
    ratios = [1.0]
    for colour, n in counts.items():
        if n * 400 >= total:
            ink = luminance(colour)
            ratios.append((max(ground, ink) + 0.05) / (min(ground, ink) + 0.05))
    return max(ratios)


class Measurer:
    def __init__(self, screen, px_per_mm, rig):
        self.screen, self.px_per_mm, self.rig = screen, px_per_mm, rig
        self.faults = []

    def fault(self, page, what):
        self.faults.append(f"{page}: {what}")

    def page(self, name):
        widgets = self.screen.layout()
        width, height = self.screen.size
        keys = [w for w in widgets if w.get("key") and w["w"] > 0]
        for w in widgets:
            in_article = w["type"] in ("GtkListItemWidget",) or (w["type"] == "GtkLabel" and self.inside_article(w, widgets))
            if w.get("cut") and not in_article:
                self.fault(name, f"cut: {w['text']}")
            outside = w["x"] < 0 or w["y"] < 0 or w["x"] + w["w"] > width or w["y"] + w["h"] > height
            if outside and w["w"] > 0 and w["h"] > 0 and not in_article:
                self.fault(name, f"outside the window: {w['type']} {w.get('text', '')}")
            if w.get("text") and w["font_px"] < TEXT_MM * self.px_per_mm - 0.5:
                self.fault(name, f"text of {w['font_px'] / self.px_per_mm:.1f} mm: {w['text']}")
        self.targets(name, keys)
        self.contrasts(name, widgets)

    def inside_article(self, label, widgets):
        return any(w["type"] == "GtkListItemWidget" and w["x"] <= label["x"] and w["y"] <= label["y"] and
                   w["x"] + w["w"] >= label["x"] + label["w"] for w in widgets)

    def targets(self, name, keys):
        least = TARGET_MM * self.px_per_mm - 1
        gap = GAP_MM * self.px_per_mm - 1
        for i, a in enumerate(keys):
            if a["w"] < least or a["h"] < least:
                self.fault(name, f"key {a['key']} is {a['w'] / self.px_per_mm:.1f} × {a['h'] / self.px_per_mm:.1f} mm")
            for b in keys[i + 1:]:
                dx = max(a["x"], b["x"]) - min(a["x"] + a["w"], b["x"] + b["w"])
                dy = max(a["y"], b["y"]) - min(a["y"] + a["h"], b["y"] + b["h"])
                if max(dx, dy) < gap:
                    self.fault(name, f"keys {a['key']} and {b['key']} are {max(dx, dy) / self.px_per_mm:.1f} mm apart")

    def contrasts(self, name, widgets):
        path = self.rig.path("measure.png")
        self.screen.window.screenshot(path)
        pixels = subprocess.run(["convert", path, "-depth", "8", "rgb:-"], capture_output=True, check=True).stdout
        height = self.screen.size[1]
        for w in widgets:
            if w.get("text") and w["w"] > 0 and 0 <= w["y"] and w["y"] + w["h"] <= height:
                ratio = contrast_of(pixels, self.screen.size[0], w)
                if ratio < CONTRAST:
                    self.fault(name, f"contrast {ratio:.1f}: {w['text']}")


def visit_all(screen, measure):
    measure("home")
    screen.go("tile-prices", "prices")
    measure("prices")
    screen.go("product-", "product")
    measure("product")
    screen.go("product-trend", "trend")
    screen.wait_event("history")
    measure("trend")
    screen.go("bar-back", "product")
    screen.go("product-markets", "markets")
    measure("markets")
    screen.go("bar-home", "home")
    screen.go("tile-policies", "policies")
    measure("policies")
    screen.go("policy-", "policy")
    measure("policy")
    screen.go("bar-home", "home")
    screen.go("tile-notices", "notices")
    measure("notices")
    screen.go("notice-", "notice")
    measure("notice")
    screen.go("bar-sound", "sound")
    measure("sound")
    screen.go("bar-help", "help")
    measure("help")


def visit_products(screen, measure):
    """Every page of the grid and every product: names, units, markets and dates of all lengths. 80 s each time, so with --long."""
    seen = set()

    def pages_of_class():
        while True:
            measure("prices")
            keys = [w["key"] for w in screen.layout() if w.get("key", "").startswith("product-") and w["w"] > 0 and w["key"] not in seen]
            for key in keys:
                seen.add(key)
                screen.go(key, "product")
                measure(key)
                screen.go("bar-back", "prices")
            if not keys or not screen.has("grid-next"):
                return
            screen.tap("grid-next")

    screen.go("bar-home", "home")
    screen.go("tile-prices", "prices")
    if screen.has("class-"):
        for chip in [w["key"] for w in screen.layout() if w.get("key", "").startswith("class-") and w["w"] > 0]:
            screen.tap(chip)
            pages_of_class()
    else:
        before = -1
        while len(seen) != before:
            before = len(seen)
            pages_of_class()
            screen.tap("grid-class")
    check(len(seen) >= 60, f"only {len(seen)} products were found")


def test_idle(rig, station):
    """No frame in a span without touch or speech."""
    screen = Screen(rig, station, "--lang", "zh_CN", "--log-frames")
    screen.layout()
    frames = lambda: sum(1 for e in screen.window.events() if e["event"] == "frame")  # noqa: E731
    before = frames()
    # Here the passing of time is what is tested.
    time.sleep(IDLE_S)
    check(frames() == before, f"{frames() - before} frames drawn in {IDLE_S} s of rest")
    screen.close()


def main():
    faults = []
    with Rig(sys.argv[1]) as rig:
        _, station = make_county(rig)
        test_idle(rig, station)
        for size, px_per_mm, text, lang in (("1280x800", 5.9, 100, "zh_CN"), ("1024x600", 6.6, 100, "zh_CN"),
                                            ("1280x800", 5.9, 160, "zh_CN"), ("1024x600", 6.6, 130, "zh_CN"),
                                            ("1280x800", 5.9, 100, "en"), ("1024x600", 6.6, 100, "en"), ("1280x800", 5.9, 160, "en")):
            screen = Screen(rig, station, "--lang", lang, "--px-per-mm", str(px_per_mm), "--text", str(text), size=size)
            measurer = Measurer(screen, px_per_mm, rig)
            visit_all(screen, measurer.page)
            if os.environ.get("CZ_TEST_LONG"):
                visit_products(screen, measurer.page)
            faults += [f"{size} {lang} {text} %: {fault}" for fault in measurer.faults]
            screen.close()
    if faults:
        raise Failure("\n".join(faults))
    print("ok")


if __name__ == "__main__":
    main()
