"""The ids of a page, and of the trees within it that have ids of their own."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

from .attributes import COMMANDS, TARGETS
from .model import Reference


@dataclass
class Tree:
    """Ids, and references to ids, of one tree: the page, a shadow tree or a srcdoc page."""

    ids: dict[str, str] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)
    wanted: dict[tuple[Reference, str], None] = field(default_factory=dict)  # with the command of a button
    inert_ids: set[str] = field(default_factory=set)

    def look_up(
        self, reference: Reference, command: str, maps: Container[str]
    ) -> tuple[bool, tuple[str, frozenset[str]] | None]:
        """Whether the id that an attribute holds exists, and its element and the right ones if it has the wrong one."""
        value = reference.value
        if reference.attribute == "usemap":  # a hash-name reference (WHATWG HTML, section 2.3.9)
            return value.partition("#")[2] in maps, None
        tag, _, state = self.ids.get(value, "").partition(" ")
        right = TARGETS.get((reference.element, reference.attribute)) or COMMANDS.get(command, frozenset())
        if right and tag and "-" not in tag and state not in right and (tag not in right or state == "hidden"):
            return True, (f"{tag} {state}".strip(), right)
        return bool(tag) or value in self.inert_ids, None
