# SPDX-License-Identifier: GPL-3.0-or-later
"""A hand at the screen of a machine: it touches where the plan says a key is and looks whether anything came of it."""
from plan import LEFT_END, share_that_differs

SEEN_S = 25 # by a hurried processor
SOMETHING = 0.0004 # a dot of a PIN on a screen of 1024 × 600


class NothingCame(Exception):
    pass


class Hand:
    def __init__(self, machine):
        self.machine = machine

    def tap(self, place, at_least=SOMETHING):
        """Until that share of the screen is another; the screen then."""
        for _ in range(2):
            before = self.machine.screen()
            self.machine.touch(*(round(one) for one in place))
            now, seconds = self.machine.wait_for_screen(lambda picture: share_that_differs(picture, before) > at_least, SEEN_S)  # noqa: B023
            if seconds is not None:
                return now
        raise NothingCame(f"nothing came of a touch at {place}")

    def enter(self, keys, pin):
        """keys: {"pin-1": place}."""
        for digit in pin:
            self.tap(keys["pin-" + digit])

    def five_taps(self):
        """The way to the technician's PIN."""
        for _ in range(5):
            self.machine.touch(*LEFT_END)
