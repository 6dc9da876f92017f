"""The validator and Lighthouse, which come from npm: `npm ci --ignore-scripts --prefix tests/audit` installs both, as pinned there."""

import json
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
JAR = HERE / "node_modules/vnu-jar/build/dist/vnu.jar"
LIGHTHOUSE = HERE / "node_modules/lighthouse/cli/index.js"
CATEGORIES = ("accessibility", "best-practices", "seo")


def missing() -> str:
    """What this machine lacks for these tools, in one line; empty if nothing."""
    for program in ("java", "node", "npm"):
        if not shutil.which(program):
            return f"the audit needs {program}, which is not installed"
    return "" if JAR.is_file() and LIGHTHOUSE.is_file() else "run npm ci --ignore-scripts --prefix tests/audit first"


def invalid(pages: list[Path]) -> list[str]:
    """What the Nu Html Checker finds wrong in these pages, one line each."""
    command = ["java", "-jar", str(JAR), "--format", "json", "--errors-only", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    messages = json.loads(done.stderr or '{"messages": []}')["messages"]
    return [
        f"{each.get('url', '')}:{each.get('lastLine', 1)}: {each['message']}"
        for each in messages
        if each["type"] == "error"
    ]


def lighthouse(address: str, browser: str) -> dict[str, int]:
    """Lighthouse's marks for a page, of 100, by category."""
    # Chromium as root has no sandbox; the rest keeps it from asking its maker for anything.
    flags = "--headless=new --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --no-sandbox"
    command = [
        "node",
        str(LIGHTHOUSE),
        address,
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={flags}",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "CHROME_PATH": browser}
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    report = json.loads(done.stdout)
    failed = [
        f"{name}: {audit['title']}"
        for name, audit in report["audits"].items()
        if audit["score"] == 0 and audit["scoreDisplayMode"] == "binary"
    ]
    if failed and os.environ.get("AUDIT_VERBOSE"):
        print(address, failed)
    return {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
