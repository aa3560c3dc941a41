"""What a handout can be like: its paper, and for whom it is."""

from dataclasses import dataclass
from typing import Final, Literal

Paper = Literal["a4", "slides"]
PAPERS: Final[tuple[Paper, ...]] = ("a4", "slides")

Version = Literal["student", "solution"]
VERSIONS: Final[tuple[Version, ...]] = ("student", "solution")


@dataclass(frozen=True, kw_only=True)
class HandoutForm:
    """The paper, and whether the questions are open or answered."""

    paper: Paper = "a4"
    version: Version = "solution"

    @property
    def title(self) -> str:
        """As in a list to choose from."""
        paper = "A4" if self.paper == "a4" else "Slides"
        return f"{paper}, {'with the answers' if self.version == 'solution' else 'for students to answer'}"


FORMS: Final = tuple(HandoutForm(paper=paper, version=version) for paper in PAPERS for version in VERSIONS)
