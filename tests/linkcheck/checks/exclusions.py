"""Checks of what the project excludes: see `settings`."""

from collections.abc import Iterator
from datetime import date

from ..settings import Settings
from . import configuration

Told = tuple[int, str, str]
"""Line in pyproject.toml, what is wrong, and the hint."""


@configuration("C01", "an exclusion can't be read")
def malformed(settings: Settings, today: date, build: str) -> Iterator[Told]:
    """Each exclusion says what it excludes, why, and until when.

    Bad: `[[tool.linkcheck.exclude]]` with code = "L01" alone
    Good: the same with reference = "old/*", reason = "It comes back in May." and expires = 2027-05-31
    """
    for line, message, hint in settings.wrong:
        yield line, f"{message}.", hint


@configuration("C02", "an exclusion is expired")
def expired(settings: Settings, today: date, build: str) -> Iterator[Told]:
    """What was left for later is due.

    Bad: expires = 2020-01-31
    Good: a day that is still to come, or the fault mended and the entry removed
    """
    for each in settings.exclusions:
        if each.expires and each.expires < today:
            yield (
                each.line,
                f"{each.name} expired on {each.expires}.",
                "mend what it excludes and remove it, or give it a new day and reason.",
            )


@configuration("C03", "an exclusion is not needed")
def unneeded(settings: Settings, today: date, build: str) -> Iterator[Told]:
    """An exclusion that nothing needs would hide the next fault of its kind.

    Bad: reference = "old/*" when no page refers to it any more
    Good: the entry removed
    """
    for each in settings.exclusions:
        if not each.used and each.build in ("", build) and not (each.expires and each.expires < today):
            yield each.line, f"{each.name} excludes nothing.", "remove it, or set its build if it is for the other one."
