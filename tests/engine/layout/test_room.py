from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layout.room import free_offset, free_place, overlap, room_on_wire, snapped
from engine.model.network import Network, Node
from engine.model.project import Project


def chain(*places: tuple[float, float]) -> Project:
    """n0 → n1 → n2 … at these places."""
    nodes = [Node(id="n0", layer=Input(shape=(3, 8, 8)))]
    nodes += [Node(id=f"n{i}", layer=Conv2d(), inputs=(f"n{i - 1}",)) for i in range(1, len(places))]
    return Project(network=Network(nodes), positions={f"n{i}": at for i, at in enumerate(places)})


def test_points_snap_to_the_eight_pixel_grid() -> None:
    assert snapped((3.9, 4.1)) == (0, 8)
    assert snapped((-13, 101)) == (-16, 104)


def test_a_free_place_is_taken_and_a_taken_one_is_evaded_as_little_as_possible() -> None:
    assert free_place((0, 0), [(300, 0)]) == (0, 0)
    assert free_place((0, 0), [(0, 0)]) == (0, 96)
    assert free_place((0, -8), [(0, 0)]) == (0, -96)


def test_a_group_moves_down_until_all_of_it_is_free() -> None:
    taken = [(0.0, 0.0), (256.0, 50.0)]
    down = free_offset([(0.0, 0.0), (256.0, 0.0)], taken)
    assert not any(overlap((x, down), card) for x in (0.0, 256.0) for card in taken)
    assert down == 152


def test_a_card_on_a_long_wire_stays_where_it_was_dropped() -> None:
    assert room_on_wire(chain((0, 0), (1000, 0)), ("n0", "n1"), (400, 40)) == ((400, 40), {})


def test_a_card_dropped_a_little_beside_a_straight_wire_goes_on_its_row() -> None:
    assert room_on_wire(chain((0, 0), (1000, 0)), ("n0", "n1"), (400, 8)) == ((400, 0), {})


def test_cards_after_a_short_wire_step_right_by_what_is_missing() -> None:
    at, moves = room_on_wire(chain((0, 0), (256, 0), (512, 0)), ("n0", "n1"), (128, 0))
    assert at == (256, 0)
    assert moves == {"n1": (512, 0), "n2": (768, 0)}


def test_a_wire_that_leads_back_moves_nothing() -> None:
    at, moves = room_on_wire(chain((0, 0), (512, 0), (0, 200)), ("n1", "n2"), (512, 8))
    assert moves == {}
    assert not any(overlap(at, card) for card in ((0, 0), (512, 0), (0, 200)))


def test_a_card_that_would_land_on_another_branch_takes_along_all_that_lies_as_far() -> None:
    project = chain((0, 0), (256, 0), (512, 0))
    beside = project.add(Conv2d(), (600, 40))
    beside = beside.move({"conv2d_1": (640, 40)}).move({"n2": (512, -80)})
    _, moves = room_on_wire(beside, ("n0", "n1"), (128, 0))
    places = {**dict(beside.positions), **moves}
    cards = list(places.values())
    assert not any(overlap(a, b) for i, a in enumerate(cards) for b in cards[:i])
