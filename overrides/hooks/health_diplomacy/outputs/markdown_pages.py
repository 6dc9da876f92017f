"""The Markdown version of each page, at the path of its source: `essays/defense.md` beside `essays/defense/`."""

import re
from collections.abc import Mapping

from health_diplomacy.content.front_matter import EssayPage, TopicPage
from health_diplomacy.content.site import GLOSSARY_PAGE
from health_diplomacy.content.snippets import remove_markers, replace_includes
from health_diplomacy.render import glossary
from health_diplomacy.render.context import RenderContext
from health_diplomacy.render.placeholders import findings_markdown, replace_in_markdown

_CODE_OR_ATTRIBUTES = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>```+|~~~+)[\s\S]*?\n(?P=indent)(?P=fence)[ \t]*$|(?P<ticks>`+)[^`\n]+(?P=ticks)"
    r"|\n\{ ?[:.#][^}\n]*\}[ \t]*$|(?<=\S)[ \t]*\{ ?[:.#][^}\n]*\}",
    re.MULTILINE,
)


def without_attributes(markdown: str) -> str:
    """Markdown without its attribute lists, except in code."""
    return _CODE_OR_ATTRIBUTES.sub(lambda match: match[0] if match["fence"] or match["ticks"] else "", markdown)


def files(context: RenderContext) -> Mapping[str, str]:
    """Every page as plain Markdown, by path below the site."""
    return {uri: _markdown(context, uri) for uri in context.site.pages}


def _markdown(context: RenderContext, uri: str) -> str:
    site = context.site
    page, topic = site.pages[uri], site.topic_by_uri.get(uri)
    body = glossary.page_markdown(site, context.ui) if uri == GLOSSARY_PAGE else site.documents[uri].body
    body = replace_includes(remove_markers(body), lambda id: _passage(context, id))
    body = replace_in_markdown(without_attributes(body), context, uri)
    parts = [] if isinstance(page, EssayPage) else [f"# {page.title}"]  # an essay's title is part of its text
    if isinstance(page, TopicPage):
        parts.append(page.question)
    parts.append(body.strip())
    if topic and (claims := site.claims_in_topic(topic)):
        parts += [f"## {context.ui['record_title']}", findings_markdown(context, claims)]
    parts.append(f"---\n\n{context.permalink(uri)} ({site.updated_on(uri)})\n")
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(parts))


def _passage(context: RenderContext, id: str) -> str:
    paragraph = context.site.paragraphs[id]
    quoted = "\n".join(f"> {line}" for line in paragraph.text.split("\n"))
    return f"{quoted}\n>\n> ({context.paragraph_label(paragraph)}: {context.permalink(paragraph.essay.uri, id)})"
