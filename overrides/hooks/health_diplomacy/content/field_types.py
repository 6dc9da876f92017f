"""Types of the values in front matter and YAML lists."""

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import yaml
from babel import Locale
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from health_diplomacy.content.limits import MAX_ADDRESS_LENGTH

SingleLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MARKUP = re.compile(
    r"\*\*|__|`|!?\[[^\]@]*\]\([^)]*\)?|\[\^[\w-]+\]|</?[A-Za-z][^<>]*>|(?<![\w*])\*\w[^*]*\*|(?<!\w)_\w[^_]*_(?!\w)|~~|==(?=\w)|(?<![\w:]):[a-z]\w*:(?!\w)|https?://\S+|&(?:[a-z]+|#\d+);"
)


def _without_markup(value: str) -> str:
    """Bad: `title: The *Probe*`, which is shown with its asterisks.  Good: `title: The Probe`."""
    if found := MARKUP.search(value):
        raise PydanticCustomError("markup", "no markup", {"value": found[0]})
    return value


def _without_repetition(values: list[str]) -> list[str]:
    """Bad: `terms: [ummah, ummah]`.  Good: `terms: [ummah]`."""
    if twice := [value for value in values if values.count(value) > 1]:
        raise PydanticCustomError("repeated", "repeated", {"value": twice[0]})
    return values


def _known_language(value: str) -> str:
    """Bad: `language: xx`.  Good: `language: id`, for Indonesian (ISO 639)."""
    if value not in Locale("en").languages:
        raise PydanticCustomError("unknown_language", "no language", {"value": value})
    return value


def _date_from_text(value: Any) -> Any:
    """A date in quotes is text to YAML; one that doesn't exist is still a node."""
    text = value.value if isinstance(value, yaml.ScalarNode) else value
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.date.fromisoformat(_in_calendar(text))
    return value


PlainLine = Annotated[SingleLine, AfterValidator(_without_markup)]
"""A line that is shown literally."""
Slugs = Annotated[list[Slug], AfterValidator(_without_repetition)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), AfterValidator(_known_language)]
Day = Annotated[datetime.date, Field(strict=True), BeforeValidator(_date_from_text)]
A_YEAR = datetime.timedelta(days=366)
"""The longest time between two reviews, also in a leap year."""
Address = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s/?#@\\]+([/?#]\S*)?$", max_length=MAX_ADDRESS_LENGTH)
]


def _date_as_text(value: Any) -> Any:
    """Undo YAML's conversion of an unquoted 2021 to a number and of 2021-05-26 to a date, if it exists."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, yaml.ScalarNode):
        return value.value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_calendar(value: str) -> str:
    """Bad: `"2021-02-30"`.  Good: `"2021-02-28"`, or `"2021-02"`."""
    try:
        datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise PydanticCustomError("no_such_day", "no such day", {"value": value}) from None
    return value


PartialDate = Annotated[
    str,
    BeforeValidator(_date_as_text),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"),
    AfterValidator(_in_calendar),
]


class Strict(BaseModel):
    """A model without unknown keys or type conversion, and what messages call it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    noun: ClassVar[str]
    nested: ClassVar[Mapping[str, type["Strict"]]] = {}
    """The models of nested values, by their keys."""


class Record(Strict):
    """An entry of a YAML list. No two have the same value of `key`. Docstrings of fields go into the JSON Schema."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    key: ClassVar[str] = "id"
    invalid_code: ClassVar[str]
    duplicate_code: ClassVar[str]
