# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a card as large as it says. README.md: how, and what is not found."""
import hashlib
import os

from card import CardFailed
from refusal import Refused

MARK = 4096
BASE = 64 * MARK  # d of the README: behind the boot sectors, below the smallest card there is
EVEN = 64


def offsets(size):
    """Sorted offsets of the marks on a card of this many bytes, all whole blocks inside it."""
    last = (size // MARK - 1) * MARK
    places = {BASE, last}
    power = MARK
    while power < size:
        places.add(BASE + power)
        power *= 2
    places.update(i * (size // EVEN) // MARK * MARK for i in range(1, EVEN))
    return sorted(place for place in places if 0 <= place <= last)


class Probe:
    def __init__(self, card):
        self.card = card
        self.run_number = os.urandom(16)  # marks of an earlier run must not pass for ours
        self.places = offsets(card.size)

    def _mark(self, place):
        seed = hashlib.sha256(self.run_number + place.to_bytes(8, "little")).digest()
        return (seed * (MARK // len(seed)))[:MARK]

    def _missing(self, places):
        return [place for place in places if self.card.read(place, MARK) != self._mark(place)]

    def run(self):
        """Raises Refused for a card that is smaller than it says, CardFailed for one that cannot be written."""
        for place in self.places:
            self.card.write(place, self._mark(place))
        self.card.flush()
        self._refuse(self._missing(self.places))

    def check_again(self, is_mapped):
        """After the image: marks outside of it must still stand."""
        missing = self._missing([place for place in self.places if not is_mapped(place, MARK)])
        if missing:
            raise CardFailed(f"What was written at {missing[0] / 1e6:.0f} MB did not stay. The card is smaller than it says, or worn out: throw it away.")

    def _refuse(self, missing):
        if not missing:
            return
        if len(missing) == len(self.places):
            raise CardFailed("Nothing that is written stays on this card. Throw it away.")
        raise Refused(f"The card says it holds {self.card.size / 1e6:.0f} MB, but {len(missing)} of {len(self.places)} test places lost what was written. "
                      "It is a fake or broken: throw it away.")
