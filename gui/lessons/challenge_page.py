"""A challenge as a page: its goals, each with a tick and how things stand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from gui.lessons.challenge_session import ChallengeSession
from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.look.theme import GRID, TITLE_PX, Palette
from gui.widgets.surface import MARGIN, styled_label
from presets.challenges.challenge import Challenge


class ChallengePage(QWidget):
    """Shows what the referee says."""

    def __init__(
        self, referee: ChallengeSession, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._referee = referee
        self._appearance = appearance
        self._hints = 0
        self._met: tuple[bool, ...] = ()
        self.leave_button = QToolButton()
        self.leave_button.setToolTip("All lessons")
        self.leave_button.setAccessibleName("All lessons")
        self.leave_button.setFixedSize(24, 24)
        self.leave_button.setStyleSheet("QToolButton { padding: 0; }")
        self._place = styled_label("Challenge", style="caption")
        self._title = styled_label(wrap=True)
        self._title.setFont(font(TITLE_PX, "semibold"))
        self._text = Prose(appearance)
        self._goals = QGridLayout()
        self._goals.setHorizontalSpacing(GRID)
        self._goals.setVerticalSpacing(GRID)
        self._goals.setColumnStretch(1, 1)
        self.rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self.verdict = Prose(appearance)
        self._hint = Prose(appearance)
        self.hint_button = QPushButton("Hint")
        self.solve_button = QPushButton("Show a solution")
        self.again_button = QPushButton("Start over")
        self._lay_out()
        self.leave_button.clicked.connect(referee.leave)
        self.hint_button.clicked.connect(self._on_hint)
        self.solve_button.clicked.connect(referee.show_solution)
        self.again_button.clicked.connect(referee.start_over)
        referee.challenge_changed.connect(self.on_challenge_changed)
        referee.judged.connect(self.on_judged)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN - 4, 0, MARGIN, 0)
        head.setSpacing(2)
        head.addWidget(self.leave_button)
        head.addWidget(self._place, 1)
        column = QVBoxLayout()
        column.setContentsMargins(MARGIN, GRID // 2, MARGIN, MARGIN)
        column.setSpacing(GRID + GRID // 2)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(self._goals)
        column.addWidget(self.verdict)
        column.addWidget(self._hint)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.hint_button, self.solve_button, self.again_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(column, 1)

    def on_challenge_changed(self, challenge: Challenge | None) -> None:
        """Another challenge."""
        if challenge is None:
            return
        self._hints = 0
        self._title.setText(challenge.title)
        self._text.say(challenge.text)
        self._say_hints(challenge)
        for row in self.rows:
            for label in row:
                self._goals.removeWidget(label)
                label.deleteLater()
        self.rows = []
        for number, goal in enumerate(challenge.goals):
            icon, text, now = QLabel(), QLabel(goal.text), styled_label(style="secondary")
            text.setWordWrap(True)
            now.setAlignment(Qt.AlignmentFlag.AlignRight)
            for place, label in enumerate((icon, text, now)):
                self._goals.addWidget(label, number, place, Qt.AlignmentFlag.AlignTop)
            self.rows.append((icon, text, now))

    def on_judged(self, met: tuple[bool, ...]) -> None:
        """Tick what is met."""
        self._met = met
        palette = self._appearance.palette
        for (icon, text, now), done, stands in zip(self.rows, met, self._referee.now(), strict=True):
            name, colour = ("circle-check", palette.good) if done else ("circle", palette.secondary)
            icon.setPixmap(self._appearance.icon(name, colour).pixmap(16, 16))
            icon.setAccessibleName("met" if done else "not met")
            now.setText(stands)
            text.setAccessibleDescription(f"{'met' if done else 'not met'}, now {stands}")
        self.verdict.setVisible(all(met))
        self.verdict.say("**Done.** All goals are met, and there are many other ways.")

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour icons."""
        self.leave_button.setIcon(self._appearance.icon("list"))
        if self._referee.challenge is not None and len(self._met) == len(self.rows):
            self.on_judged(self._met)

    def _on_hint(self) -> None:
        self._hints += 1
        if self._referee.challenge is not None:
            self._say_hints(self._referee.challenge)

    def _say_hints(self, challenge: Challenge) -> None:
        self._hint.say("\n\n".join(challenge.hints[: self._hints]))
        self._hint.setVisible(self._hints > 0)
        self.hint_button.setVisible(self._hints < len(challenge.hints))
