"""Articles that are split over several pages become one document, whenever and in whatever state their pages come."""

from dataclasses import replace

from archive_api.captures import Exchange
from archive_api.document import Record
from crawler.ingest import Ingest
from tests.ingest.site import Place, exchange

FIRST = "/tzgg/202403/t20240319_101.html"
URL = f"http://www.yunting.example{FIRST}"
LINES = ("开展学雷锋志愿服务活动的背景与意义。", "活动的安排与分工要落实到每个团支部。", "总结与宣传工作由团县委负责。")


def page(number: int) -> Exchange:
    path = FIRST if not number else FIRST.replace(".html", f"_{number}.html")
    made = exchange(
        path,
        "<html><head><title>关于开展学雷锋志愿服务活动的通知</title></head><body><h1>关于开展学雷锋志愿服务活动的通知</h1>"
        "<div>发布时间：2024-03-19　来源：团县委</div>"
        f"<div class=TRS_Editor><p>　　{LINES[number]}</p>"
        f"<p>　　第{number}页的工作安排，请各团委遵照执行，并及时报送。</p>"
        "</div>"
        f"<script>createPageHTML(3, {number}, 't20240319_101', 'html');</script></body></html>".encode(),
    )
    return replace(made, url=made.url, metadata={**made.metadata, "part_of": URL} if number else made.metadata)


def add(ingest: Ingest, number: int) -> None:
    ingest.add(page(number), role="part" if number else "page")
    ingest.flush()


def only(place: Place) -> Record:
    (record,) = place.store.changes(0)
    return record


def test_the_parts_of_an_article_are_one_document_in_their_order(place: Place) -> None:
    for number in (0, 2, 1):
        add(place.ingest, number)
    record = only(place)
    assert record.document.url == URL
    assert [line for line in record.document.text.split("\n") if line in LINES] == list(LINES)
    assert record.document.flags == ()
    outcomes = {row.outcome for n in (1, 2) for row in place.store.captures_of(page(n).url)}
    assert outcomes == {"ignored"}


def test_an_article_waits_for_its_parts(place: Place) -> None:
    add(place.ingest, 0)
    add(place.ingest, 1)
    assert place.store.changes(0) == []


def test_an_article_whose_part_never_came_is_kept_as_far_as_it_goes_and_says_so(place: Place) -> None:
    add(place.ingest, 0)
    add(place.ingest, 1)
    place.ingest.close()
    record = only(place)
    assert LINES[1] in record.document.text
    assert "incomplete_parts" in record.document.flags


def test_a_part_that_could_not_be_had_is_told_of_at_once(place: Place) -> None:
    add(place.ingest, 0)
    add(place.ingest, 2)
    place.ingest.miss(URL, page(1).url)
    assert "incomplete_parts" in only(place).document.flags


def test_after_a_crash_the_parts_are_joined_by_recovery(place: Place) -> None:
    add(place.ingest, 0)
    add(place.ingest, 1)
    place.ingest.add(page(2), role="part")
    place.captures.close()  # captured, but the store never heard of the last part
    place.open()
    place.ingest.recover()
    record = only(place)
    assert all(line in record.document.text for line in LINES)
    assert record.document.flags == ()
    assert list(place.store.pending_captures()) == []


def test_the_same_parts_again_make_no_new_version(place: Place) -> None:
    for _ in range(2):
        for number in (0, 1, 2):
            add(place.ingest, number)
    assert only(place).version == 1


def test_what_a_form_answers_is_another_page_than_the_address_alone(place: Place) -> None:
    plain = exchange("/list.aspx", b"<html><body><p>x</p></body></html>")
    posted = replace(plain, method="POST", request_body=b"page=2", body=b"<html><body><p>y</p></body></html>")
    for one in (plain, posted, plain):
        place.ingest.add(one)
    place.ingest.flush()
    assert len(place.store.captures_of(plain.url)) == 2
    (row,) = place.store.captures_of(posted.page)
    read = place.captures.read(row.address)
    assert (read.method, read.request_body, read.url) == ("POST", b"page=2", plain.url)
