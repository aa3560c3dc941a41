"""What each kind amounts to for the planner is what it computes itself: every layer, in one network."""

from engine.layers import layer_kinds
from engine.model.network import Network, Node
from engine.plan import post_activation
from engine.shapes import Shape, is_map
from tests.engine.every_layer import Case, every_layer
from tests.engine.execution.odd_networks import assert_right, run


def _network(cases: list[Case]) -> Network:
    """Every layer on Inputs of its own shapes; vectors are flattened maps of one pixel."""
    kinds = layer_kinds()
    nodes: dict[str, Node] = {}

    def source(shape: Shape, turn: int) -> str:
        if turn:  # a node is read once by another one
            before, name = source(shape, turn - 1), f"{source(shape, turn - 1)}'"
            nodes[name] = Node(id=name, layer=kinds["Tanh"](), inputs=(before,))
            return name
        name = "x".join(map(str, shape))
        if name not in nodes:
            held = shape if is_map(shape) else (shape[0], 1, 1)
            origin = name if is_map(shape) else f"{name}_map"
            nodes[origin] = Node(id=origin, layer=kinds["Input"](shape=held))
            if not is_map(shape):
                nodes[name] = Node(id=name, layer=kinds["Flatten"](), inputs=(origin,))
        return name

    for number, (layer, shapes) in enumerate(cases):
        inputs = tuple(source(shape, shapes[:turn].count(shape)) for turn, shape in enumerate(shapes))
        nodes[f"n{number}"] = Node(id=f"n{number}", layer=layer, inputs=inputs)
        nodes[f"r{number}"] = Node(id=f"r{number}", layer=kinds["ReLU"](), inputs=(f"n{number}",))
    return Network(nodes.values())


def test_every_form_is_right() -> None:
    cases = [(layer, shapes) for layer, shapes in every_layer() if shapes and layer.lowering(*shapes)]
    assert len({layer.kind for layer, _ in cases}) > 20
    network = _network(cases)
    assert_right(network, run(network))
    wanted = post_activation(network)
    assert_right(network, run(network, wanted=wanted))
