"""Checks on dates, for pages, claims and sources."""

import datetime
from collections.abc import Iterator

from health_diplomacy.content.field_types import A_YEAR

HALF_A_YEAR = datetime.timedelta(days=184)


def is_future(day: datetime.date | str | None) -> bool:
    """Whether a day, or a year or month in ISO 8601, is in the future in every time zone."""
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return day is not None and str(day) > tomorrow.isoformat()


def check_review(
    reviewed: datetime.date | None,
    review_by: datetime.date | None,
    published: datetime.date | None = None,
    limit: datetime.timedelta = A_YEAR,
) -> Iterator[tuple[str, str, str]]:
    """Reviews in the future, and reviews due too early or too late: the key, what is wrong, and a hint."""
    since = reviewed or published
    if is_future(reviewed):
        yield "reviewed", "was reviewed on a future date", "write the day of the review"
    if review_by and since and review_by <= since:
        yield "review_by", "is due for review before it was reviewed", "write a later day"
    if review_by and since and review_by > since + limit:
        period = "a year" if limit == A_YEAR else "half a year"
        yield "review_by", f"is due for review more than {period} later", f"write a day within {period}"
