# SPDX-License-Identifier: GPL-3.0-or-later
"""A small county with random prices, written as a clerk would write it, and what the kiosk must say of it."""
import datetime
import os
import random

CODE = "990199"
PLACE = "试验县"
VILLAGE = CODE + "001201"
DIGITS = "零一二三四五六七八九"


def fen_of(price):
    return round(price * 100)


def spoken_number(n):
    """0 … 9999 in plain words."""
    if n < 10:
        return DIGITS[n]
    for unit, word in ((1000, "千"), (100, "百"), (10, "十")):
        if n >= unit:
            head = "" if unit == 10 and n < 20 else DIGITS[n // unit]
            rest = n % unit
            gap = "零" if rest and rest < unit // 10 else ""
            return head + word + (gap + spoken_number(rest) if rest else "")
    return ""


def change_words(fen):
    """涨3分, 跌1毛2分 … as shown beside a price, or 平."""
    if fen == 0:
        return "平"
    yuan, rest = divmod(abs(fen), 100)
    jiao, cent = divmod(rest, 10)
    if yuan and not rest:
        text = f"{yuan}元"
    else:
        text = (f"{yuan}块" if yuan else "") + (f"{jiao}毛" if jiao else "0" if yuan else "") + (f"{cent}分" if cent else "")
    return ("涨" if fen > 0 else "跌") + text


class County:
    def __init__(self, folder, seed, today=None):
        self.random = random.Random(seed)
        self.folder = folder
        self.today = today or datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        self.week_ago_fen = self.random.randint(200, 900)
        # Less than 40 %, or the hub would rightly hold it back.
        self.today_fen = self.week_ago_fen + self.random.choice([-1, 1]) * self.random.randint(1, self.week_ago_fen // 4)
        self.deadline = self.today + datetime.timedelta(days=self.random.randint(20, 200))
        self.amount = self.random.randint(11, 999)
        os.makedirs(folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def places(self):
        return [
            ("regions", self.write("regions.csv", f"code,name,parent,level\n{CODE},{PLACE},,county\n{CODE}001,河东镇,{CODE},town\n"
                                   f"{VILLAGE},柳树村,{CODE}001,village\n")),
            ("markets", self.write("markets.csv", f"market,region,name,kind,open_days,fee_permille\n1,{CODE},东关市场,批发,每天,10\n"
                                   f"2,{CODE},石桥市场,批发,每天,10\n")),
            ("distances", self.write("distances.csv", f"village,market,metres,minutes\n{VILLAGE},1,12000,30\n{VILLAGE},2,5000,15\n")),
            ("products", self.write("products.csv", "product,class,name,unit\n1,菜,大白菜,斤\n2,菜,土豆,斤\n")),
        ]

    def quotes(self):
        lines = ["day,market,product,grade,kind,low,mid,high,unit,sources"]
        for back, fen in ((7, self.week_ago_fen), (0, self.today_fen)):
            day = self.today - datetime.timedelta(days=back)
            lines.append(f"{day},1,1,,批发,{(fen - 10) / 100:.2f},{fen / 100:.2f},{(fen + 10) / 100:.2f},元/斤,3")
        lines.append(f"{self.today},1,2,,批发,,0.85,,元/斤,3")
        return self.write("quotes.csv", "\n".join(lines) + "\n")

    def policy(self):
        d = self.deadline
        return self.write("policy.md", f"""---
id: 1
title: 种粮补贴怎么领
summary: 今年种粮的，每亩领{self.amount}元。
publisher: 试验县农业农村局
region: {CODE}
issued: {self.today}
deadline: {d}
---

## 谁能领

今年种了小麦、玉米的农户。

## 领多少

每亩{self.amount}元。

## 带什么

身份证。

## 去哪办

到村委会登记。

## 哪天截止

{d.year}年{d.month}月{d.day}日截止。
""")
