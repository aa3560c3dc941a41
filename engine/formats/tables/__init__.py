"""Networks as tables: text, Markdown, LaTeX, CSV, HTML, JSON."""
