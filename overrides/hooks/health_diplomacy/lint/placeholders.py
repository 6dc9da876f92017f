"""Checks on placeholders that pages must have, and on the headings of the list of changes."""

import re
from collections.abc import Iterator

from diagnostics import Diagnostic

from health_diplomacy.content.site import Site
from health_diplomacy.lint import markdown
from health_diplomacy.render.placeholders import required_placeholders

CHANGES = "changes.md"
DATED = re.compile(
    r"## (January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}( \{|$)"
)


def required(site: Site) -> Iterator[Diagnostic]:
    """Bad: `<!-- map -->` removed from docs/topics/index.md.  Good: the placeholder, on a line of its own."""
    for uri, name in required_placeholders(site):
        document = site.documents.get(uri)
        if document and document.meta and not re.search(rf"^<!-- {name} -->[ \t]*$", document.body, re.MULTILINE):
            what = f"the mark '<!-- {name} -->', which the build replaces with a part of this page, is missing"
            line = document.line_at(document.body_start)
            yield Diagnostic(document.path, line, "M11", what, "put it back, on a line of its own")


def dated_headings(site: Site) -> Iterator[Diagnostic]:
    """Bad: `## 24/11/2026` in docs/changes.md.  Good: `## November 24, 2026 { #november-24-2026 }`."""
    document = site.documents.get(CHANGES)
    if not document:
        return
    for number, line in markdown.lines_outside_code(document):
        if line.startswith("## ") and not DATED.match(line):
            hint = "write it as '## November 24, 2026 { #november-24-2026 }'"
            what = f"'{line[3:].partition('{')[0].strip()}' is not a date in the format of the other headings"
            yield Diagnostic(document.path, number, "T08", what, hint)
