# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures: each product has one, PNG beside SVG, small enough to travel; SOURCES.md covers every file of assets."""

import pathlib
import re
import shutil
import struct
import subprocess
import unittest
import xml.etree.ElementTree as xml

import demo_tree

DRAWINGS = demo_tree.ASSETS / "drawings"
ICONS = demo_tree.ASSETS / "icons"
MAX_PNG_BYTES = 8192


def png_header(path):
    """(width, height, colour type) of a PNG."""
    head = path.read_bytes()[:26]
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        raise AssertionError(f"{path.name} is no PNG")
    return struct.unpack(">II", head[16:24]) + (head[25],)


def pattern(text):
    """`*` within a folder, `**` below it."""
    parts = re.split(r"(\*\*|\*)", text)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(p, re.escape(p)) for p in parts) + r"\Z")


class Drawings(unittest.TestCase):
    def test_every_product_has_one(self):
        for product in demo_tree.table("products.csv"):
            self.assertTrue((DRAWINGS / product["picture"]).is_file(), product["name"])
        pictures = [p["picture"] for p in demo_tree.table("products.csv")]
        self.assertEqual(len(pictures), len(set(pictures)))

    def test_png_beside_svg_and_small(self):
        names = {p.stem for p in DRAWINGS.glob("*.svg")}
        self.assertEqual(names, {p.stem for p in DRAWINGS.glob("*.png")})
        for path in DRAWINGS.glob("*.png"):
            self.assertLessEqual(path.stat().st_size, MAX_PNG_BYTES, path.name)
            self.assertEqual(png_header(path), (240, 240, 3), path.name)

    def test_one_hand(self):
        for path in DRAWINGS.glob("*.svg"):
            root = xml.parse(path).getroot()
            self.assertEqual(root.get("viewBox"), "0 0 130 130", path.name)
            tags = {e.tag.rpartition("}")[2] for e in root.iter()}
            self.assertLessEqual(tags, {"svg", "g", "rect", "path", "circle", "ellipse"}, path.name)
            hand = root[1]
            self.assertEqual((hand.get("stroke-width"), hand.get("stroke-linecap"), hand.get("stroke-linejoin")),
                             ("5", "round", "round"), path.name)

    @unittest.skipUnless(shutil.which("rsvg-convert") and shutil.which("compare"), "no rsvg-convert or ImageMagick")
    def test_png_shows_its_svg(self):
        for path in sorted(DRAWINGS.glob("*.svg")):
            drawn = subprocess.run(["rsvg-convert", "-w", "240", "-h", "240", str(path)], check=True, capture_output=True)
            told = subprocess.run(["compare", "-metric", "MAE", "png:-", str(path.with_suffix(".png")), "null:"],
                                  input=drawn.stdout, capture_output=True)
            share = float(re.search(rb"\(([0-9.e-]+)\)", told.stderr)[1])
            self.assertLess(share, 0.01, f"{path.name} was changed without ./render")


class Icons(unittest.TestCase):
    def test_sizes_and_masks(self):
        names = {p.stem for p in ICONS.glob("*.svg")} - {"org.cunzhan.Station"}
        self.assertLessEqual({"tile-price", "tile-trade", "tile-policy", "tile-ask", "tile-learn", "tile-notice", "bar-home",
                              "bar-back", "bar-again", "bar-sound", "bar-help"}, names)
        for size in (96, 192):
            for name in names:
                for end in (".png", "-symbolic.symbolic.png"):
                    width, height, _ = png_header(ICONS / str(size) / (name + end))
                    self.assertEqual((width, height), (size, size), name)
            self.assertEqual(len(list((ICONS / str(size)).iterdir())), 2 * len(names))

    def test_cream_and_stroke(self):
        for path in ICONS.glob("*-*.svg"):
            hand = xml.parse(path).getroot()[0]
            self.assertEqual((hand.get("stroke"), hand.get("stroke-width"), hand.get("fill")),
                             ("#FFF6E0", "5", "none"), path.name)


class Sources(unittest.TestCase):
    def test_every_file_is_covered(self):
        text = (demo_tree.ASSETS / "SOURCES.md").read_text(encoding="utf-8")
        rows = [line for line in text.splitlines() if line.startswith("| `")]
        patterns = [pattern(p) for row in rows for p in re.findall(r"`([^`]+)`", row.split("|")[1])]
        self.assertGreater(len(patterns), 3)
        for row in rows:
            self.assertTrue(all(cell.strip() for cell in row.split("|")[1:4]), row)
        for path in demo_tree.ASSETS.rglob("*"):
            name = path.relative_to(demo_tree.ASSETS).as_posix()
            if path.is_file() and "__pycache__" not in name:
                self.assertTrue(any(p.match(name) for p in patterns), f"assets/{name} is not in SOURCES.md")

    def test_pattern_stays_in_its_folder(self):
        self.assertTrue(pattern("demo/*").match("demo/a.csv"))
        self.assertFalse(pattern("demo/*").match("demo/policies/a.md"))
        self.assertTrue(pattern("demo/**").match("demo/policies/a.md"))
        self.assertFalse(pattern("demo/**").match("demos.csv"))


if __name__ == "__main__":
    unittest.main()
