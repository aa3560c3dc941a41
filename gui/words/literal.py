"""Words that people gave a thing, shown as they stand: a tool tip would take `<b>` for bold."""

import html


def literal(text: str) -> str:
    """The text for a tool tip: as it is, or where it looks like HTML escaped, with its lines."""
    if "<" not in text and "&" not in text:
        return text
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>'
