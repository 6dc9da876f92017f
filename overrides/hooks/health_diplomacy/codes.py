"""The codes of all messages; `codes.yml` has their meanings."""

from pathlib import Path

import yaml

CODES: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))

STYLE = frozenset({"M04", "Q01"})
"""Style and spelling fail a check but not a build."""
