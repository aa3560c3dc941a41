"""What `onebyone export --list` prints: styles, formats, and which of them go together."""

from typing import Any

from gui.commands.command import json_text
from gui.figures.figure import MOTIONS, can_write
from gui.figures.fitting import TARGETS
from gui.figures.styles import STYLES
from gui.figures.writers import WRITERS


def figure_list(*, as_json: bool) -> str:
    """The list for people, or for programs."""
    return json_text(_record()) if as_json else _text()


def _record() -> dict[str, Any]:
    return {
        "styles": [
            {
                "name": style.name,
                "title": style.title,
                "about": style.about,
                "options": sorted(style.knows),
                "needs": sorted(style.needs),
                "animations": _motions(style.name),
            }
            for style in STYLES.values()
        ],
        "writers": [
            {
                "name": writer.name,
                "title": writer.title,
                "endings": list(writer.endings),
                "takes": _takes(writer.name),
                "options": sorted(writer.uses),
            }
            for writer in WRITERS.values()
        ],
        "combinations": [
            {"style": style.name, "writer": writer.name, "works": can_write(style, writer)}
            for style in STYLES.values()
            for writer in WRITERS.values()
        ],
        "targets": [
            {
                "name": name,
                "title": target.title,
                "width_mm": target.width_mm,
                "height_mm": target.height_mm,
                "min_type_pt": target.min_type_pt,
            }
            for name, target in TARGETS.items()
        ],
    }


def _text() -> str:
    drawn = [writer.endings[0] for writer in WRITERS.values() if writer.tabulate is None]
    lines = ["Styles"]
    for style in STYLES.values():
        tables = [
            writer.endings[0] for writer in WRITERS.values() if writer.tabulate and can_write(style, writer)
        ]
        lines.append(f"  {style.name:<18}{style.about or style.title}")
        lines.append(f"  {'':<18}  options: {', '.join(sorted(style.knows)) or 'none'}")
        if tables:
            lines.append(f"  {'':<18}  also as a table of text: {', '.join(dict.fromkeys(tables))}")
    lines += ["", f"Formats of every style: {', '.join(drawn)}", ""]
    for writer in WRITERS.values():
        lines.append(
            f"  {writer.name:<18}{writer.title} ({', '.join(writer.endings)}): {_takes(writer.name)}"
        )
    lines += ["", "Sizes (--width)"]
    for name, target in TARGETS.items():
        lines.append(
            f"  {name:<18}{target.title}: {target.width_mm:g} mm, type from {target.min_type_pt:g} pt"
        )
    return "\n".join(lines)


def _motions(style_name: str) -> list[str]:
    return [name for name in MOTIONS if name and (name != "sliding" or "at" in STYLES[style_name].uses)]


def _takes(writer_name: str) -> str:
    writer = WRITERS[writer_name]
    if writer.tabulate is not None:
        return "tables"
    return "drawings" if writer.animate is None else "animations"
