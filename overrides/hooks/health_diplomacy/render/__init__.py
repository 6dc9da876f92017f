"""What templates and outputs ask for: citations, references, structured data, and what the build writes into pages."""
