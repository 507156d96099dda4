# SPDX-License-Identifier: GPL-3.0-or-later
"""A hand at the screen of a machine: it touches where the plan says a key is and looks whether anything came of it."""
from plan import LEFT_END, share_that_differs

SEEN_S = 25 # by a hurried processor
SOMETHING = 0.01
A_DOT = 0.003 # of the box of all six


class NothingCame(Exception):
    pass


class Hand:
    def __init__(self, machine):
        self.machine = machine

    def tap(self, place, at_least=SOMETHING, box=None):
        """Until that share of the screen, or of this box of it, is another; the screen then."""
        for _ in range(2):
            before = self.machine.screen().crop(box)
            self.machine.touch(*(round(one) for one in place))
            now, seconds = self.machine.wait_for_screen(lambda picture: share_that_differs(picture.crop(box), before) > at_least, SEEN_S)  # noqa: B023
            if seconds is not None:
                return now
        raise NothingCame(f"nothing came of a touch at {place}")

    def enter(self, keys, pin):
        """keys: {"pin-1": place, "dots": box}; a key that is pressed looks another way too, so only the dots tell."""
        for digit in pin:
            self.tap(keys["pin-" + digit], A_DOT, keys["dots"])

    def five_taps(self):
        """The way to the technician's PIN."""
        for _ in range(5):
            self.machine.touch(*LEFT_END)
