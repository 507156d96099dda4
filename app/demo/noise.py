# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that depend on a key and a place only, never on what was drawn before.

A price on a day must come out the same whether a year is written or that day alone, so nothing here keeps a
running state: every number is a hash of (key, index)."""

import hashlib

_MASK = (1 << 64) - 1


def key_of(*parts):
    """A 64-bit key from any printable parts; the separator keeps (1, 11) and (11, 1) apart."""
    text = "\x1f".join(str(p) for p in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def bits(key, index):
    """64 mixed bits for (key, index): the finaliser of splitmix64."""
    z = (key + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def unit(key, index):
    """Uniform in [0, 1)."""
    return (bits(key, index) >> 11) / 9007199254740992.0


def pick(key, index, low, high):
    """A whole number in [low, high]."""
    return low + bits(key, index) % (high - low + 1)


class Wave:
    """Smooth noise in [-1, 1] along the days: a knot every `period` days, eased between knots."""

    def __init__(self, key, period):
        self.key = key
        self.period = period
        self.knots = {}

    def _knot(self, index):
        value = self.knots.get(index)
        if value is None:
            value = self.knots[index] = 2.0 * unit(self.key, index) - 1.0
        return value

    def at(self, day):
        index, part = divmod(day, self.period)
        t = part / self.period
        ease = t * t * (3.0 - 2.0 * t)
        left = self._knot(index)
        return left + (self._knot(index + 1) - left) * ease
