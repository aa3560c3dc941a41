"""Markdown as the program's own type: one look in the panel, on the wall, and on paper."""

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCell,
)

from gui.look.appearance import font
from gui.look.theme import Palette
from presets.lesson import UNKNOWN, Comparison, filled

LINE_HEIGHT = 135.0
"""Per cent of the type's own."""


def document(markdown: str, palette: Palette, px: int) -> QTextDocument:
    """The text laid out without margins, tables with hairlines, in this size of type."""
    made = QTextDocument()
    made.setDefaultFont(font(px))
    made.setDocumentMargin(0)
    made.setMarkdown(markdown.strip())
    cursor = QTextCursor(made)
    cursor.select(QTextCursor.SelectionType.Document)
    ink = QTextCharFormat()
    ink.setForeground(QColor(palette.text))
    cursor.mergeCharFormat(ink)
    _soften(made)
    _space_lines(made, px)
    for frame in made.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _rule(frame, palette, px)
    return made


def html(markdown: str, palette: Palette, px: int) -> str:
    """The same as rich text for a label."""
    return document(markdown, palette, px).toHtml()


def table(comparison: Comparison, numbers: dict[str, str]) -> str:
    """The comparison as a Markdown table; columns of numbers to the right, of words to the left."""
    heading = [filled(cell, numbers) or " " for cell in comparison.heading]
    rows = [[filled(cell, numbers) for cell in row] for row in comparison.rows]
    sides = ["---:" if all(map(_is_number, column)) else ":---" for column in zip(*rows, strict=True)]
    lines = [heading, [":---", *sides[1:]], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _is_number(cell: str) -> bool:
    """Whether a cell holds a number, or nothing."""
    return not cell or cell.lstrip("*−–")[:1].isdecimal() or cell == UNKNOWN


def _soften(made: QTextDocument) -> None:
    """What Markdown makes bold is semibold: the typeface has no bold, and Qt would thicken it."""
    block = made.begin()
    while block.isValid():
        for piece in [found.fragment() for found in block]:  # type: ignore[attr-defined]
            if piece.charFormat().fontWeight() > QFont.Weight.DemiBold:
                cursor = QTextCursor(made)
                cursor.setPosition(piece.position())
                cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
                look = QTextCharFormat()
                look.setFontWeight(QFont.Weight.DemiBold)
                cursor.mergeCharFormat(look)
        block = block.next()


def _space_lines(made: QTextDocument, px: int) -> None:
    """Room between lines and between paragraphs; none after the last."""
    block = made.begin()
    while block.isValid():
        spaced = QTextBlockFormat()
        kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight
        spaced.setLineHeight(LINE_HEIGHT, kind.value)
        in_table = QTextCursor(block).currentTable() is not None
        following = block.next()
        spaced.setTopMargin(0)
        listed = block.textList() is not None and following.isValid() and following.textList() is not None
        last = not following.isValid()
        spaced.setBottomMargin(0 if in_table or last else px * (0.3 if listed else 0.75))
        cursor = QTextCursor(block)
        cursor.mergeBlockFormat(spaced)
        block = following


def _rule(made: QTextTable, palette: Palette, px: int) -> None:
    """A hairline below each row, no other lines, numbers to the right."""
    look = made.format()
    look.setBorder(0)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    look.setCellSpacing(0)
    look.setCellPadding(0)
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    look.setTopMargin(px * 0.3)
    look.setBottomMargin(px * 0.75)
    made.setFormat(look)
    for row in range(made.rows()):
        for column in range(made.columns()):
            cell = made.cellAt(row, column)
            _pad(cell, px, palette, first=column == 0, heading=row == 0)


def _pad(cell: QTextTableCell, px: int, palette: Palette, *, first: bool, heading: bool) -> None:
    look = cell.format().toTableCellFormat()
    look.setTopPadding(px * 0.3)
    look.setBottomPadding(px * 0.3)
    look.setLeftPadding(0 if first else px * 0.6)
    look.setBottomBorder(1)
    look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBottomBorderBrush(QColor(palette.line))
    cell.setFormat(look)
    cursor = cell.firstCursorPosition()
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    ink = QTextCharFormat()
    if heading:
        ink.setForeground(QColor(palette.secondary))
        ink.setFontWeight(QFont.Weight.Normal)
    cursor.mergeCharFormat(ink)
    side = QTextBlockFormat()
    side.setAlignment(Qt.AlignmentFlag.AlignLeft if first else Qt.AlignmentFlag.AlignRight)
    side.clearProperty(QTextFormat.Property.LineHeight)
    cursor.mergeBlockFormat(side)
