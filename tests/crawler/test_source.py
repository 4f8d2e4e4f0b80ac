from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_api.document import Level
from archive_api.errors import SourceError
from crawler.source import Expected, Limits, Source, load_all, load_source, parse_source, source_for_url

GOOD = """\
title: 共青团云汀县委员会
issuer: 中国共产主义青年团云汀县委员会
level: county
region: "320899"
start_urls:
  - https://tw.yunting.example/tzgg/
family: trs
enabled: false
status: verified
limits:
  max_pages: 300
  delay: 5
  hosts: [files.yunting.example]
  paths: [/tzgg/, /files/]
schedule: 30 1 * * *
expected: {min: 40, max: 90}
tls: legacy
evidence: [a link on the county's own page]
notes: the list has 置顶 rows
"""


def written(folder: Path, text: str, name: str = "yunting") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    path = written(folder, text)
    with pytest.raises(SourceError) as error:
        load_source(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


def test_a_file_becomes_a_source_with_all_its_fields(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, GOOD))

    assert source == Source(
        name="yunting",
        title="共青团云汀县委员会",
        issuer="中国共产主义青年团云汀县委员会",
        level=Level.COUNTY,
        region="320899",
        start_urls=("https://tw.yunting.example/tzgg/",),
        family="trs",
        enabled=False,
        status="verified",
        limits=Limits(max_pages=300, delay=5.0, hosts=("files.yunting.example",), paths=("/tzgg/", "/files/")),
        schedule="30 1 * * *",
        expected=Expected(min=40, max=90),
        tls="legacy",
        evidence=("a link on the county's own page",),
        notes="the list has 置顶 rows",
    )


def test_a_title_and_a_start_are_enough(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, "title: 云汀\nstart_urls: [http://tw.yunting.example/]\n"))
    assert (source.family, source.enabled, source.status, source.tls) == ("auto", True, "unverified", "default")


