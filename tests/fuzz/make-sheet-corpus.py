#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the corpora of fuzz-sheet and fuzz-import-map: one small file of each kind, with invented content."""
import io
import pathlib
import struct
import sys
import zipfile

CSV = "day,market,product,kind,low,mid,high,unit\n2026-11-22,东关市场,\"大白\"\"菜\n\",批发,0.9,1,１.1,元/斤\n"
MAP = ("[file]\nheader=1\nskip=^合计\nclosed=休市\n[columns]\nday=日　期\nproduct=#2\nmid=价\n[fixed]\nmarket=东关市场\nkind=批发\n"
       "unit=元/吨\n[day]\ncalendar=roc\n[product]\nsplit=code\n")
TABLE = "日期,品名,价\n115.11.22,LA1 甘藍 初秋,12.5\n合计,,1\n"


def record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def xls():
    """A workbook with a string table over a CONTINUE record, numbers of all kinds and a date, in an OLE file."""
    name = "价格".encode("utf-16le")
    bof = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    head = bof + record(0x22, b"\0\0") + record(0x41E, struct.pack("<HHB", 170, 10, 0) + b"yyyy-mm-dd")
    head += record(0xE0, struct.pack("<HH", 0, 0) + bytes(16)) + record(0xE0, struct.pack("<HH", 0, 170) + bytes(16))
    cabbage = "白菜".encode("utf-16le")
    sst = struct.pack("<II", 2, 2) + struct.pack("<HB", 3, 0) + b"day" + struct.pack("<HBH", 2, 9, 1) + cabbage[:2]
    strings = record(0xFC, sst) + record(0x3C, b"\1" + cabbage[2:] + bytes(4))
    sheet_at = len(head) + 4 + 8 + len(name) + len(strings) + 4
    head += record(0x85, struct.pack("<IBBBB", sheet_at, 0, 0, 2, 1) + name) + strings + record(0x0A, b"")
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 6))
    sheet += record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)) + record(0xFD, struct.pack("<HHHI", 0, 1, 0, 1))
    sheet += record(0x203, struct.pack("<HHHd", 1, 0, 1, 46348.0)) + record(0x27E, struct.pack("<HHHI", 1, 1, 0, (125 << 2) | 3))
    sheet += record(0xBD, struct.pack("<HHHIHIH", 1, 2, 0, (7 << 2) | 2, 0, 0x3FF80000, 3))
    sheet += record(0x06, struct.pack("<HHHHIHHI", 2, 0, 0, 0, 0, 0xFFFF, 0, 0)) + record(0x207, struct.pack("<HB", 2, 0) + b"ok")
    sheet += record(0x205, struct.pack("<HHHBB", 2, 1, 0, 1, 0)) + record(0x204, struct.pack("<HHHHB", 2, 2, 0, 1, 0) + b"x") + record(0x0A, b"")
    book = (head + sheet).ljust(4608, b"\0")

    def entry(title, kind, start, size, child):
        raw = title.encode("utf-16le")
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
                + struct.pack("<IQ", start, size))
    sectors = len(book) // 512
    directory = (entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(book), 0xFFFFFFFF)).ljust(512, b"\0")
    fat = [0xFFFFFFFD, 0xFFFFFFFE] + [i + 3 for i in range(sectors - 1)] + [0xFFFFFFFE]
    fat_sector = struct.pack("<128I", *(fat + [0xFFFFFFFF] * (128 - len(fat))))
    header = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
              + struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)).ljust(512, b"\xff")
    return header + fat_sector + directory + book


def xlsx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        def put(name, text):
            book.writestr(zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, 0)), text)
        put("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>')
        put("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        put("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')
        put("xl/sharedStrings.xml", "<sst><si><t>day</t></si><si><r><t>白</t></r><rPh><t>x</t></rPh></si></sst>")
        put("xl/worksheets/sheet1.xml", '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="D1" t="inlineStr"><is><t>b</t></is></c></row>'
            '<row r="3"><c s="1"><v>46348.5</v></c><c><v>0.1</v></c></row></sheetData></worksheet>')
    return out.getvalue()


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
    files = {
        "sheet/plain.csv": CSV.encode(), "sheet/gb18030.csv": CSV.encode("gb18030"), "sheet/bom.csv": b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
        "sheet/open-quote.csv": b'a,b\n1,"x\n', "sheet/rows.json": '{"RS":"OK","Data":[{"a":1.50,"b":"\\u767d\\ud840\\udc00"},{"b":null}]}'.encode(),
        "sheet/small.xls": xls(), "sheet/small.xlsx": xlsx(), "import-map/shapes": MAP.encode() + b"\0" + TABLE.encode(),
        "import-map/wide": "[fixed]\nmarket=a\nkind=批发\n[wide]\nRICE=大米;USD/吨\n\0day,RICE\n1960M01,94.5\n".encode(),
        "import-map/front": "---\nid: 1\n标题：甲\n---\n## 谁能领\n人\n\0".encode(),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
