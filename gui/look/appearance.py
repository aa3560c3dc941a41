"""The theme on the screen: fonts, palette, style sheet and icons of the running application."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from assets import font_paths, has_icon, icon_path
from engine.layers import Layer
from gui.look.theme import (
    BASE_PX,
    CAPTION_PX,
    FONT_FAMILIES,
    LIGHT,
    PALETTES,
    RADIUS,
    ROLE_ICONS,
    SYSTEM,
    TITLE_PX,
    Palette,
)

WEIGHTS: Final[Mapping[str, QFont.Weight]] = MappingProxyType(
    {"regular": QFont.Weight.Normal, "medium": QFont.Weight.Medium, "semibold": QFont.Weight.DemiBold}
)


def load_fonts() -> None:
    """Make the bundled fonts known; the program looks the same on hosts with and without fonts."""
    for path in font_paths():
        QFontDatabase.addApplicationFont(str(path))


def font(size: int = BASE_PX, weight: str = "regular") -> QFont:
    """The program's typeface with tabular figures; weight is "regular", "medium" or "semibold"."""
    made = QFont()
    made.setFamilies(list(FONT_FAMILIES))
    made.setPixelSize(size)
    made.setWeight(WEIGHTS[weight])
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def layer_icon(layer: Layer) -> str:
    """The name of a layer's icon: its kind's own, found by being there, else that of its role."""
    own = f"kinds/{layer.kind}"
    return own if layer.role == type(layer).role_name and has_icon(own) else ROLE_ICONS[layer.role]


def icon_pixmap(name: str, colour: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """A line icon in one colour, sharp at the given device pixel ratio."""
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _svg(name: str) -> str:
    return icon_path(name).read_text(encoding="utf-8")


class Appearance(QObject):
    """The current theme. Everything that paints by hand listens to `palette_changed(Palette)`."""

    palette_changed = Signal(object)

    def __init__(self, application: QApplication, name: str = "light") -> None:
        super().__init__()
        self._application = application
        self.palette = LIGHT
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        load_fonts()
        if not application.styleSheet():  # else it is dressed: all widgets would be polished anew
            application.setStyle("Fusion")
            application.setFont(font())
        self._follows_system = False
        application.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self.use(name)

    @property
    def name(self) -> str:
        """Of the theme as it was asked for: that of a palette, or "system"."""
        return SYSTEM if self._follows_system else self.palette.name

    def use(self, name: str) -> None:
        """Switch to the palette of this name; "system" is what the desktop has, now and when it changes."""
        self._follows_system = name == SYSTEM
        self.palette = PALETTES[self._system_name() if self._follows_system else name]
        self._icons.clear()
        sheet = _style_sheet(self.palette)
        if self._application.styleSheet() != sheet:
            self._application.setPalette(_qt_palette(self.palette))
            self._application.setStyleSheet(sheet)
        self.palette_changed.emit(self.palette)

    def _system_name(self) -> str:
        dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _on_scheme_changed(self) -> None:
        if self._follows_system and self.palette.name != self._system_name():
            self.use(SYSTEM)

    def icon(self, name: str, colour: str | None = None, size: int = 16) -> QIcon:
        """A line icon, in the secondary text colour where none is given; dimmed when disabled."""
        key = (name, colour or self.palette.secondary, size)
        if key not in self._icons:
            made = self._icons[key] = QIcon()
            for ratio in (1.0, 2.0):
                made.addPixmap(icon_pixmap(*key, ratio))
                made.addPixmap(icon_pixmap(name, self.palette.line, size, ratio), QIcon.Mode.Disabled)
        return self._icons[key]


def _qt_palette(colours: Palette) -> QPalette:
    palette = QPalette()
    table = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.window,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.secondary,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.BrightText: colours.on_accent,
        QPalette.ColorRole.Light: colours.surface,
        QPalette.ColorRole.Midlight: colours.hover,
        QPalette.ColorRole.Mid: colours.line,
        QPalette.ColorRole.Dark: colours.line,
        QPalette.ColorRole.Shadow: colours.line,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
        QPalette.ColorRole.Accent: colours.accent,
    }
    for role, colour in table.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.secondary))
    return palette


