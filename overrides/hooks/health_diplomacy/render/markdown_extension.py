"""A Python-Markdown extension that adapts the HTML of other extensions to this site.

HTML has no `align`, so the alignment of table cells and images becomes a class. Tables scroll in a focusable region,
and the checkboxes of task lists get labels. Abbreviations that a page defines are not marked up in paragraphs of the
essays, which are quoted word for word.
"""

import re
from itertools import takewhile
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor

PARAGRAPH_ID = re.compile(r"[a-z0-9-]+-\d+")
LAST = 1  # after attribute lists (8) and abbreviations (7)


class _HtmlAdapter(Treeprocessor):  # type: ignore[misc] # Markdown has no types
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag in {"th", "td", "img"} and "align" in element.attrib:
                align = element.attrib.pop("align")
                element.set("class", f"{element.get('class', '')} align-{align}".strip())
            elif element.tag == "li" and "task-list-item" in element.get("class", "").split():
                _label_checkbox(element, self.md)
            elif element.tag == "p" and PARAGRAPH_ID.fullmatch(element.get("id", "")):
                _unwrap_abbreviations(element)
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.tag == "table":
                    parent[index] = _scroll_region(child)


def _label_checkbox(item: Element, md: Markdown) -> None:
    """Put the words of a task and its checkbox, at their start, into a label, so that the checkbox has a name."""
    words = item if (item.text or "").strip() else item[0]
    label = Element("label")
    label.text, words.text = words.text, None
    label.extend(takewhile(lambda child: not md.is_block_level(child.tag), words))
    for child in label:
        words.remove(child)
    words.insert(0, label)


def _scroll_region(table: Element) -> Element:
    """The table in a focusable group labeled with its column headings (WCAG 2.2, 2.1.1)."""
    columns = ", ".join(filter(None, ("".join(cell.itertext()).strip() for cell in table.iter("th"))))
    region = Element("div", {"class": "hd-scroll", "tabindex": "0", "role": "group", "aria-label": columns})
    region.append(table)
    region.tail, table.tail = table.tail, None
    return region


def _unwrap_abbreviations(paragraph: Element) -> None:
    for parent in list(paragraph.iter()):
        for child in [child for child in parent if child.tag == "abbr"]:
            index, text = list(parent).index(child), "".join(child.itertext()) + (child.tail or "")
            if index:
                parent[index - 1].tail = (parent[index - 1].tail or "") + text
            else:
                parent.text = (parent.text or "") + text
            parent.remove(child)


class _SiteExtension(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(_HtmlAdapter(md), "site", LAST)
        md.treeprocessors["toc"].slugify = slugify_unicode  # the default drops Arabic letters


def makeExtension(**options: object) -> Extension:
    """Called by Python-Markdown."""
    return _SiteExtension(**options)
