"""Rendering for templates and outputs: citations, references, structured data and page content."""
