"""Where MkDocs and the essays meet: each event handed to the function that does the work.

Kept thin on purpose: moving to another generator means rewriting this file and the templates.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import traceback
from pathlib import Path

import mkdocs_redirects.plugin
from health_diplomacy import (
    checks,
    citing,
    configuration,
    evidence,
    glossary,
    history,
    linked_data,
    machines,
    pictures,
    policy,
    publishing,
    references,
    search_index,
    style,
)
from health_diplomacy.citing import Desk
from health_diplomacy.frontmatter import Essay, Topic
from health_diplomacy.library import GLOSSARY_PAGE, read_library, topic_id
from health_diplomacy.problems import Problem, report
from jinja2 import TemplateError
from markupsafe import escape
from mkdocs.commands import serve
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File
from mkdocs.utils import CountHandler

PARAGRAPH = re.compile(r'<p id="(?P<id>[a-z0-9-]+-\d+)">(?P<words>.*?)</p>', re.DOTALL)
MARK = re.compile(r"<!-- (claims|downloads|finder|map|mechanism|sources|verdicts) -->")
log = logging.getLogger("mkdocs.hooks.health_diplomacy")
SEARCH_INDEX = "search/search_index.js"


class Build:
    """What one build has to remember between two events. While serving, all builds share it."""

    root: Path
    site: Path
    staging = None
    serves = False
    failure = ""
    library = None
    env = None
    desk = None
    addresses: dict[str, str] = {}
    references: dict[str, str] = {}
    warnings = CountHandler()


def on_startup(command, dirty):
    """Remembers whether somebody is writing: style and spelling are told then, and stop nothing."""
    Build.serves = command == "serve"
    if Build.serves:
        serve.build = _keep_going(serve.build)  # MkDocs would exit if the first build fails, before any event


@event_priority(100)
def on_config(config):
    """Builds beside the last good site, and keeps the offline copy from asking other hosts for anything."""
    Build.root = Path(config.config_file_path).resolve().parent
    Build.site = publishing.target_dir(Path(config.site_dir))
    sources = (config.config_file_path, config.docs_dir, config.theme.custom_dir)
    if why := publishing.why_not(Build.site, [Path(source).resolve() for source in sources]):
        problem = Problem(_shown(Build.site), 1, "H03", why, "name a new or an empty folder with '--site-dir'")
        raise Abort(f"{problem}\n\n1 problem. Nothing was built.")
    Build.staging = publishing.Staging(Build.site)
    config.site_dir = str(Build.staging.new)
    Build.warnings = CountHandler(level=logging.WARNING)
    logging.getLogger("mkdocs").addHandler(Build.warnings)
    if not config.repo_url:
        config.edit_uri = ""  # nowhere to edit, no link to it
    if _offline(config):
        config.extra["polyfills"] = ["iframe-worker"]  # without it, Material's plugin names one on another host
        config.theme.static_templates -= {"404.html", "sitemap.xml"}  # both are for servers only
    return config


def on_pre_build(config):
    """Reads and checks every source before anything is written."""
    docs = Path(config.docs_dir)
    shown = _shown(docs)
    Build.library = read_library(docs, shown)
    Build.library.changed = history.changed_days(docs)
    found = checks.check(Build.library, docs, _settings(config), shown)
    if Build.serves:
        found += style.check(Build.root, style.files(Build.root, shown))
    problems = [problem for problem in found if problem.stops_a_build]
    advice = [problem for problem in found if not problem.stops_a_build]
    if advice:
        log.info(f"Worth a look:\n\n{report(advice)}\n")
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise Abort(f"{report(problems)}\n\n{count}. Nothing was built; the last good site is as it was.")


def on_files(files, config):
    """Adds citations and the evidence in their other forms, and leaves out what no page of ours asks for."""
    own = Path(config.theme.custom_dir)
    for file in list(files):
        # Material's styles, scripts and icons; what the hooks read; and the sitemap's template where it is not rendered
        if (
            (
                file.abs_src_path
                and not file.is_documentation_page()
                and not _below(file.abs_src_path, own, config.docs_dir)
            )
            or file.src_uri == "sitemap.xml"
            or file.src_uri.startswith("hooks/")
        ):
            files.remove(file)
    words = _words(config.theme.get_env(), config)
    Build.desk = Desk(Build.library, config.site_url or "", config.site_name, words, config.theme.get("language", "en"))
    written = Build.desk.files()
    if Build.library.claims:
        written |= Build.library.exports(Build.desk.claim_permalink)
    for place, text in written.items():
        files.append(File.generated(config, place, content=text))
    if not _offline(config):
        for place, text in machines.files(Build.desk, config.site_description).items():
            files.append(File.generated(config, place, content=text))
        for file in _overlay(config):
            files.append(file)
    return files


def on_page_markdown(markdown, page, config, files):
    """Writes the terms into the glossary page, and gives MkDocs a day that does not depend on when it builds."""
    published = Build.library.pages[page.file.src_uri].published
    page.update_date = (Build.library.modified_on(page.file.src_uri) or published).isoformat()
    if page.file.src_uri == GLOSSARY_PAGE:
        return Build.library.glossary_page(Build.desk.words)
    return markdown


def on_env(env, config, files):
    """Gives every template the library, the site's own words, and the address of any source."""
    Build.env = env
    Build.addresses = {file.src_uri: file.url for file in files.documentation_pages()}
    library, words = Build.library, Build.desk.words
    items = [references.csl(source) for source in library.sources.values()]
    links = {source.id: source.url for source in library.sources.values()}
    listing = files.get_file_from_path("downloads/downloads.json")
    Build.references = dict(zip(links, references.in_html(items, links), strict=True))
    early = env.get_template("partials/early.html").render().strip()
    onward = env.get_template("partials/onward.html").render().strip()
    env.globals.update(
        library=library,
        words=words,
        cite=Build.desk,
        bibtex_file=citing.bibtex_file,
        csl_file=citing.csl_file,
        references=Build.references,
        early=early,
        inline_scripts="unsafe-inline" if Build.serves else policy.script_hash(early),  # MkDocs adds live reload
        evidence=evidence,
        address=lambda uri: Build.addresses[uri],
        offline=_offline(config),
        card_files={file.src_uri for file in files if file.src_uri.startswith("assets/cards/")},
        downloads=json.loads(listing.content_string) if listing else None,
    )
    # The plugin's own page has an inline script that differs from page to page, so no policy could name it.
    mkdocs_redirects.plugin.HTML_TEMPLATE = env.get_template("redirect.html").render(
        config=config, onward=onward, onward_hash=policy.script_hash(onward)
    )
    return env


