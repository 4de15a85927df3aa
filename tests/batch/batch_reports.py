"""Small reports for batches, and what came of them."""

import json
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = """{body}{year}年政府信息公开工作年度报告
一、总体情况
全年主动公开政府信息{count}条，收到政府信息公开申请5件，均已按期答复，没有行政复议。
二、主动公开政府信息情况
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t{count}
"""


def write_reports(folder, count):
    """Write reports that differ, and return their paths in the order of their names."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:04}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(REPORT.format(body=f"青山市第{number}局", year=2021 + number % 3, count=number + 11), "utf-8")
    return paths


def records(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
