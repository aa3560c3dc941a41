"""The report's HTML: nothing in it is fetched, and it follows the reader's light or dark."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from gui.look.theme import DARK, LIGHT, Palette

_NAMES: Final = ("window", "surface", "text", "secondary", "line", "accent", "warning")

_STYLE: Final = """
* { box-sizing: border-box }
body { margin: 0; background: var(--window); color: var(--text);
  font: 15px/1.5 Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif }
main { max-width: 1240px; margin: 0 auto; padding: 40px 24px 64px }
h1 { font-size: 30px; line-height: 1.2; margin: 0 }
h2 { font-size: 19px; margin: 0 0 12px }
p { margin: 0 0 8px } .quiet { color: var(--secondary) }
section { padding: 20px 24px; margin-top: 20px; overflow-x: auto }
section, dl.tiles div { background: var(--surface); border: 1px solid var(--line); border-radius: 10px }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px;
  margin: 24px 0 0 }
dl.tiles div { padding: 12px 16px }
dt { color: var(--secondary); font-size: 13px } dd { margin: 0; font-size: 21px; font-weight: 600 }
dd small { display: block; font-size: 12px; font-weight: 400; color: var(--secondary) }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
th { color: var(--secondary); font-weight: 600 } tfoot td { font-weight: 600; border-bottom: 0 }
td[align=right], th[align=right], .number { text-align: right }
figure { margin: 0 } figure img { max-width: 100%; height: auto; display: block }
.maps { display: grid; grid-template-columns: minmax(150px, max-content) 1fr; gap: 14px 20px;
  align-items: center }
.maps img { display: block; max-width: 100%; image-rendering: pixelated }
.maps b { display: block; font-weight: 600 } .maps span { font-size: 12px; color: var(--secondary) }
.bar { height: 8px; border-radius: 4px; background: var(--accent); min-width: 2px }
.classes { display: grid; grid-template-columns: max-content 64px 1fr; gap: 6px 16px; align-items: center }
ul.problems { margin: 0; padding-left: 20px; color: var(--warning) }
footer { margin-top: 24px; font-size: 13px; color: var(--secondary) }
@media print { body { background: #fff } section { break-inside: avoid } }
"""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A number of the whole network."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LayerMaps:
    """A layer's strongest maps."""

    name: str
    about: str
    png: bytes


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that stands on the page; what is empty is left out."""

    title: str
    subtitle: str
    tiles: Sequence[Tile] = ()
    problems: Sequence[str] = ()
    classes: Sequence[tuple[str, float]] = ()
    """Names with their shares of 1."""
    caveat: str = ""
    figure: Mapping[str, bytes] | None = None
    """SVG, by the name of the theme."""
    fields: Mapping[str, bytes] | None = None
    """The same, of what is seen of the photograph."""
    maps: Sequence[LayerMaps] = ()
    table: str = ""
    """HTML."""
    notes: Sequence[str] = ()


def page(report: Report) -> str:
    """The whole file."""
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n{_colours(LIGHT)}"
        f"@media (prefers-color-scheme: dark) {{ {_colours(DARK)} }}{_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n"
    )
    return head + "\n".join(_sections(report)) + "\n</main>\n</body>\n</html>\n"


def _colours(palette: Palette) -> str:
    values = "; ".join(f"--{name}: {getattr(palette, name)}" for name in _NAMES)
    return f":root {{ {values} }}\n"


def _sections(report: Report) -> Iterator[str]:
    yield f"<header><h1>{escape(report.title)}</h1>\n<p class=quiet>{escape(report.subtitle)}</p></header>"
    if report.tiles:
        yield f"<dl class=tiles>{''.join(map(_tile, report.tiles))}</dl>"
    if report.problems:
        items = "".join(f"<li>{escape(problem)}</li>" for problem in report.problems)
        yield _section("Problems", f"<ul class=problems>{items}</ul>")
    if report.figure:
        yield _section("Architecture", _picture(report.figure, "The network: layers and wires"))
    if report.classes:
        rows = "".join(_class(name, share) for name, share in report.classes)
        caveat = f"<p class=quiet>{escape(report.caveat)}</p>" if report.caveat else ""
        yield _section("What it answers", f"<div class=classes>{rows}</div>{caveat}")
    if report.fields:
        yield _section("What a value sees", _picture(report.fields, "Receptive fields over the photograph"))
    if report.maps:
        rows = "".join(map(_maps, report.maps))
        words = "<p class=quiet>Of each layer those that vary most; colours cover all but the extremes.</p>"
        yield _section("Maps", f"{words}<div class=maps>{rows}</div>")
    if report.table:
        yield _section("Layers", report.table)
    notes = "<br>".join(map(escape, report.notes))
    yield f"<footer>{notes}</footer>"


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>"


def _tile(tile: Tile) -> str:
    note = f"<small>{escape(tile.note)}</small>" if tile.note else ""
    return f"<div><dt>{escape(tile.name)}</dt><dd>{escape(tile.value)}{note}</dd></div>"


def _class(name: str, share: float) -> str:
    bar = f"<div class=bar style='width:{100 * share:.1f}%'></div>"
    return f"<div>{escape(name)}</div><div class=number>{100 * share:.1f} %</div><div>{bar}</div>"


def _maps(layer: LayerMaps) -> str:
    image = f'<img alt="Maps of {escape(layer.name)}" src="{_data(layer.png, "image/png")}">'
    return f"<div><b>{escape(layer.name)}</b><span>{escape(layer.about)}</span></div><div>{image}</div>"


def _picture(by_theme: Mapping[str, bytes], words: str) -> str:
    light, dark = (_data(by_theme[palette.name], "image/svg+xml") for palette in (LIGHT, DARK))
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
    return f'<figure><picture>{source}<img alt="{escape(words)}" src="{light}"></picture></figure>'


def _data(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