def test_what_is_written_as_plain_values_is_read_back(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, GOOD))
    assert parse_source(source.to_json(), where="store") == source


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("family: trs", "family: TRS", "'family' must be one of auto, "),
        ("family: trs", "famly: trs", "'famly' is no key of a source; did you mean 'family'?"),
        (
            "  max_pages: 300",
            "  max_page: 300",
            "'limits.max_page' is no key of a source; did you mean 'limits.max_pages'?",
        ),
        ("level: county", "level: village", "'level' must be one of central, province, "),
        ('region: "320899"', 'region: "990000"', "'region' must be an adcode of six digits by GB/T 2260 (in quotes)"),
        ('region: "320899"', "region: 320899", "'region' must be a text (in quotes, where it is a number), got 320899"),
        ("enabled: false", "enabled: 0", "'enabled' must be true or false, got 0"),
        ("  max_pages: 300", "  max_pages: 0", "'limits.max_pages' must be a whole number of at least 1, got 0"),
        ("  max_pages: 300", "  max_pages: yes", "'limits.max_pages' must be a whole number of at least 1, got True"),
        ("  delay: 5", "  delay: .inf", "'limits.delay' must be a number of at least 0, got inf"),
        ("  delay: 5", "  delay: .nan", "'limits.delay' must be a number of at least 0, got nan"),
        ("[/tzgg/, /files/]", "[tzgg]", "'limits.paths' must hold paths that begin with /, got 'tzgg'"),
        ("[files.yunting.example]", "['http://x/']", "'limits.hosts' must hold host names such as"),
        ("schedule: 30 1 * * *", "schedule: nightly", "'schedule' must be 'every 24h', 'every 7d' or five cron fields"),
        (
            "schedule: 30 1 * * *",
            "schedule: 61 1 * * *",
            "'schedule' must be 'every 24h', 'every 7d' or five cron fields",
        ),
        ("schedule: 30 1 * * *", "schedule: 30 1 * * 0", "'schedule' must name the day of the week (mon … sun)"),
        ("schedule: 30 1 * * *", "schedule: every 0h", "'schedule' must be an interval longer than nothing"),
        ("{min: 40, max: 90}", "{min: 40, max: 9}", "'expected.max' must be at least 'min', 40, got 9"),
        ("expected: {min: 40, max: 90}", "expected: 40", "'expected' must be a mapping, got 40"),
        (
            "  - https://tw.yunting.example/tzgg/",
            "  - tw.yunting.example",
            "'start_urls' must be an address that begins",
        ),
        ("  - https://tw.yunting.example/tzgg/", "  - 'http://[x/'", "'start_urls' must be an address that begins"),
        ("  - https://tw.yunting.example/tzgg/", "  []", "'start_urls' is missing: a crawl needs an address"),
        ("title: 共青团云汀县委员会\n", "", "'title' is missing"),
        ("title: 共青团云汀县委员会\n", "title: ''\n", "'title' must be a text"),
        ("tls: legacy", "tls: legacy\ntls: default", "is not YAML: 'tls' is given twice"),
        ("tls: legacy", "name: other", "'name' must be the file's own name, 'yunting', got 'other'"),
        ("tls: legacy", "tls: [", "is not YAML: "),
    ],
)
def test_a_wrong_file_says_which_key_and_what_was_expected(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    assert message in complaint(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize("text", ["", "[a, b]", "just words"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert complaint(tmp_path, text).startswith("must be a mapping of keys to values")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "yunting.yaml"
    path.write_bytes("title: 云汀".encode("gb18030"))
    with pytest.raises(SourceError, match="is not UTF-8"):
        load_source(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.yaml: cannot be read \(No such file"):
        load_source(tmp_path / "nowhere.yaml")


def test_a_broken_file_stops_its_own_source_and_no_other(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "good")
    written(tmp_path, GOOD.replace("family: trs", "family: TRS"), "bad")

    catalogue = load_all(tmp_path)

    assert catalogue.get("good").title == "共青团云汀县委员会"
    assert [error.name for error in catalogue.errors] == ["bad"]
    with pytest.raises(SourceError, match="'family' must be one of"):
        catalogue.get("bad")


def test_the_first_of_two_files_with_one_name_counts(tmp_path: Path) -> None:
    for folder, title in (("a", "云汀"), ("b", "清岚")):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, GOOD.replace("共青团云汀县委员会", title, 1), "same")

    catalogue = load_all(tmp_path / "a", tmp_path / "b")

    assert catalogue.get("same").title == "云汀"
    assert "another file has this name already" in str(catalogue.errors[0])


def test_an_unknown_name_is_told_its_neighbours(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "yunting")
    with pytest.raises(SourceError, match=r"no source is called 'yuntin'; did you mean yunting\?"):
        load_all(tmp_path).get("yuntin")


def test_the_sources_that_come_with_the_archive_are_right_and_switched_off() -> None:
    catalogue = load_all()
    assert catalogue.errors == ()
    assert catalogue.sources
    assert not [source.name for source in catalogue.sources if source.enabled or source.status == "verified"]


def test_any_address_makes_a_source_of_its_whole_host() -> None:
    source = source_for_url("http://127.0.0.1:8123/tw/index.html")
    assert (source.name, source.start_urls) == ("127.0.0.1-8123", ("http://127.0.0.1:8123/tw/index.html",))
    assert (source.family, source.limits.paths) == ("auto", ())


@pytest.mark.parametrize(
    "url", ["", "tw.example.cn", "ftp://tw.example.cn/", "http://", "http://[::1", "http://x:99999/"]
)
def test_what_is_no_address_makes_no_source(url: str) -> None:
    with pytest.raises(SourceError, match="must be an address that begins with http"):
        source_for_url(url)


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=6)
)
def test_no_mapping_of_plain_values_gives_anything_but_a_source_or_a_source_error(data: dict[str, object]) -> None:
    base: dict[str, object] = {"name": "x", "title": "t", "start_urls": ["http://x.example/"]}
    with suppress(SourceError):
        parse_source({**base, **data}, where="here")
