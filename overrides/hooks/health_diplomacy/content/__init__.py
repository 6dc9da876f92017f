"""Reads what authors write: pages, essays and lists of records, as one indexed `Site` and a list of problems."""
