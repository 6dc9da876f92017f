"""The codes that a message can have; `codes.yml` says what each means."""

from pathlib import Path

import yaml

CODES: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))

ADVICE = frozenset({"I06", "Q02", "Q03", "Q04"})
"""Codes of advice, which never fails a check."""

STYLE = frozenset({"M04", "Q01"})
"""Codes of style and spelling, which fail a check but stop no build."""
