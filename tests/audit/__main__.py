"""The command: `python -m tests.audit` prints the site's figures beside those of the same words in stock Material, measured in one run."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.audit import measure, tools
from tests.browsing import NO_BROWSER, launched, program, served
from tests.reading import ROOT
from tests.sources import build

STOCK = """\
site_name: Health Diplomacy
site_url: https://pages.example/health-diplomacy/
docs_dir: {docs}
theme:
  name: material
  features: [navigation.indexes]
markdown_extensions:
  - attr_list
  - toc: {{permalink: true}}
  - pymdownx.snippets: {{base_path: ["{docs}"]}}
"""
SAMPLE = ["", "essays/defense/", "topics/peace-building/", "evidence/method/", "about/"]


def figures(browser: Browser, site: Path, root: str) -> list[tuple[str, str]]:
    """The figures of a built site that is served at an address, over the sample of pages."""
    visits = [measure.visit(browser, root + each) for each in SAMPLE]
    wrong = 0
    for address in SAMPLE:
        for width, colors in ((390, "light"), (1280, "dark")):
            look: dict[str, Any] = {"viewport": {"width": width, "height": 844}, "color_scheme": colors}
            context = browser.new_context(**look, bypass_csp=True)
            tab = context.new_page()
            tab.goto(root + address)
            wrong += len(measure.violations(tab))
            context.close()
    rows = [
        ("first visit to an essay, KB without fonts", f"{visits[1].weight / 1000:.1f}"),
        ("first visit to a topic, KB without fonts", f"{visits[2].weight / 1000:.1f}"),
        ("the same with fonts of its own, KB", f"{(visits[2].weight + visits[2].fonts) / 1000:.1f}"),
        ("requests on that page", str(len(visits[2].requests))),
        ("requests to other hosts, five pages", str(sum(len(each.elsewhere) for each in visits))),
        ("cookies", str(sum(each.cookies for each in visits))),
        ("layout shift, worst of five pages", f"{max(each.moved for each in visits):.3f}"),
        ("render-blocking requests, most", str(max(len(each.blocking) for each in visits))),
        ("axe-core violations, five pages, two widths and schemes", str(wrong)),
    ]
    if lack := tools.missing():
        rows.append(("validator, Lighthouse", lack))
    else:
        pages = [site / each / "index.html" for each in SAMPLE]
        rows.append(("validator errors, five pages", str(len(tools.invalid(pages)))))
        marks = tools.lighthouse(root + SAMPLE[2], program())
        rows.append(("Lighthouse: accessibility, best practices, SEO", " / ".join(map(str, marks.values()))))
    return rows


def main() -> int:
    """Builds both sites, measures both, prints a table; status 1 where there is no browser or a build fails."""
    argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__).parse_args()
    if not program():
        print(NO_BROWSER, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = Path(folder, "ours"), Path(folder, "stock")
        settings, docs = Path(folder, "mkdocs.yml"), Path(folder, "docs")
        settings.write_text(STOCK.format(docs=docs.as_posix()), encoding="utf-8")
        shutil.copytree(ROOT / "docs", docs)
        for page in docs.rglob("*.md"):  # stock Material has none of our templates
            page.write_text(re.sub(r"(?m)^template: .*\n", "", page.read_text(encoding="utf-8")), encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(settings), "-d", str(stock)]
        plain = subprocess.run(command, capture_output=True, text=True, check=False)
        result = build(ROOT, ours)
        if result.exit_code or plain.returncode:
            print(result.output + plain.stderr, file=sys.stderr)
            return 1
        with launched() as browser, served(ours) as own_root, served(stock) as other_root:
            table = zip(figures(browser, ours, own_root), figures(browser, stock, other_root), strict=True)
            print(f"{'':58}{'this site':>16}{'stock Material':>18}")
            for (name, own), (_, other) in table:
                print(f"{name:58}{own:>16}{other:>18}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
