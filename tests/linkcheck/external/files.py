"""The two files that a run may keep, read with care and written safely."""

import json
import os
from pathlib import Path
from typing import Any


class BadFile(Exception):
    """A file that was given can't be used; the message says which, where and why, in one line."""


def read(path: Path, purpose: str) -> tuple[dict[str, Any], str]:
    """The JSON object in a file, and the text of it; both empty if there is no such file yet."""
    if not path.parent.is_dir():
        raise BadFile(f"{path}: the {purpose} can't be kept here. Hint: make the folder {path.parent} first")
    try:
        text = path.read_text("utf-8")
        data = json.loads(text)
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        raise BadFile(f"{path}: the {purpose} can't be read ({error.strerror}). Hint: name another file") from error
    except json.JSONDecodeError as error:
        raise BadFile(f"{path}:{error.lineno}: the {purpose} is not valid JSON. Hint: mend it or remove it") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadFile(f"{path}:1: the {purpose} is not valid JSON. Hint: mend it or remove it") from error
    if not isinstance(data, dict):
        raise BadFile(f"{path}:1: this is not the {purpose}. Hint: name another file")
    return data, text


def write(path: Path, data: dict[str, Any]) -> None:
    """Replace a file by another in one step: who stops us in between finds the old one whole."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BadFile(f"{path}: it can't be written ({error.strerror}). Hint: name another file") from error
