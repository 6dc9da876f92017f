"""Archived copies of dead pages, from the Wayback Machine's availability API.

The form of its answer: https://archive.org/help/wayback_api.php
"""

import json
import re
from datetime import date
from typing import NamedTuple
from urllib.parse import quote

from .model import Outcome

SERVICE = "https://archive.org/wayback/available"


class Copy(NamedTuple):
    """An archived copy."""

    url: str
    day: date


def question(service: str, url: str) -> str:
    """The address that asks the service for the copy nearest to today."""
    return f"{service}{'&' if '?' in service else '?'}url={quote(url, safe='')}"


def copy(outcome: Outcome) -> Copy | None:
    """The copy that an answer names; None if there is none, or the answer makes no sense."""
    try:
        closest = json.loads(outcome.body)["archived_snapshots"]["closest"]
        if closest["available"] is not True or not str(closest.get("status", "200")).startswith("2"):
            return None
        when = re.fullmatch(r"(\d{4})(\d\d)(\d\d)\d*", closest["timestamp"])
        if not when or not re.fullmatch(r"https?://[^\s'\"<>]+", closest["url"]):
            return None
        return Copy(re.sub(r"^http:(?=//web\.archive\.org/)", "https:", closest["url"]), date(*map(int, when.groups())))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
