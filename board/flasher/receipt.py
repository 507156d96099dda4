# SPDX-License-Identifier: GPL-3.0-or-later
"""What is printed at the end and kept with the card. Both languages, because the card travels."""
import os
import time


class Receipt:
    def __init__(self, disk, image, began):
        self.disk = disk
        self.image = image
        self.began = began
        self.bad_ranges = []
        self.papers = 0
        self.failure = ""

    def text(self, ended):
        verdict = "不合格 FAILED" if self.failure else "合格 GOOD"
        lines = [
            ("烧录单 receipt", verdict),
            ("卡 card", f"{self.disk.name} ({self.disk.path})"),
            ("大小 size", f"{self.disk.size} bytes"),
            ("镜像 image", os.path.basename(self.image.path)),
            ("SHA-256", self.image.sha256),
            ("读回不符 read-back errors", str(len(self.bad_ranges))),
            ("站点文件 station's papers", str(self.papers)),
            ("时间 time", time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(self.began)) + f", {ended - self.began:.0f} s"),
        ]
        if self.failure:
            lines.append(("原因 reason", self.failure))
        return "\n".join(f"{name}: {value}" for name, value in lines)
