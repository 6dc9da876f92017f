"""The codes of all messages; `codes.yml` has their meanings."""

from pathlib import Path

import yaml

from health_diplomacy.content.yaml_diagnostics import Parser

CODES: dict[str, str] = yaml.load(Path(__file__).with_suffix(".yml").read_bytes(), Parser)

STYLE = frozenset({"M04", "Q01"})
"""Style and spelling fail a check but not a build."""
