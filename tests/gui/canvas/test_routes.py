from PySide6.QtCore import QPointF, QRectF

from gui.canvas.geometry.routes import Route, route
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH


def card(x: float, y: float) -> QRectF:
    return QRectF(x, y, CARD_WIDTH, CARD_HEIGHT)


def wire(source: QRectF, target: QRectF, *others: QRectF) -> Route:
    start = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    return route(start, end, lambda area: [other for other in others if other.intersects(area)])


def crosses(way: Route, obstacle: QRectF) -> bool:
    points = [way.path.pointAtPercent(step / 400) for step in range(401)]
    return any(obstacle.contains(point) for point in points)


def test_a_wire_along_one_row_is_straight() -> None:
    way = wire(card(0, 0), card(256, 0))
    assert way.corners == (QPointF(176, 36), QPointF(256, 36))


def test_a_long_wire_keeps_its_row_and_turns_in_the_gap_before_its_target() -> None:
    way = wire(card(0, 0), card(768, 200))
    assert way.corners == (QPointF(176, 36), QPointF(688, 36), QPointF(768, 236))


def test_a_wire_turns_at_once_where_its_own_row_is_taken() -> None:
    between = card(384, 0)
    way = wire(card(0, 0), card(768, 200), between)
    assert way.corners == (QPointF(176, 36), QPointF(256, 236), QPointF(768, 236))
    assert not crosses(way, between)


def test_a_wire_goes_around_cards_in_both_rows() -> None:
    between = [card(384, 0), card(384, 120), card(384, -120)]
    way = wire(card(0, 0), card(768, 0), *between)
    assert not any(crosses(way, one) for one in between)
    assert way.path.pointAtPercent(1) == QPointF(768, 36)


def test_a_wire_leads_back_between_the_lines_and_crosses_neither() -> None:
    source, target = card(768, 0), card(0, 200)
    others = [card(256, 0), card(512, 0), card(256, 200), card(512, 200)]
    way = wire(source, target, *others)
    assert not any(crosses(way, other) for other in [*others, source.adjusted(0, 0, -1, 0)])
    assert way.corners[-1] == QPointF(0, 236)


def test_a_wire_to_the_left_in_one_row_goes_around_its_cards() -> None:
    source, target = card(400, 0), card(0, 0)
    way = wire(source, target)
    assert not crosses(way, source.adjusted(1, 1, -1, -1))
    assert not crosses(way, target.adjusted(1, 1, -1, -1))
