"""The Markdown version of each page, at the path of its source: `essays/defense.md` beside `essays/defense/`."""

import re
from collections.abc import Mapping

from health_diplomacy.content.site import GLOSSARY_PAGE
from health_diplomacy.content.snippets import remove_markers, replace_includes
from health_diplomacy.render import glossary
from health_diplomacy.render.context import RenderContext
from health_diplomacy.render.placeholders import replace_in_markdown

_CODE_OR_ATTRIBUTES = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>```+|~~~+)[\s\S]*?\n(?P=indent)(?P=fence)[ \t]*$|(?P<ticks>`+)[^`\n]+(?P=ticks)"
    r"|\n\{ ?[:.#][^}\n]*\}[ \t]*$|(?<=\S)[ \t]*\{ ?[:.#][^}\n]*\}",
    re.MULTILINE,
)


def without_attributes(markdown: str) -> str:
    """Markdown without its attribute lists, except in code."""
    return _CODE_OR_ATTRIBUTES.sub(lambda match: match[0] if match["fence"] or match["ticks"] else "", markdown)


def files(context: RenderContext) -> Mapping[str, str]:
    """Every page as plain Markdown, by path relative to the site's root."""
    return {uri: _markdown(context, uri) for uri in context.site.pages}


def _markdown(context: RenderContext, uri: str) -> str:
    site = context.site
    body = glossary.page_markdown(site, context.ui) if uri == GLOSSARY_PAGE else site.documents[uri].body
    body = replace_includes(remove_markers(body), lambda id: _passage(context, id))
    body = replace_in_markdown(without_attributes(body), context, uri)
    text = context.render("partials/markdown/page.md", uri=uri, body=body.strip())
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _passage(context: RenderContext, id: str) -> str:
    paragraph = context.site.paragraphs[id]
    quoted = "\n".join(f"> {line}" for line in paragraph.text.split("\n"))
    return f"{quoted}\n>\n> ({context.paragraph_label(paragraph)}: {context.permalink(paragraph.essay.uri, id)})"
