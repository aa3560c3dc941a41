from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from gui.canvas.geometry.card_index import CardIndex
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH

coordinates = st.integers(-3000, 3000).map(float)
points = st.tuples(coordinates, coordinates)


@given(st.lists(points, max_size=30), points, st.integers(1, 4000), st.integers(1, 4000))
def test_it_finds_what_looking_at_every_card_finds(places, corner, width, height) -> None:
    index, area = CardIndex(), QRectF(*corner, width, height)
    for number, at in enumerate(places):
        index.place(str(number), at)
    cards = {str(number): QRectF(*at, CARD_WIDTH, CARD_HEIGHT) for number, at in enumerate(places)}
    assert index.touching(area) == {one: card for one, card in cards.items() if card.intersects(area)}


def test_a_card_is_found_where_it_lies_now() -> None:
    index = CardIndex()
    index.place("a", (0, 0))
    index.place("a", (1000, 0))
    assert index.touching(QRectF(0, 0, 100, 100)) == {}
    assert set(index.touching(QRectF(1000, 0, 100, 100))) == {"a"}
    index.drop("a")
    index.drop("a")
    assert index.touching(QRectF(1000, 0, 100, 100)) == {}
