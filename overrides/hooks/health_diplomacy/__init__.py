"""The essays, their topics and the evidence: read, checked, rendered and written.

Only `site_build.py` and `../build.py` know MkDocs, so that moving to another generator means rewriting those two and the
templates.
"""

COMMAND = ".venv/bin/python overrides/hooks"
"""The command as README gives it, so that printed commands can be copied."""
