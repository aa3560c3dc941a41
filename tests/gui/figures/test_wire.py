"""Where wires run."""

from itertools import pairwise

from gui.figures.drawing.drawing import Curve, Line
from gui.figures.flow.wire import corners, fan, level_piece, wire
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

HALF = CARD_HEIGHT / 2


def meets(way: tuple, card: tuple[float, float]) -> bool:
    """Whether a level piece of the way runs through the card."""
    return any(
        a[1] == b[1]
        and card[1] < a[1] < card[1] + CARD_HEIGHT
        and min(a[0], b[0]) < card[0] + CARD_WIDTH
        and card[0] < max(a[0], b[0])
        for a, b in pairwise(way)
    )


def test_neighbours_in_a_row_are_joined_straight() -> None:
    way = corners((0, 0), (256, 0))
    assert way == ((CARD_WIDTH, HALF), (256, HALF))
    assert wire(way, "#000000").pieces == (Line((256, HALF)),)


def test_neighbours_in_other_rows_are_joined_by_one_curve() -> None:
    (curve,) = wire(corners((0, 0), (256, 120)), "#000000").pieces
    assert isinstance(curve, Curve)
    assert curve.control_1[1] == HALF
    assert curve.control_2[1] == curve.end[1] == 120 + HALF


def test_a_long_wire_keeps_to_its_row_until_the_last_gap() -> None:
    way = corners((0, 0), (768, 120))
    assert level_piece(way) == ((CARD_WIDTH, HALF), (768 - 90, HALF))


def test_a_long_wire_takes_the_other_row_where_its_own_is_taken() -> None:
    blocking = (256.0, 0.0)
    way = corners((0, 0), (768, 120), [(0, 0), (768, 120), blocking])
    assert not meets(way, blocking)
    assert way[1][1] == 120 + HALF


def test_a_wire_goes_around_cards_in_both_rows() -> None:
    cards = [(256.0, 0.0), (512.0, 0.0), (256.0, 120.0)]
    way = corners((0, 0), (768, 0), cards)
    assert len(way) == 4
    assert not any(meets(way, card) for card in cards)


def test_a_wire_back_runs_between_the_lines() -> None:
    cards = [(256.0 * column, row) for column in range(4) for row in (0.0, 180.0)]
    way = corners((768, 0), (0, 180), cards)
    assert level_piece(way) == ((-24, 132), (768 + CARD_WIDTH + 24, 132))
    assert not any(meets(way, card) for card in cards)


def test_a_wire_back_within_a_row_runs_below_it_or_above() -> None:
    way = corners((512, 0), (0, 0))
    assert level_piece(way)[0][1] == CARD_HEIGHT + 24
    under = [(256.0, 80.0)]
    assert level_piece(corners((512, 0), (0, 0), under))[0][1] == -24


def test_a_curve_has_no_level_piece() -> None:
    left, right = level_piece(corners((0, 0), (256, 120)))
    assert left == right


def test_wires_back_from_one_card_share_a_line() -> None:
    targets = [(0.0, 420.0), (0.0, 300.0), (300.0, 0.0)]
    cards = [(0.0, 0.0), *targets, (256.0, 300.0), (256.0, 420.0)]
    low, high, ahead = fan((0.0, 0.0), targets, cards)
    assert level_piece(low)[0][1] == level_piece(high)[0][1] == 300 - 48
    assert low[-1] == (0, 420 + HALF)
    assert len(ahead) == 2
