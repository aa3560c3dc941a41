"""What is written can be read: WCAG 2.2, "Contrast (Minimum)", 4.5 : 1, in both themes."""

import itertools

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from gui.look.appearance import Appearance
from gui.look.theme import PALETTES

LEAST = 4.5
INKS = ("text", "secondary", "accent", "warning", "good")
GROUNDS = ("window", "surface", "canvas", "hover", "selected")


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, ground: str) -> float:
    low, high = sorted((luminance(ink), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", list(PALETTES))
def test_every_ink_can_be_read_on_every_ground(theme: str) -> None:
    palette = PALETTES[theme]
    for ink, ground in itertools.product(INKS, GROUNDS):
        ratio = contrast(getattr(palette, ink), getattr(palette, ground))
        assert ratio >= LEAST, f"{ink} on {ground}: {ratio:.2f}"
    assert contrast(palette.on_accent, palette.accent) >= LEAST


@pytest.mark.parametrize("theme", list(PALETTES))
def test_what_qt_writes_can_be_read_too(theme: str, qapp: QApplication) -> None:
    Appearance(qapp, theme)
    palette, roles, groups = qapp.palette(), QPalette.ColorRole, QPalette.ColorGroup
    pairs = [
        (roles.WindowText, roles.Window),
        (roles.Text, roles.Base),
        (roles.Text, roles.AlternateBase),
        (roles.PlaceholderText, roles.Base),
        (roles.ButtonText, roles.Button),
        (roles.HighlightedText, roles.Highlight),
        (roles.ToolTipText, roles.ToolTipBase),
        (roles.Link, roles.Base),
        (roles.LinkVisited, roles.Window),
    ]
    for (ink, ground), group in itertools.product(pairs, (groups.Active, groups.Inactive, groups.Disabled)):
        ratio = contrast(palette.color(group, ink).name(), palette.color(group, ground).name())
        assert ratio >= LEAST, f"{ink.name} on {ground.name}, {group.name}: {ratio:.2f}"
