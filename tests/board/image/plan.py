# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the keys of a page lie and what the page looks like on a screen of this size: from the same kiosk in a window on this machine, which tells it,
while the one in QEMU can only be looked at and touched."""
import os

from machine import HEIGHT, WIDTH
from PIL import Image, ImageChops
from screen import Screen

LEFT_END = (40, 25) # of the strip: five taps lead to the technician's PIN


def centre(widget):
    return widget["x"] + widget["w"] / 2, widget["y"] + widget["h"] / 2


def box_of(widget, margin=0):
    """For Image.crop; margin: so many pixels more to the left, where an icon stands."""
    return tuple(round(edge) for edge in (max(0, widget["x"] - margin), widget["y"], widget["x"] + widget["w"], widget["y"] + widget["h"]))


def share_that_differs(one, other):
    difference = ImageChops.difference(one, other).convert("L").point(lambda v: 255 if v > 24 else 0)
    return difference.histogram()[255] / (one.width * one.height)


def letters(picture):
    """Where something is written, whatever the colours."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    return ImageChops.difference(picture, ground).convert("L").point(lambda v: 255 if v > 60 else 0)


class Way:
    """To the part of the technician's page that holds the systems. Which cell that is depends on what is at fault; its name tells."""

    def __init__(self, cells, name, pages, next_page):
        self.cells, self.name, self.pages, self.next_page = cells, name, pages, next_page
        self.systems = self.back = None

    def find(self, picture):
        """The middle of the cell of this page of the screen that bears the name, or None."""
        for cell, title in self.cells:
            here = letters(picture.crop(title))
            if here.size == self.name.size and share_that_differs(here, self.name) < 0.015:
                return (cell[0] + cell[2]) / 2, (cell[1] + cell[3]) / 2
        return None


class Plan:
    """A kiosk in a window, for the home of a station of this machine; closed with the rig."""

    def __init__(self, rig, station, *arguments):
        self.rig = rig
        self.screen = Screen(rig, station, *arguments, size=f"{WIDTH}x{HEIGHT}")

    def picture(self):
        path = self.rig.path("plan.png")
        self.screen.layout()
        self.screen.window.screenshot(path)
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def key(self, name):
        """The middle of a key of the page that is open."""
        return centre(self.screen.find(name))

    def keys(self, prefix):
        return {widget["key"]: centre(widget) for widget in self.screen.layout() if widget.get("key", "").startswith(prefix) and widget["w"] > 0}

    def enter(self, pin):
        for digit in pin:
            self.screen.tap("pin-" + digit)

    def way_to_the_systems(self, pin):
        """From home, by the technician's PIN."""
        for _ in range(5):
            self.screen.window.tap(*LEFT_END)
        self.screen.wait_event("page", page="pin")
        self.enter(pin)
        self.screen.wait_event("tested")
        cells, pages, name = {}, 0, None
        while name is None:
            pages += 1
            widgets, picture = self.screen.layout(), self.picture()
            for number, widget in enumerate(widgets):
                if widget.get("key", "").startswith("part-") and widget["w"] > 0:
                    # Its first text is the part's name.
                    title = box_of(next(one for one in widgets[number:] if one.get("text")))
                    cells[box_of(widget)] = title
                    if widget["key"] == "part-system":
                        name = letters(picture.crop(title))
            next_page = self.key("page-next")
            if name is None:
                self.screen.tap("page-next")
        way = Way(list(cells.items()), name, pages + 3, next_page)
        self.screen.go("part-system", "part")
        way.systems = self.key("do-systems")
        self.screen.go("do-systems", "systems")
        way.back = self.key("do-back")
        return way

    def close(self):
        self.screen.close()
        os.unlink(self.rig.path("plan.png"))
