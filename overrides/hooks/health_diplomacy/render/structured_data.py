"""JSON-LD in the terms of schema.org, which describes a page to search engines.

Types used: WebSite, Article, WebPage, CollectionPage, BreadcrumbList, ListItem, ClaimReview, Claim, Rating,
Organization. A test checks every page against their definitions.
"""

from typing import Any

from health_diplomacy.content.front_matter import EssayPage, TopicPage
from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import HOME_PAGE
from health_diplomacy.render.context import RenderContext

Node = dict[str, Any]


def document(context: RenderContext, uri: str) -> Node:
    nodes = [_website(context), _page(context, uri)]
    if uri != HOME_PAGE:
        nodes.append(_breadcrumbs(context, uri))
    if essay := context.site.essay_by_claims_page.get(uri):
        nodes.append(_publisher(context))
        nodes += [_review(context, claim) for claim in context.site.claims_in_essay(essay)]
    return {"@context": "https://schema.org", "@graph": nodes}


def _website(context: RenderContext) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{context.base_url}#site",
        "url": context.base_url,
        "name": context.name,
        "description": context.description,
        "inLanguage": context.language,
    }


def _publisher(context: RenderContext) -> Node:
    url = context.base_url
    return {"@type": "Organization", "@id": f"{url}#publisher", "name": context.name, "url": url}


def _page(context: RenderContext, uri: str) -> Node:
    page = context.site.pages[uri]
    article = isinstance(page, EssayPage | TopicPage)
    kind = "Article" if article else "CollectionPage" if uri.endswith("index.md") and "/" in uri else "WebPage"
    changed = context.site.last_change(uri)
    return {
        "@type": kind,
        "@id": context.permalink(uri),
        "url": context.permalink(uri),
        "headline" if article else "name": page.title,
        "description": page.description,
        "inLanguage": context.language,
        "datePublished": page.published.isoformat(),
        **({"dateModified": changed.isoformat()} if changed else {}),
        "isPartOf": {"@id": f"{context.base_url}#site"},
    }


def _breadcrumbs(context: RenderContext, uri: str) -> Node:
    """The home page, the index of the page's folder if it has one, and the page."""
    pages = context.site.pages
    index = f"{uri.rpartition('/')[0]}/index.md"
    trail = [HOME_PAGE, *([index] if index in pages and index != uri else []), uri]
    items = [
        {"@type": "ListItem", "position": position, "name": pages[step].title, "item": {"@id": context.permalink(step)}}
        for position, step in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _review(context: RenderContext, claim: Claim) -> Node:
    """A claim's verdict, which has a name but no number.

    Parts, notes and sources are omitted, because they would double the page's size; claims.json has them.
    """
    essay = context.site.paragraphs[claim.paragraph].essay
    return {
        "@type": "ClaimReview",
        "url": context.claim_permalink(claim),
        "datePublished": claim.reviewed.isoformat(),
        "expires": claim.review_by.isoformat(),
        "claimReviewed": claim.quote,
        "author": {"@id": f"{context.base_url}#publisher"},
        "reviewRating": {"@type": "Rating", "name": context.ui[claim.label]},
        "itemReviewed": {"@type": "Claim", "appearance": {"@id": context.permalink(essay.uri)}},
    }
