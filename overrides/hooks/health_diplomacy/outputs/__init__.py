"""Files beside the pages: search index, feeds, Markdown versions and data files."""