def on_page_content(html, page, config, files):
    """Lets other pages link to what the build will write into this one, and puts definitions on the links to terms."""
    page.present_anchor_ids = (page.present_anchor_ids or set()) | set(
        Build.library.ids_written_into(page.file.src_uri)
    )
    return glossary.with_definitions(html, Build.library.terms)


@event_priority(50)
def on_page_context(context, page, config, nav):
    """Dresses the essays' paragraphs, before the page is indexed for search."""
    library, uri = Build.library, page.file.src_uri
    model = library.pages[uri]
    context["front"] = model
    page.meta |= {
        "title": escape(model.title),
        "description": escape(model.description),
    }  # Material prints them as they are
    if isinstance(model, Essay):
        context["essay"] = next(each for each in library.essays if each.uri == uri)
        page.content = _dress(page.content, "partials/paragraph.html", context)
    elif isinstance(model, Topic):
        context["topic"] = next(each for each in library.topics if each.id == topic_id(uri))
        page.content = _dress(page.content, "partials/passage.html", context)
    page.content = MARK.sub(
        lambda mark: Build.env.get_template(f"partials/{mark[1]}.html").render(context), page.content
    )
    page.canonical_url = Build.desk.permalink(uri)
    context["pictures"] = pictures.shown_in(page.content, page.file.url, library.pictures)
    context["linked_data"] = linked_data.document(Build.desk, uri, config.site_description)
    return context


@event_priority(-200)
def on_post_build(config):
    """Puts the finished site in its place. In strict mode a warning is a failure, and a failure publishes nothing."""
    logging.getLogger("mkdocs").removeHandler(Build.warnings)
    if config.strict and Build.warnings.get_counts():
        return  # MkDocs stops the build
    if not _offline(config):
        for place, text in machines.twins(Build.desk).items():
            Path(config.site_dir, place).write_text(text, encoding="utf-8")
    _write_search_index(Path(config.site_dir))
    publishing.minify(Path(config.site_dir))
    if not Build.staging.publish():
        log.info(f"Some files of the old site could not be deleted; they are in {_shown(Build.staging.directory)}")
    log.info(f"The site is whole and now in {_shown(Build.site)}")


