"""The essays, their topics and the evidence: read, checked, rendered and written."""

COMMAND = ".venv/bin/python overrides/hooks"
"""The command as README gives it, so that printed commands can be copied."""
