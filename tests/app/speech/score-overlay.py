#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""score-overlay.py FRONT TABLES OVERLAY: every word of the overlay list is read as the list says, alone and inside a sentence. Prints every difference."""
import subprocess
import sys

SENTENCES = ("{}", "村里说到{}，大家都懂。", "关于{}的事。", "他问“{}”怎么办。")


def main():
    front, tables, overlay = sys.argv[1:4]
    entries = [line.rstrip("\n").split("\t") for line in open(overlay, encoding="utf8") if line.strip() and not line.startswith("#")]
    cases = [(word, readings.split(" "), sentence) for word, readings, *_ in entries for sentence in SENTENCES]
    text = "\n".join(sentence.format(word) for word, _, sentence in cases) + "\n"
    out = subprocess.run([front, tables, "readings"], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode().split("\n")
    wrong = 0
    for (word, want, sentence), answer in zip(cases, out):
        before = sum("\u3400" <= c <= "\u9fff" for c in sentence[:sentence.index("{")])
        got = answer.split(" ")[before:before + len(want)]
        wrong += got != want
        if got != want:
            print(f"  {sentence.format(word)}: {' '.join(got)}, not {' '.join(want)}")
    print(f"overlay: {len(entries)} words in {len(SENTENCES)} places, {wrong} read otherwise")
    return 1 if wrong or len(entries) < 400 else 0


if __name__ == "__main__":
    sys.exit(main())
