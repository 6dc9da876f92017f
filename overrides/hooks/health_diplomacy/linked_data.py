"""What a page says of itself to machines: JSON-LD in the terms of schema.org.

Terms used, each defined at https://schema.org/ under its name: WebSite, Article, WebPage, CollectionPage, BreadcrumbList,
ListItem, ClaimReview, Claim, Rating, Organization. A test holds every page against their definitions.
"""

from __future__ import annotations

from typing import Any

from .citing import Desk
from .evidence import Claim, claims_page
from .frontmatter import Essay, Topic

Node = dict[str, Any]


def document(desk: Desk, uri: str, description: str) -> Node:
    """What a page says of itself, as one JSON-LD document. `description` is the site's own."""
    nodes = [_website(desk, description), _page(desk, uri), _breadcrumbs(desk, uri)]
    for essay in desk.library.essays:
        if uri == claims_page(essay.id):
            nodes += [_publisher(desk), *(_review(desk, claim) for claim in desk.library.claims_on(essay))]
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def _website(desk: Desk, description: str) -> Node:
    site = {"@type": "WebSite", "@id": f"{desk.home}#site", "url": desk.home, "name": desk.name}
    return {**site, "description": description, "inLanguage": desk.language}


def _publisher(desk: Desk) -> Node:
    return {"@type": "Organization", "@id": f"{desk.home}#publisher", "name": desk.name, "url": desk.home}


def _page(desk: Desk, uri: str) -> Node:
    page = desk.library.pages[uri]
    article = isinstance(page, Essay | Topic)
    kind = "Article" if article else "CollectionPage" if uri.endswith("index.md") and "/" in uri else "WebPage"
    modified = desk.library.modified_on(uri)
    return {
        "@type": kind,
        "@id": desk.permalink(uri),
        "url": desk.permalink(uri),
        "headline" if article else "name": page.title,
        "description": page.description,
        "inLanguage": desk.language,
        "datePublished": page.published.isoformat(),
        **({"dateModified": modified.isoformat()} if modified else {}),
        "isPartOf": {"@id": f"{desk.home}#site"},
    }


def _breadcrumbs(desk: Desk, uri: str) -> Node | None:
    """The way from the home page: through the index of the page's folder, if it has one."""
    folder = f"{uri.rpartition('/')[0]}/index.md"
    trail = ["index.md", *([folder] if folder in desk.library.pages and folder != uri else []), uri]
    if uri == "index.md":
        return None
    items = [
        {
            "@type": "ListItem",
            "position": place,
            "name": desk.library.pages[each].title,
            "item": {"@id": desk.permalink(each)},
        }
        for place, each in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _review(desk: Desk, claim: Claim) -> Node:
    """A claim's verdict. Verdicts are words, not marks: the rating has a name and no number.

    The note and its sources stand on the page and in claims.json; a third time here they would be half of the page's weight.
    """
    essay = desk.library.paragraphs[claim.paragraph].essay
    permalink = desk.claim_permalink(claim)
    return {
        "@type": "ClaimReview",
        "url": permalink,
        "datePublished": claim.reviewed.isoformat(),
        "expires": claim.review_by.isoformat(),
        "claimReviewed": claim.quote,
        "author": {"@id": f"{desk.home}#publisher"},
        "reviewRating": {"@type": "Rating", "name": desk.words[claim.verdict]},
        "itemReviewed": {"@type": "Claim", "appearance": {"@id": desk.permalink(essay.uri)}},
    }
