from gui.canvas.geometry.neighbours import neighbour


def test_neighbours_are_the_nearest_ahead_and_none_behind() -> None:
    places = {"a": (0.0, 0.0), "b": (256.0, 0.0), "c": (256.0, 120.0), "d": (512.0, 0.0)}
    assert neighbour(places, "a", "right") == "b"
    assert neighbour(places, "b", "down") == "c"
    assert neighbour(places, "d", "left") == "b"
    assert neighbour(places, "a", "left") is None
    assert neighbour(places, "a", "up") is None
