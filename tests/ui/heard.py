# SPDX-License-Identifier: GPL-3.0-or-later
"""What the voice said of a text, from the log it writes."""
import re

from screen import check


def speech_of(screen, text):
    """What was heard of text: the chunks since the last utterance began, spans in bytes of UTF-8."""
    spoken = screen.spoken()
    last = [s for s in spoken if s["utterance"] == spoken[-1]["utterance"]]
    source = text.encode("utf-8")
    covered = bytearray(len(source))
    at = 0
    for chunk in last:
        check(at <= chunk["start"] < chunk["end"] <= len(source), f"a span outside the text, or back in it: {chunk}")
        at = chunk["start"]
        covered[chunk["start"]:chunk["end"]] = b"x" * (chunk["end"] - chunk["start"])
    at = 0
    unread = ""
    for character in text:
        if not covered[at] and re.match(r"[\w]", character):
            unread += character
        at += len(character.encode("utf-8"))
    return "".join(s["spoken"] for s in last), unread