def _style_sheet(c: Palette) -> str:
    """What a palette cannot say: hairlines instead of frames, one corner radius, quiet scroll bars."""
    return f"""
    QMainWindow, QDialog {{ background: {c.window}; }}
    QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 6px; }}
    QMainWindow::separator {{ background: {c.line}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {c.accent}; }}
    QDockWidget {{ color: {c.secondary}; font-size: {CAPTION_PX}px; }}
    QDockWidget {{ background: {c.surface}; }}
    DockTitle {{ background: {c.surface}; }}
    QMenuBar {{ background: {c.surface}; border-bottom: 1px solid {c.line}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {c.hover}; }}
    QMenu {{ background: {c.surface}; border: 1px solid {c.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.selected}; color: {c.text}; }}
    QMenu::item:disabled {{ color: {c.secondary}; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
    QMenu::icon {{ padding-left: 8px; }}
    QToolBar {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line};
                spacing: 4px; padding: 4px 8px; }}
    QToolBar::separator {{ background: {c.line}; width: 1px; margin: 6px 4px; }}
    QToolButton {{ border: none; border-radius: {RADIUS}px; padding: 4px 8px; color: {c.text}; }}
    QToolButton:hover {{ background: {c.hover}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {c.selected}; }}
    QToolButton:focus {{ border: 1px solid {c.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS}px;
                   padding: 5px 14px; min-height: 18px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:focus {{ border-color: {c.accent}; }}
    QPushButton:disabled {{ color: {c.secondary}; }}
    QPushButton[primary="true"], QPushButton:default {{ background: {c.accent}; color: {c.on_accent};
                                                         border-color: {c.accent}; }}
    QPushButton[quiet="true"] {{ background: transparent; border: none; color: {c.accent};
        padding: 1px 8px; min-height: 14px; font-size: {CAPTION_PX}px; }}
    QPushButton[quiet="true"]:hover {{ background: {c.hover}; }}
    QPushButton[quiet="true"]:focus {{ border: 1px solid {c.accent}; padding: 0 7px; }}
    QLineEdit, QAbstractSpinBox, QComboBox {{ background: {c.surface}; color: {c.text};
        border: 1px solid {c.line}; border-radius: {RADIUS}px; padding: 3px 8px; min-height: 20px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border-color: {c.accent}; }}
    QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] {{ border-color: {c.warning}; }}
    QComboBox::drop-down {{ border: none; width: 18px; }}
    QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.line};
        selection-background-color: {c.selected}; selection-color: {c.text}; outline: none; }}
    QScrollArea, QAbstractScrollArea {{ border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: 3px; margin: 2px;
        min-height: 24px; min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {c.secondary}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QHeaderView {{ background: {c.surface}; }}
    QHeaderView::section {{ background: {c.surface}; color: {c.secondary}; border: none;
        border-bottom: 1px solid {c.line}; padding: 4px 6px; font-size: {CAPTION_PX}px; }}
    QTableView, QTreeView, QListView {{ background: {c.surface}; border: none; outline: none;
        selection-background-color: {c.selected}; selection-color: {c.text}; gridline-color: transparent; }}
    QTabBar {{ background: {c.surface}; font-size: {CAPTION_PX}px; }}
    QTabBar::tab {{ background: transparent; border: none; color: {c.secondary};
        padding: 6px 6px; margin: 0 0 0 2px; border-top: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-top-color: {c.accent}; }}
    QTabBar::tab:hover {{ color: {c.text}; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.line}; color: {c.secondary};
                  font-size: {CAPTION_PX}px; }}
    QStatusBar QLabel {{ color: {c.secondary}; font-size: {CAPTION_PX}px; }}
    QStatusBar::item {{ border: none; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QProgressBar {{ background: {c.line}; border: none; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
    QLabel[caption="true"] {{ color: {c.secondary}; font-size: {CAPTION_PX}px; }}
    QLabel[difference="better"] {{ color: {c.good}; }}
    QLabel[difference="worse"] {{ color: {c.warning}; }}
    QLabel[title="true"] {{ font-size: {TITLE_PX}px; font-weight: 600; }}
    QLabel[secondary="true"] {{ color: {c.secondary}; }}
    QLabel[warning="true"] {{ color: {c.warning}; }}
    """
