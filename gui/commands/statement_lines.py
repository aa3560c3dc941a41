"""`onebyone lessons --statements`: what is commonly said, what is true, and where a lesson shows it."""

from textwrap import wrap
from typing import Any, Final

from presets.statements import Statement, lesson_of, statements

WIDTH: Final = 100


def lines() -> list[str]:
    """For people: source by source, each sentence with its answer, its lesson and the page's words."""
    made: list[str] = []
    source = ""
    for one in statements():
        if one.source != source:
            source = one.source
            made += ["", f"{source[0].upper()}{source[1:]}"]
        made += wrap(f"“{one.said}”", WIDTH, initial_indent="  ", subsequent_indent="   ")
        where = f"{one.lesson}, page {one.page}"
        made += wrap(
            f"{one.true}  [{where}: {one.told}]", WIDTH, initial_indent="      ", subsequent_indent="      "
        )
    return made[1:]


def records() -> list[dict[str, Any]]:
    """For programs."""
    return [_record(one) for one in statements()]


def _record(one: Statement) -> dict[str, Any]:
    found = lesson_of(one.lesson)
    return {
        "source": one.source,
        "said": one.said,
        "true": one.true,
        "lesson": one.lesson,
        "page": one.page,
        "title": found.pages[one.page - 1].title,
        "told": one.told,
    }
