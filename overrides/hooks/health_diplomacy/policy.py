"""What the pages' Content-Security-Policy says of the one script that stands in them."""

from __future__ import annotations

import base64
import hashlib


def script_hash(script: str) -> str:
    """A script's name in a policy: `sha256-` and the base64 of its digest (Content Security Policy Level 3, section 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
