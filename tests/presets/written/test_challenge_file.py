"""Challenges written as text: read, held to what they promise, and refused in one line."""

from pathlib import Path

import pytest

from engine.analysis.analyze import analyze
from engine.errors import FormatError
from gui.command_line import main
from presets.challenges import challenges
from presets.challenges.challenge import Challenge
from presets.challenges.challenge_file import read_challenge
from presets.checks.checking import check_challenge
from presets.editing import append, conv

TEXT = """---
title: Cheap
image: coffee
---

```network
input: Input shape=16x20x20
```

```places
mix: Conv2d kernel_size=1 after input
```

```task
Sixteen maps for less than {3 * 3 * 16 * 16 * height(input) * width(input)} MACs.
? A 1×1 costs a ninth.
goal: Sixteen maps :: channels(output) = 16 and height(output) = 20
goal: 0 < macs() ≤ 200,000
goal: field() < 3
goal: mix
solve: add mix: Conv2d out_channels=16 kernel_size=1 after input
```
"""


def challenge_in(folder: Path, text: str = TEXT) -> Challenge:
    path = folder / "cheap.challenge.md"
    path.write_text(text, encoding="utf-8")
    return read_challenge(path)


@pytest.mark.parametrize("challenge", challenges(), ids=lambda challenge: challenge.id)
def test_those_of_the_program_hold_what_they_promise(challenge: Challenge) -> None:
    found = list(check_challenge(challenge))
    assert [one for one in found if not one.agrees] == []
    assert [one.name for one in found] == ["challenge", *(goal.text for goal in challenge.goals), "spoilers"]


def test_goals_have_names_and_say_how_things_stand(tmp_path: Path) -> None:
    challenge = challenge_in(tmp_path)
    assert (challenge.id, challenge.start().image) == ("cheap", "coffee")
    assert challenge.text == "Sixteen maps for less than 921,600 MACs."
    assert [goal.text for goal in challenge.goals] == [
        "Sixteen maps", "At most 200,000 MACs", "Receptive field of less than 3", "mix",
    ]  # fmt: skip
    dear = append(challenge.start(), conv(16, 3))
    assert challenge.met(dear, analyze(dear.network)) == (True, False, False, False)
    assert [goal.now(dear, analyze(dear.network)) for goal in challenge.goals] == [
        "16×20",
        "921,600",
        "3",
        "",
    ]
    assert not any(challenge.met(challenge.start(), analyze(challenge.start().network))[:2])


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("title: Cheap", "level: beginner", "unknown key 'level'"),
        ("```task", "```tasks", "unknown block 'tasks'. Did you mean task?"),
        ("```task", "# Step\n\n```task", "only lessons have steps"),
        ("```task", "Do it.\n\n```task", "text outside of all blocks"),
        ("```task", "```quiz\n```\n\n```task", "a quiz block belongs to a lesson"),
        ("goal: mix", "goal: maximum(mix) > 1", "needs maps: a challenge looks at the network alone"),
        ("```places\nmix: Conv2d kernel_size=1 after input\n```\n", "", "'mix' is no goal"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in TEXT
    with pytest.raises(FormatError) as caught:
        challenge_in(tmp_path, TEXT.replace(right, wrong, 1))
    assert str(caught.value).startswith("cheap.challenge.md, line ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_plays_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    challenge_in(tmp_path)
    path = str(tmp_path / "cheap.challenge.md")
    assert main(["lessons", "--check", path]) == 0
    assert "unmet, then met" in capsys.readouterr().out
    challenge_in(tmp_path, TEXT.replace("≤ 200,000", "≤ 100,000"))
    assert main(["lessons", "--check", path]) == 1
    assert main(["lessons", path]) == 2
    assert "--check plays it" in capsys.readouterr().err