def on_build_error(error):
    """Leaves nothing of a failed build behind, and tells of a broken template by its place."""
    logging.getLogger("mkdocs").removeHandler(Build.warnings)
    if Build.staging:
        Build.staging.close()
    if isinstance(error, OSError):
        interrupted = publishing.is_interrupted(Build.site)
        kept = "The next build restores the last good site." if interrupted else "The last good site is as it was."
        path = Build.site if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.filename or Build.root
        problem = Problem(
            _shown(path),
            1,
            "H02",
            error.strerror or str(error),
            "see that the disk has room and that this may be read and written",
        )
        raise Abort(f"{problem}\n\n1 problem. {kept}") from None
    if isinstance(error, TemplateError):
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
        path = getattr(error, "filename", None) or (frames[-1].filename if frames else Build.root / "overrides")
        line = getattr(error, "lineno", None) or (frames[-1].lineno if frames else 1)
        what = f"this template cannot be rendered: {error}"
        problem = Problem(
            _shown(Path(path)), line, "H01", what, "undo the last change to it, or mend the tag on this line"
        )
        raise Abort(f"{problem}\n\n1 problem. The last good site is as it was.") from None


def on_serve(server, config, builder):
    """Shows the last good site while something is wrong, or what is wrong if there is none."""
    server.builder = _keep_going(server.builder)
    error_page = server.error_handler

    def failure_page(code):
        if not Build.failure or (Build.site / "index.html").exists():
            return error_page(code)
        page = config.theme.get_env().get_template("unbuilt.html").render(failure=Build.failure)
        return server._inject_js_into_html(page.encode(), server._visible_epoch)  # live reload, as in every page

    server.error_handler = failure_page
    return server


def _keep_going(build):
    """Makes a failed build a message; MkDocs would exit, or leave the browser waiting."""

    def keep_going(*arguments, **options):
        Build.failure = ""
        try:
            build(*arguments, **options)
        except Exception as error:  # whatever it is, the person at the keyboard goes on editing
            Build.failure = str(error)
            shown = "The last good page is still" if (Build.site / "index.html").exists() else "In the browser this is"
            print(f"\n{error}\n\n{shown} shown.\n", flush=True)

    return keep_going


def _write_search_index(site):
    """Puts the site's own index in the place of the engine's."""
    listed = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    for file in site.glob("search/search_index.js*"):
        file.unlink()
    given = (Build.library, Build.desk.words, Build.references, Build.addresses.get)
    found = [
        *search_index.entries(*given),
        *search_index.pages(listed, Build.library, Build.desk.words, Build.addresses.get),
    ]
    (site / SEARCH_INDEX).write_text(search_index.script(found), encoding="utf-8")


def _dress(html, template, context):
    paragraphs = Build.library.paragraphs
    partial = Build.env.get_template(template)

    def render(match):
        paragraph = paragraphs.get(match["id"])
        if paragraph is None:
            return match[0]
        return partial.render({**context, "paragraph": paragraph, "html": match["words"]}).strip()

    return PARAGRAPH.sub(render, html)


def _settings(config):
    """What the checks need to know of the configuration, as MkDocs has read it."""
    text = Path(config.config_file_path).read_text(encoding="utf-8")
    redirects = config.plugins.get("redirects")
    return configuration.Settings(
        nav=configuration.lines_of(text, list(configuration.pages(config.nav))),
        extensions=tuple(config.markdown_extensions),
        options=config.mdx_configs,
        site_url=config.site_url or "",
        redirects=configuration.redirects_of(redirects.config["redirect_maps"] if redirects else {}, text),
        redirects_line=configuration.line_of_redirects(text),
        former=history.former_pages(Path(config.docs_dir)),
    )


def _shown(path):
    """A path as a contributor knows it: from the repository where it is in there."""
    path = Path(path).resolve()
    return path.relative_to(Build.root).as_posix() if path.is_relative_to(Build.root) else path.as_posix()


def _words(env, config):
    language = config.theme.get("language", "en")
    return env.get_template(f"partials/words/{language}.html").module.words


def _below(path, *folders):
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _offline(config):
    plugin = config.plugins.get("material/offline")
    return bool(plugin and plugin.config.enabled)


def _overlay(config):
    """What `python overrides/hooks downloads` has made, for the site to show and to hold."""
    made = Path(config.extra["downloads"]) if config.extra.get("downloads") else None
    found = sorted(file for file in made.rglob("*") if file.is_file()) if made else []
    return [File.generated(config, file.relative_to(made).as_posix(), abs_src_path=str(file)) for file in found]
