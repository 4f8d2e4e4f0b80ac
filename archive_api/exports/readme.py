"""The README beside each export: what it holds, how to read it, what every field means. Chinese first."""

from __future__ import annotations

import json

from archive_api.exports.fields import FIELDS, Shape
from archive_api.exports.manifest import RIGHTS, Manifest
from archive_api.exports.writers import EXCEL_CELL

_SHAPES: dict[Shape, str] = {
    "plain": "",
    "words": "joined",
    "periods": "kind:year, joined",
    "json": "JSON",
}

_CSV = """\
## 单元格 Cells

- UTF-8（带 BOM），RFC 4180：每格加引号，正文中的换行保留在引号之内，行以 CRLF 结尾。
  UTF-8 with BOM, RFC 4180: every cell is quoted, line breaks stay inside the quotes, rows end with CRLF.
- 未知为空格；原因在 `evidence`。
  Unknown is empty; `evidence` gives the reason.
- 以 `= + - @`（含全角）、制表符、换行或撇号开头的格，前面加一个撇号 `'`，以免被当作公式执行。
  还原：凡以 `'` 开头者去掉一个。
  A cell that begins with one of these (full-width too), a tab, a line break or an apostrophe has one `'` before it,
  so that no spreadsheet runs it. To get the value back, take one leading `'` away wherever there is one.
- 多值以 `|` 相连；值内的 `|`、`\\` 前有 `\\`。
  Words are joined by `|`; a `|` or `\\` inside a word has a `\\` before it.
- 所属年度 periods: `文种:年` `kind:year`, `-H1` 上半年 half, `-Q3` 季度 quarter, `-03` 月 month,
  `2016/2020` 起止年 years.
- 嵌套字段为 JSON。
  Nested fields are JSON.
- 不截断。Excel 一格最多容 {limit:,} 个字符，超出的会被它切掉；本文件有 {long:,} 格超出：请用 pandas 等读取。
  Nothing is cut. Excel holds {limit:,} characters a cell and drops the rest; {long:,} cells here are longer: read
  them with pandas or another program. Python's `csv` needs `csv.field_size_limit(10**9)`.

```python
import pandas as pd

rows = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
rows = rows.apply(lambda column: column.str.replace("^'", "", regex=True))  # the values exactly as archived
```
"""

_JSONL = """\
## 读取 Reading

每行一个 JSON 对象（UTF-8）；未知为 null，原因在 `evidence`；不截断。
One JSON object a line (UTF-8); unknown is null, `evidence` gives the reason; nothing is cut.

```python
import pandas as pd

rows = pd.read_json("data.jsonl", lines=True, dtype={"id": str, "region": str}, convert_dates=False)
```
"""


def readme(manifest: Manifest) -> str:
    """The README's text, as Markdown."""
    reading = _CSV.format(limit=EXCEL_CELL, long=manifest.counts.long_cells) if manifest.format == "csv" else _JSONL
    return "\n".join([_head(manifest), reading, _table(manifest), _foot(manifest)])


def _head(manifest: Manifest) -> str:
    query = json.dumps(manifest.query, ensure_ascii=False)
    counts = manifest.counts
    return f"""\
# 共青团文献导出 League Archive export

```json
{query}
```

- 文献 documents: {counts.documents:,}
- 附件 attachments: {counts.attachments:,}
- 档案序号 seq: {manifest.seq}
- 时间 time: {manifest.created_at}
- 程序 software: {manifest.software}
{_files(manifest)}
每行是一篇文献在上述序号时的现行版本；`id`、`version`、`url` 与采集地址（WARC 文件与字节位置）可供引用和重建。
Each row is a document's current version at that `seq`; `id`, `version`, `url` and the capture's address (WARC file
and byte offset) let it be cited and rebuilt.

`observations.csv` 记首次、最近采集到它的时间（UTC）：它们随采集而变，文献本身不变。
`observations.csv` gives the times (UTC) each was first and last seen: crawls move them though the document stays as
it is.
"""


def _files(manifest: Manifest) -> str:
    return "".join(
        f"- `{file.name}`: {file.rows:,} 行 rows, {file.bytes:,} bytes, SHA-256 `{file.sha256}`\n"
        for file in manifest.files
    )


def _table(manifest: Manifest) -> str:
    in_json = {"capture_file": "capture.file", "capture_offset": "capture.offset"}
    names = in_json if manifest.format == "jsonl" else {}
    rows = ["## 字段 Fields\n", "| 字段 field | 说明 | meaning |", "|---|---|---|"]
    for field in FIELDS:
        shape = f" ({_SHAPES[field.shape]})" if manifest.format == "csv" and _SHAPES[field.shape] else ""
        rows.append(f"| `{names.get(field.name, field.name)}` | {field.chinese} | {field.english}{shape} |")
    return "\n".join(rows) + "\n"


def _foot(manifest: Manifest) -> str:
    return f"""\
## 引用与权利 Citing, rights

> {manifest.cite}

{RIGHTS}
"""
