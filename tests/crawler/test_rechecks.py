"""When a document is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_api.store import Recheck
from crawler.machine import written
from crawler.rechecks import LONGEST, SHORTEST, STEPS, next_check

PUBLISHED = "2026-03-01"
BORN = datetime(2026, 2, 28, 16, tzinfo=UTC)  # midnight in Shanghai


def checked(at: datetime, days: float) -> Recheck:
    return Recheck(
        document="0" * 16, source="yunting", url="http://a/", checked_at=written(at), due_at=written(at), days=days
    )


def test_an_unchanged_document_is_looked_at_on_each_step_after_its_publication() -> None:
    now, looks = BORN + timedelta(hours=20), list[float]()
    before: Recheck | None = None
    while len(looks) < len(STEPS):
        due, days = next_check(PUBLISHED, now, before, is_changed=False)
        before, now = checked(now, days), due
        looks.append((due - BORN) / timedelta(days=1))
    assert tuple(looks) == STEPS


def test_after_the_last_step_the_intervals_grow_by_half_up_to_two_years() -> None:
    now = BORN + timedelta(days=365)
    due, days = next_check(PUBLISHED, now, checked(now - timedelta(days=275), 365.0), is_changed=False)
    assert (days, due) == (547.5, now + timedelta(days=547.5))
    assert next_check(PUBLISHED, due, checked(now, days), is_changed=False)[1] == LONGEST


def test_a_changed_document_is_looked_at_after_half_the_time_it_was_left_alone() -> None:
    now = BORN + timedelta(days=40)
    due, days = next_check(PUBLISHED, now, checked(now - timedelta(days=10), 365.0), is_changed=True)
    assert (days, due) == (5.0, now + timedelta(days=5))


def test_two_looks_in_one_night_are_one() -> None:
    now = BORN + timedelta(days=400)
    assert next_check(PUBLISHED, now, checked(now - timedelta(hours=1), 10.0), is_changed=False)[1] == 10.0


@pytest.mark.parametrize("published", [None, "2025", "2025-03", "2099-01-01", "2026-03-01T10:00:00+08:00"])
def test_a_document_without_a_day_of_its_own_is_as_old_as_the_look_at_it(published: str | None) -> None:
    now = BORN + timedelta(hours=12)
    assert now < next_check(published, now, None, is_changed=False)[0] <= now + timedelta(days=1)


@given(
    age=st.floats(0, 4000),
    alone=st.floats(0.01, 1000),
    days=st.floats(SHORTEST, LONGEST),
    is_changed=st.booleans(),
)
def test_the_next_look_is_always_to_come_and_never_more_than_two_years_away(
    age: float, alone: float, days: float, *, is_changed: bool
) -> None:
    now = BORN + timedelta(days=age)
    due, kept = next_check(PUBLISHED, now, checked(now - timedelta(days=alone), days), is_changed=is_changed)
    assert SHORTEST <= kept <= LONGEST
    assert now < due <= now + timedelta(days=kept)
