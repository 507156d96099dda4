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


HANZI = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[\u3400-\u9fff]+|\d+(?:\.\d+)?")
KEYS = r"首页|返回|再说一遍|声音|找人帮|上一页|下一页|第?\d+页?( / \d+ 页)?|共\d+页"
STRIP = r"(示例县 · )?柳河村站?|数据到 .*"


def texts_since(screen, before):
    """Everything that stood on the screen from then on: a long page turns as it is read."""
    screen.layout()
    layouts = [e for e in screen.window.events() if e["event"] == "layout"]
    seen = [e for e in screen.window.events()[before:] if e["event"] == "layout"]
    return {w["text"] for e in [*seen, layouts[-1]] for w in e["widgets"] if w.get("text")}


def is_made_of(run, words):
    """A run of characters that stands in one label, or in several whole ones side by side: 比上周 and 涨."""
    if any(run in word for word in words):
        return True
    reached = {0}
    for end in range(1, len(run) + 1):
        if any(run[begin:end] in words for begin in reached):
            reached.add(end)
    return len(run) in reached


def check_all_heard(screen, name, own="", quiet=""):
    """Taps 再说一遍: whatever stands on the page is said, but for what matches quiet, and whatever is said stands there, but for the page's own
    sentences, which match own; all of it is spoken. Returns the text said."""
    before = len(screen.window.events())
    screen.tap("bar-again")
    said = screen.said()
    screen.window.wait(lambda e: e["event"] == "said", f"the end of what is said on {name}", 180)
    heard, unread = speech_of(screen, said)
    check(unread == "", f"{name}: left unread: {unread} of {said}")
    check(not re.search(r"[0-9A-Za-z/]", heard), f"{name}: digits or letters are spoken: {heard}")
    shown = {t for t in texts_since(screen, before) if not re.fullmatch(f"{KEYS}|{STRIP}", t)}
    words_shown = set(WORD.findall("\n".join(shown)))
    rest = re.sub(own, "", said) if own else said
    strange = [word for word in WORD.findall(rest) if not is_made_of(word, words_shown)]
    check(not strange, f"{name}: said and not shown: {strange}; shown {sorted(shown)}")
    missing = [t for t in shown if not (quiet and re.fullmatch(quiet, t)) and any(word not in said for word in WORD.findall(t))]
    check(not missing, f"{name}: shown and not said: {missing}; said {said}")
    return said
