"""The MkDocs event handlers; `SiteBuild` does most of the work."""

import errno
import logging
import traceback
from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostics import Diagnostic, as_text
from health_diplomacy.codes import STYLE
from health_diplomacy.content import configuration
from health_diplomacy.content.configuration import OWN_EXTENSION
from health_diplomacy.content.site import GLOSSARY_PAGE
from health_diplomacy.outputs import staging
from health_diplomacy.render import glossary
from health_diplomacy.render.context import RenderContext
from health_diplomacy.render.placeholders import added_ids
from health_diplomacy.site_build import SiteBuild
from jinja2 import Environment, TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.hooks.health_diplomacy")
TEMPLATES = (".html", ".md", ".xml")


@dataclass
class _State:
    """MkDocs loads this file once and runs every build of `mkdocs serve` with it."""

    serving: bool = False
    build: SiteBuild | None = None
    failure: str = ""

    @property
    def current(self) -> SiteBuild:
        assert self.build is not None
        return self.build

    @property
    def has_site(self) -> bool:
        """Whether an earlier build can be served."""
        return self.build is not None and (self.build.target_dir / "index.html").exists()

    @property
    def kept(self) -> str:
        """What a failed build says of the last good site, if there is one."""
        return " The last good site is unchanged." if self.has_site else ""


state = _State()


def on_startup(command: str, dirty: bool) -> None:
    state.serving = command == "serve"
    if state.serving:
        from mkdocs.commands import serve  # a build has no use for its server

        serve.build = _keep_going(serve.build)  # MkDocs would exit if the first build fails, before any event


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Build into a staging directory, and make no request to other hosts."""
    target_dir = staging.target_dir(Path(config.site_dir))
    state.build = build = SiteBuild(config, state.serving, Path(config.config_file_path).resolve().parent, target_dir)
    sources = (config.config_file_path, config.docs_dir, config.theme.custom_dir or "")
    if reason := staging.refusal_reason(target_dir, [Path(each).resolve() for each in sources]):
        hint = "name a new or an empty folder with '--site-dir'"
        problem = Diagnostic(build.display_path(target_dir), 1, "H03", reason, hint)
        raise Abort(f"{problem}\n\n1 problem. Nothing was built.")
    build.staging = staging.Staging(target_dir)
    config.site_dir = str(build.staging.new)
    logging.getLogger("mkdocs").addHandler(build.warnings)
    config.markdown_extensions.append(OWN_EXTENSION)  # MkDocs loads those of its file before hooks can be imported
    config.site_url = config.site_url or configuration.read(build.root)[0].site_url  # where SITE_URL is set but empty
    if not config.repo_url:
        config.edit_uri = ""  # no repository, no edit links
    if build.offline:
        config.extra["polyfills"] = ["iframe-worker"]  # without it, Material's plugin names one on another host
        config.theme.static_templates -= {"404.html", "sitemap.xml"}  # only servers use them
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """Check all sources before anything is written."""
    found = state.current.load()
    problems = [problem for problem in found if problem.severity == "error" and problem.code not in STYLE]
    advice = [problem for problem in found if problem not in problems]
    if advice:
        log.info(f"Worth a look:\n\n{as_text(advice)}")
    if problems:
        raise Abort(f"{as_text(problems)}\n{_count(problems)}. Nothing was built.{state.kept}")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add generated files and remove unused ones."""
    build = state.current
    for file in [each for each in files if build.is_unused(each)]:
        files.remove(file)
    build.context = RenderContext.of(config, build.site)
    for file in build.generated_files():
        files.append(file)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Generate the glossary, and set a date that doesn't depend on the day of the build."""
    build = state.current
    page.update_date = build.site.updated_on(page.file.src_uri).isoformat()
    return glossary.page_markdown(build.site, build.context.ui) if page.file.src_uri == GLOSSARY_PAGE else markdown


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    state.current.add_template_globals(env, files)
    return env


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Register ids that are added later, so that MkDocs accepts links to them, and add definitions to links."""
    site = state.current.site
    page.present_anchor_ids = {*(page.present_anchor_ids or ()), *added_ids(site, page.file.src_uri)}
    return glossary.with_definitions(html, site.terms)


@event_priority(50)
def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Runs before the search plugin indexes the page."""
    state.current.render_content(page, context)
    return context


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Publish the finished site if its links work. In strict mode a warning is a failure."""
    build, site_dir = state.current, Path(config.site_dir)
    logging.getLogger("mkdocs").removeHandler(build.warnings)
    if config.strict and build.warnings.get_counts():
        return  # MkDocs stops the build
    build.write_outputs(site_dir)
    staging.minify(site_dir)
    if broken := build.broken_links(site_dir):
        raise Abort(f"{as_text(broken)}\n{_count(broken)}.{state.kept}")
    assert build.staging
    if not build.staging.publish():
        left = build.display_path(build.staging.directory)
        log.info(f"Some files of the old site could not be deleted; they are in {left}")
    log.info(f"The site is complete and now in {build.display_path(build.target_dir)}")


def on_build_error(error: Exception) -> None:
    """Clean up after a failed build, and report I/O and template errors as problems."""
    build = state.build
    if build is None:
        return
    logging.getLogger("mkdocs").removeHandler(build.warnings)
    if build.staging:
        build.staging.close()
    if isinstance(error, OSError):
        interrupted = staging.is_interrupted(build.target_dir)
        kept = " The next build restores the last good site." if interrupted else state.kept
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        file = build.target_dir if full else error.filename or build.root
        hint = "check the free disk space and the permissions of this path"
        problem = Diagnostic(build.display_path(file), 1, "H02", error.strerror or str(error), hint)
        raise Abort(f"{problem}\n\n1 problem.{kept}") from None
    if isinstance(error, TemplateError):
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(TEMPLATES)]
        path = getattr(error, "filename", None) or (frames[-1].filename if frames else build.root / "overrides")
        line = getattr(error, "lineno", None) or (frames[-1].lineno if frames else 1)
        hint = "undo the last edit, or correct the tag on this line"
        what = f"this template cannot be rendered: {error}"
        problem = Diagnostic(build.display_path(path), line or 1, "H01", what, hint)
        raise Abort(f"{problem}\n\n1 problem.{state.kept}") from None


def on_serve(server: "LiveReloadServer", config: MkDocsConfig, builder: Callable[..., None]) -> "LiveReloadServer":
    """Serve the last good site after a failed build, or the failure if there is none."""
    server.builder = _keep_going(server.builder)
    error_page = server.error_handler

    def failure_page(code: int) -> bytes | None:
        if not state.failure or state.has_site:
            return error_page(code)
        page = config.theme.get_env().get_template("unbuilt.html").render(failure=state.failure)
        inject: Callable[..., bytes] = server._inject_js_into_html  # live reload, as in every page
        return inject(page.encode(), server._visible_epoch)

    server.error_handler = failure_page
    return server


def _count(found: Sized) -> str:
    return f"{len(found)} problem{'s' if len(found) > 1 else ''}"


def _keep_going(build: Callable[..., None]) -> Callable[..., None]:
    """Print a failed build's error; MkDocs would exit or leave the browser waiting."""

    def keep_going(*arguments: Any, **options: Any) -> None:
        state.failure = ""
        try:
            build(*arguments, **options)
        except Exception as error:  # whatever failed, keep serving
            state.failure = str(error)
            shown = "The last good page is still" if state.has_site else "In the browser this is"
            print(f"\n{error}\n\n{shown} shown.\n", flush=True)

    return keep_going
