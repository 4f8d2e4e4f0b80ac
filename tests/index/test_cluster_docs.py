"""docs/elasticsearch.md, held to the mapping and to what is really said."""

import re
from pathlib import Path

from archive_api.index.elastic_entries import mapping

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "elasticsearch.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """What stands as code in the first column of the last table below a heading."""
    section = PAGE.split(f"{heading}\n", 1)[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.split("|---|---|\n")[-1].splitlines() if line.startswith("|")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


def test_the_field_table_has_every_field_of_the_mapping_once() -> None:
    properties = mapping()["properties"]
    assert isinstance(properties, dict)
    assert sorted(first_cells("### What one sees in Kibana")) == sorted(properties)


def test_every_error_line_is_one_that_the_engine_says() -> None:
    modules = (ROOT / "archive_api" / "index").glob("elastic*.py")
    said = re.sub(r'"\s+f?"', "", "".join(path.read_text(encoding="utf-8") for path in modules))
    lines = first_cells("## Limits, and what is said")
    assert len(lines) > 10
    assert [line for line in lines if line not in said] == []
